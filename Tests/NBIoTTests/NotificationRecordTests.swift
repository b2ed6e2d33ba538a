import LwM2MClient
import NBIoTBytes
import Testing

@testable import NBIoT

@Suite struct NotificationRecordTests {
  private func sealed(_ record: NotificationRecord) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xA5, count: record.length + 7)
    var span = bytes.mutableSpan
    record.seal(&span)
    return bytes
  }

  private func read(_ bytes: [UInt8]) -> NotificationRecord? { NotificationRecord(bytes.span) }

  @Test("a record says what was put into it, whatever stands behind it")
  func roundTrip() {
    for count in [0, 1, 19, 300] {
      let record = NotificationRecord(sequence: 0xFEDC_BA98, count: count)
      #expect(read(sealed(record)) == record)
      #expect(NotificationRecord.sequence(in: sealed(record).span) == 0xFEDC_BA98)
    }
  }

  @Test("any bit that changed, and any byte that is missing, makes it none")
  func damage() {
    let record = NotificationRecord(sequence: 3, count: 19)
    let whole = sealed(record)
    for index in 0..<record.length {
      for bit in 0..<8 {
        var damaged = whole
        damaged[index] ^= 1 << bit
        #expect(read(damaged) == nil)
      }
      #expect(read(Array(whole.prefix(index))) == nil)
    }
  }

  @Test(
    "two records in turns are in slots 2 and 3, and the later one counts, also when the number wraps"
  )
  func turns() {
    let last = NotificationRecord(sequence: .max, count: 0)
    let next = NotificationRecord(sequence: 0, count: 0)
    #expect([last.slot, next.slot] == [3, 2])
    #expect(next.isLater(than: last))
    #expect(!last.isLater(than: next))
  }
}
