import NBIoTBytes

/// The UART towards the MCU: what is said leaves it in order and at its pace.
struct Wire: Sendable {
  /// 0: no pace.
  let baud: UInt32
  /// What was not taken yet.
  private var bytes: [UInt8] = []
  /// How many were since `start`.
  private var taken = 0
  /// When the first character of all that leave without a pause began to.
  private var start = Instant.never

  /// Bits of a character, with its start and stop.
  private static var bits: UInt64 { 10 }
  /// Characters that are waited for together, as a UART with a small memory gives them.
  private static var chunk: Int { 16 }
  /// As much as a long answer; who has more to say waits.
  private static var capacity: Int { 8192 }

  init(baud: UInt32) {
    self.baud = baud
  }

  mutating func put(_ more: [UInt8], now: Instant) {
    if bytes.isEmpty { start = now }
    bytes += more
  }

  /// Nothing more should be said before some of it has left.
  var isFull: Bool { bytes.count >= Wire.capacity }

  /// What has left by `now` and was not taken yet.
  mutating func take(now: Instant) -> [UInt8] {
    let count = min(bytes.count, departed(by: now))
    guard count > 0 else { return [] }
    let part = Array(bytes[..<count])
    bytes.removeFirst(count)
    taken += count
    if bytes.isEmpty { clear() }
    return part
  }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    taken = 0
    start = .never
  }

  var deadline: Instant {
    guard !bytes.isEmpty, baud > 0 else { return start }
    let count = UInt64(taken + min(bytes.count, Wire.chunk))
    let wait = (count * Wire.bits * 1000 + UInt64(baud) - 1) / UInt64(baud)
    return start + Milliseconds(UInt32(clamping: wait))
  }

  /// How many of `bytes` have left.
  private func departed(by now: Instant) -> Int {
    guard baud > 0 else { return bytes.count }
    guard now >= start else { return 0 }
    return Int(UInt64(now.since(start).count) * UInt64(baud) / (Wire.bits * 1000)) - taken
  }
}
