import LwM2MModel
import NBIoTBytes
import Testing

@testable import LwM2MFormats

private func tlv(_ bytes: String, _ type: ValueType) -> Kept? {
  decodedTLV(hex(bytes), as: type)
}

private func text(_ text: String, _ type: ValueType) -> Kept? {
  decodedText(Array(text.utf8), as: type)
}

@Suite struct ValueDecoderTests {
  @Test func lwm2mAppendixCIntegersHave1248Bytes() {
    #expect(tlv("FF", .integer) == .integer(-1))
    #expect(tlv("7F", .integer) == .integer(127))
    #expect(tlv("80 00", .integer) == .integer(-32_768))
    #expect(tlv("00 01", .integer) == .integer(1))
    #expect(tlv("FF FF FF FE", .integer) == .integer(-2))
    #expect(tlv("80 00 00 00 00 00 00 00", .integer) == .integer(.min))
    #expect(tlv("7F FF FF FF FF FF FF FF", .integer) == .integer(.max))
    for count in [0, 3, 5, 6, 7, 9, 300] {
      let bytes = [UInt8](repeating: 0, count: count)
      #expect(decodedTLV(bytes, as: .integer) == nil)
    }
  }

  @Test func lwm2mAppendixCFloatsHave4Or8Bytes() {
    #expect(tlv("3F 80 00 00", .float) == .number(1))
    #expect(tlv("3F B9 99 99 99 99 99 9A", .float) == .number(0.1))
    #expect(tlv("FF 80 00 00", .float) == .number(-.infinity))
    #expect(tlv("7F F8 00 00 00 00 00 00", .float) == .float(0x7FF8_0000_0000_0000))
    for bytes in ["", "3F", "3F 80", "3F 80 00", "3F 80 00 00 00", "00 00 00 00 00 00 00 00 00"] {
      #expect(tlv(bytes, .float) == nil)
    }
  }

  @Test func lwm2mAppendixCBooleansAreOneByte0Or1() {
    #expect(tlv("00", .boolean) == .boolean(false))
    #expect(tlv("01", .boolean) == .boolean(true))
    for bytes in ["", "02", "FF", "00 01", "01 00"] {
      #expect(tlv(bytes, .boolean) == nil)
    }
  }

  @Test func lwm2mAppendixCStringsAreUTF8() {
    #expect(tlv("E4 B8 AD", .string) == .text("中"))
    #expect(tlv("", .string) == .text(""))
    #expect(tlv("FF", .string) == nil)
    #expect(decodedText([0xC0, 0x80], as: .string) == nil)
  }

  @Test func opaqueAndHexStringTakeAnyBytes() {
    #expect(tlv("FF 00", .opaque) == .opaque([0xFF, 0]))
    #expect(tlv("FF 00", .hexString) == .string([0xFF, 0]))
    #expect(text("123", .hexString) == .text("123"))
  }

  @Test func lwm2m641TextOfEachType() {
    #expect(text("-42", .integer) == .integer(-42))
    #expect(text("9223372036854775807", .integer) == .integer(.max))
    #expect(text("42.2", .float) == .number(42.2))
    #expect(text("1", .boolean) == .boolean(true))
    #expect(text("0", .boolean) == .boolean(false))
    #expect(text("中文", .string) == .text("中文"))
  }

  @Test func lwm2m641TextThatIsNoneOfItsTypeIsRefused() {
    for wrong in ["", "4.2", "x", "9223372036854775808", " 1", "1 "] {
      #expect(text(wrong, .integer) == nil)
    }
    for wrong in ["", "nan", "inf", "1e", "1,5"] {
      #expect(text(wrong, .float) == nil)
    }
    for wrong in ["", "2", "true", "01", "/", "-0"] {
      #expect(text(wrong, .boolean) == nil)
    }
    #expect(text("AQID", .opaque) == nil)
  }

  @Test func lwm2m642OnlyOpaqueIsOpaque() {
    #expect(decodedOpaque([0xFF], as: .opaque) == .opaque([0xFF]))
    for type in [ValueType.string, .integer, .float, .boolean, .hexString] {
      #expect(decodedOpaque([0x31], as: type) == nil)
    }
  }

  @Test func randomBytesNeverTrap() {
    var numbers = RepeatableNumbers(state: 3)
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = numbers.bytes(upTo: 12)
      guard let type = ValueType(rawValue: UInt8(1 + numbers.next() % 6)) else { continue }
      if decodedTLV(bytes, as: type) != nil { accepted += 1 }
      if decodedText(bytes, as: type) != nil { accepted += 1 }
    }
    #expect(accepted > 1_000 && accepted < 39_000)
  }
}
