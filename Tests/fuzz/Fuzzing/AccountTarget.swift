import Fixtures
import NBIoTBytes
import Simulation

@testable import LwM2MClient
@testable import NBIoT

extension FuzzTarget {
  /// An account as it was stored. One that is taken is stored again as it was; one that is refused changes nothing, and
  /// one that is taken leads somewhere.
  static let account = FuzzTarget("account", maximumLength: 300) { bytes throws(Finding) in
    guard bytes.count > 0 else { return }
    let world = World(
      profile: bytes[0] & 1 == 0 ? .standard : .onenet, bootstrap: "coap://bs.example",
      secures: bytes[0] & 2 != 0)
    let before = world.account(.active)
    let snapshot = bytes.extracting(1...)
    let isTaken = world.command { engine, _ in engine.restore(snapshot) }
    guard isTaken else {
      return try require(world.account(.active) == before, "refused, and changed")
    }
    try world.account(.active).requireConsistent()
    try require(world.engine.targetURI != nil, "taken, and leads nowhere")
    let again = world.snapshot()
    let isTakenAgain = world.command { engine, _ in engine.restore(again.span) }
    try require(isTakenAgain, "its own snapshot refused: \(again)")
    try require(world.snapshot() == again, "there and back: \(again)")
  }

  /// Records around what is stored. A whole one is read as it was sealed; with a burst of up to 32 bits changed, cut, or
  /// made of any bytes it is none.
  static let record = FuzzTarget("record", maximumLength: 200) { bytes throws(Finding) in
    if let record = AccountRecord(bytes) {
      let input = Array(copying: bytes)
      try require(
        sealed(record, Array(input[record.account])) == Array(input.prefix(record.length)),
        "read, and sealed differently")
    }
    if let record = NotificationRecord(bytes) {
      try require(record.length <= bytes.count, "longer than it is")
    }
    guard bytes.count > 10 else { return }
    try requireSealed(bytes)
  }

  private static func sealed(_ record: AccountRecord, _ account: [UInt8]) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0xEE, count: record.length)
    for (index, byte) in account.enumerated() { bytes[AccountRecord.headLength + index] = byte }
    var span = bytes.mutableSpan
    return record.seal(&span) ? bytes : nil
  }

  private static func sealed(_ record: NotificationRecord, _ entries: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: record.length)
    for (index, byte) in entries.enumerated() {
      bytes[NotificationStore.headLength + index] = byte
    }
    var span = bytes.mutableSpan
    record.seal(&span)
    return bytes
  }

  /// Sequence number (4 bytes), place (2) and pattern (4) of the damage, content.
  private static func requireSealed(_ bytes: Span<UInt8>) throws(Finding) {
    var reader = ByteReader(bytes)
    let sequence = UInt32(reader.bigEndian(length: 4) ?? 0)
    let place = Int(reader.bigEndian(length: 2) ?? 0)
    let pattern = UInt32(reader.bigEndian(length: 4) ?? 0)
    let content = Array(copying: reader.rest)
    let account = AccountRecord(
      sequence: sequence, isConfirmed: place & 1 == 0, accountLength: content.count)
    guard let whole = sealed(account, content) else { throw Finding("not sealed: \(content)") }
    try require(AccountRecord(whole.span) == account, "account read differently: \(whole)")
    let entries = NotificationRecord(sequence: sequence, count: content.count)
    let queue = sealed(entries, content)
    try require(NotificationRecord(queue.span) == entries, "entries read differently: \(queue)")
    guard pattern != 0 else { return }
    let torn = damaged(whole, place, pattern)
    try require(AccountRecord(torn.span) == nil, "a damaged account is taken: \(torn)")
    let tornQueue = damaged(queue, place, pattern)
    try require(NotificationRecord(tornQueue.span) == nil, "damaged entries: \(tornQueue)")
  }

  /// Four bytes changed somewhere, or an end cut off. A length that changed moves the check sum, which finds it by chance.
  private static func damaged(_ bytes: [UInt8], _ place: Int, _ pattern: UInt32) -> [UInt8] {
    var start = place % (bytes.count - 3)
    if pattern == 1 { return Array(bytes.prefix(start)) }
    if (5..<14).contains(start) { start %= 5 }
    var copy = bytes
    for index in 0..<4 { copy[start + index] ^= UInt8(truncatingIfNeeded: pattern >> (8 * index)) }
    return copy
  }
}
