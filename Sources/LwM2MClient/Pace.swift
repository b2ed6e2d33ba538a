import NBIoTBytes

/// How fast non-confirmable notifications may follow each other: on average one in a round-trip time, as the device's own
/// confirmable messages measure it (RFC 7641 section 4.5.1).
struct Pace: BitwiseCopyable {
  /// The next notification may leave from here on.
  private(set) var opens = Instant(milliseconds: 0)
  /// Milliseconds; 0 = never measured.
  private var roundTrip: UInt16 = 0

  /// How many may leave at once after a rest.
  private static var burst: UInt64 { 8 }
  /// What the RFC gives where nothing was measured.
  private static var unmeasured: UInt64 { 3000 }
  /// A link this fast is not one that a device alone could fill.
  private static var fast: UInt16 { 100 }

  /// A message was acknowledged `sample` after it had left, for the only time (Karn's rule).
  mutating func measured(_ sample: Milliseconds) {
    let new = UInt32(UInt16(clamping: sample.count == 0 ? 1 : sample.count))
    let old = roundTrip == 0 ? new : UInt32(roundTrip)
    roundTrip = UInt16(truncatingIfNeeded: (old &* 7 &+ new) &>> 3)
  }

  /// A notification left.
  @inline(__always)
  mutating func spend(now: Instant) {
    guard roundTrip == 0 || roundTrip >= Pace.fast else { return }
    count(now: now)
  }

  @inline(never)
  private mutating func count(now: Instant) {
    let spacing = roundTrip == 0 ? Pace.unmeasured : UInt64(roundTrip)
    let credit = spacing &* (Pace.burst &- 1)
    let rested = now.milliseconds > credit ? now.milliseconds &- credit : 0
    opens = Instant(milliseconds: max(opens.milliseconds, rested) &+ spacing)
  }

  private func max(_ left: UInt64, _ right: UInt64) -> UInt64 { left > right ? left : right }
}
