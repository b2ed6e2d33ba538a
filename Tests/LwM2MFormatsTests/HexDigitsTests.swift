import NBIoTBytes
import Testing

@testable import LwM2MFormats

@Suite struct HexDigitsTests {
  @Test func onlyTheTwentyTwoDigitsHaveAValue() {
    let digits = Array("0123456789abcdefABCDEF".utf8)
    for byte in UInt8.min...UInt8.max {
      let expected =
        digits.contains(byte) ? UInt8(String(decoding: [byte], as: UTF8.self), radix: 16) : nil
      #expect(HexDigits.value(of: byte) == expected)
    }
  }

  @Test func whatAServerWroteIsKeptAsUpperCaseDigits() {
    let digits = writtenText {
      HexDigits.append([0x31, 0x0A, 0xFF].span, to: &$0)
      return true
    }
    #expect(digits == "310AFF")
  }

  @Test func theDecodedLengthIsHalf() {
    for (count, length) in [(0, 0), (1, nil), (2, 1), (3, nil), (8, 4)] as [(Int, Int?)] {
      let digits = [UInt8](repeating: 0x31, count: count)
      #expect(HexDigits.decodedLength(digits.span) == length)
    }
  }

  @Test func bytesRoundTrip() {
    let bytes = [UInt8](UInt8.min...UInt8.max)
    let digits =
      written {
        HexDigits.append(bytes.span, to: &$0)
        return true
      } ?? []
    #expect(digits.count == 512)
    #expect(written { HexDigits.appendDecoded(digits.span, to: &$0) } == bytes)
  }
}
