import Fixtures
import Testing

@testable import NBIoTBytes

@Suite struct DecimalIntegerTests {
  @Test(arguments: [
    0, 1, 9, 10, 42, 99, 100, 3303, 5700, 65_535, 99_999, 100_000, 100_001, 4_294_967_295,
    4_294_967_296, 10_000_000_000, 1_000_000_000_000_000, 1_000_010_000_000_001, Int64.max, -1,
    -273, Int64.min, Int64.min + 1,
  ])
  func anIntegerIsWrittenInDecimalAndReadBack(value: Int64) {
    let text = decimal { DecimalText.append(value, to: &$0) }
    #expect(text == String(value))
    #expect(parsedInteger(text) == value)
  }

  @Test func everyGroupOfFiveDigitsIsExact() {
    for value in UInt32(0)...100_010 {
      let text = decimal { DecimalText.append(value, to: &$0) }
      if text != String(value) { Issue.record("\(value)") }
    }
  }

  @Test func randomIntegersReadBack() {
    var numbers = SeededGenerator(seed: 21)
    for _ in 0..<20_000 {
      let bits = numbers.next() &>> UInt64.random(in: 0..<64, using: &numbers)
      let value = Int64(bitPattern: bits)
      let text = decimal { DecimalText.append(value, to: &$0) }
      if text != String(value) || parsedInteger(text) != value { Issue.record("\(value)") }
      let small = UInt32(truncatingIfNeeded: bits)
      let smallText = decimal { DecimalText.append(small, to: &$0) }
      if smallText != String(small) { Issue.record("\(small)") }
    }
  }

  @Test(arguments: [
    ("+5", 5), ("-0", 0), ("007", 7), ("-9223372036854775808", Int64.min),
    ("+9223372036854775807", Int64.max), ("0000000000000000000000000000042", 42),
  ])
  func signsAndLeadingZerosAreAccepted(text: String, value: Int64) {
    #expect(parsedInteger(text) == value)
  }

  @Test(arguments: [
    "", "-", "+", "--1", "1-", "1.0", "1e3", " 1", "1 ", "0x1", "9223372036854775808",
    "-9223372036854775809", "18446744073709551616", "99999999999999999999999999", "1\0", "/", ":",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(parsedInteger(text) == nil)
  }
}
