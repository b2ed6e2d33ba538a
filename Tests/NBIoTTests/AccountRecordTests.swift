import NBIoTBytes
import Testing

@testable import NBIoT

@Suite struct AccountRecordTests {
  private let account = Array("an account".utf8)

  /// A record in room for more.
  private func sealed(_ record: AccountRecord, room: Int = 64) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0xFF, count: room)
    for (index, byte) in account.enumerated() where AccountRecord.headLength + index < room {
      bytes[AccountRecord.headLength + index] = byte
    }
    var span = bytes.mutableSpan
    guard record.seal(&span) else { return nil }
    return bytes
  }

  private func read(_ bytes: [UInt8]) -> AccountRecord? { AccountRecord(bytes.span) }

  private func checkSum(_ bytes: [UInt8]) -> UInt32 {
    AccountRecord.checkSum(bytes.span, count: bytes.count)
  }

  private func record(_ sequence: UInt32, confirmed: Bool = false) -> AccountRecord {
    AccountRecord(sequence: sequence, isConfirmed: confirmed, accountLength: account.count)
  }

  @Test("the check sum is CRC-32: that of \"123456789\" is CBF43926")
  func checkSum() {
    #expect(checkSum(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(checkSum([]) == 0)
  }

  @Test("a record says what was put into it, whatever stands behind it")
  func roundTrip() throws {
    for confirmed in [false, true] {
      let written = record(0xFEDC_BA98, confirmed: confirmed)
      let bytes = try #require(sealed(written))
      let found = try #require(read(bytes))
      #expect(found == written)
      #expect(Array(bytes[found.account]) == account)
      #expect(bytes[written.length] == 0xFF)
    }
  }

  @Test("a record is no longer than its room")
  func room() {
    let whole = record(1)
    #expect(sealed(whole, room: whole.length) != nil)
    #expect(sealed(whole, room: whole.length - 1) == nil)
  }

  @Test("no record with a flipped bit, a cut end or another beginning is one")
  func damage() throws {
    let whole = record(7, confirmed: true)
    var bytes = try #require(sealed(whole))
    for bit in 0..<whole.length * 8 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(read(bytes) == nil)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    for length in 0..<whole.length {
      #expect(read(Array(bytes.prefix(length))) == nil)
    }
    #expect(read([UInt8](repeating: 0, count: 64)) == nil)
    #expect(read([UInt8](repeating: 0xFF, count: 64)) == nil)
  }

  @Test("an account that has registered counts before any that has not; then the later one does")
  func order() {
    #expect(record(2).counts(before: record(1)))
    #expect(!record(1).counts(before: record(2)))
    #expect(record(1, confirmed: true).counts(before: record(2)))
    #expect(!record(2).counts(before: record(1, confirmed: true)))
    #expect(record(1).counts(before: record(.max)), "sequence numbers wrap")
  }

  @Test("the best slot is the one that counts; without any there is none")
  func best() {
    func best(_ first: AccountRecord?, _ second: AccountRecord?) -> AccountSlot? {
      AccountRecords(first: first, second: second).best
    }
    #expect(best(nil, nil) == nil)
    #expect(best(record(1), nil) == .first)
    #expect(best(nil, record(1)) == .second)
    #expect(best(record(1, confirmed: true), record(2)) == .first)
    #expect(best(record(1, confirmed: true), record(2, confirmed: true)) == .second)
  }

  @Test("the next sequence number is later than both")
  func sequence() {
    func next(_ first: AccountRecord?, _ second: AccountRecord?) -> UInt32 {
      AccountRecords(first: first, second: second).nextSequence
    }
    #expect(next(nil, nil) == 1)
    #expect(next(record(5), nil) == 6)
    #expect(next(nil, record(5)) == 6)
    #expect(next(record(5), record(9)) == 10)
    #expect(next(record(9), record(5)) == 10)
    #expect(next(record(.max), record(3)) == 4)
    #expect(next(record(.max), nil) == 0)
  }

  @Test("a new account goes where a power cut leaves the one that counts")
  func targetOfANewAccount() {
    func target(_ first: AccountRecord?, _ second: AccountRecord?) -> AccountSlot {
      AccountRecords(first: first, second: second).target(confirming: nil)
    }
    #expect(target(nil, nil) == .first)
    #expect(target(record(1, confirmed: true), nil) == .second)
    #expect(target(nil, record(1, confirmed: true)) == .first)
    #expect(target(record(1, confirmed: true), record(2)) == .second)
    #expect(target(record(2), record(1, confirmed: true)) == .first)
  }

  @Test("a confirmed account goes beside the slot that has it unconfirmed")
  func targetOfAConfirmation() {
    let records = AccountRecords(first: record(1, confirmed: true), second: record(2))
    #expect(records.target(confirming: .second) == .first)
    #expect(
      AccountRecords(first: nil, second: record(2)).target(confirming: .first) == .first,
      "the slot that was to have it is torn: the other one stays")
  }
}
