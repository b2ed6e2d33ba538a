import LwM2MModel
import NBIoTBytes
import Testing

@testable import LwM2MFormats

private func text(_ kept: Kept) -> String? {
  kept.withValue { value in writtenText { TextFormat.append(value, to: &$0) } }
}

@Suite struct TextFormatTests {
  @Test func lwm2m641EachTypeHasItsText() {
    #expect(text(.integer(-42)) == "-42")
    #expect(text(.integer(.min)) == "-9223372036854775808")
    #expect(text(.number(42.2)) == "42.2")
    #expect(text(.boolean(true)) == "1")
    #expect(text(.boolean(false)) == "0")
    #expect(text(.text("中文")) == "中文")
    #expect(text(.opaque([1, 2, 3, 4])) == "AQIDBA==")
    #expect(text(.digits("313233")) == "123")
  }

  @Test func whatHasNoTextIsRefused() {
    #expect(text(.number(.nan)) == nil)
    #expect(text(.number(.infinity)) == nil)
    #expect(text(.number(-.infinity)) == nil)
    #expect(text(.digits("3")) == nil)
    #expect(text(.digits("xx")) == nil)
  }

  @Test func lwm2m642OpaqueBytesTravelAsTheyAre() {
    func opaque(_ kept: Kept) -> [UInt8]? {
      kept.withValue { value in written { OpaqueFormat.append(value, to: &$0) } }
    }
    #expect(opaque(.opaque([0, 0xFF])) == [0, 0xFF])
    #expect(opaque(.opaque([])) == [])
    for kept in [Kept.text("a"), .integer(1), .number(1), .boolean(true), .digits("31")] {
      #expect(opaque(kept) == nil)
    }
  }

  @Test func numbersReadBackAsTheSame() {
    var numbers = RepeatableNumbers(state: 4)
    for _ in 0..<2_000 {
      let integer = Kept.integer(numbers.integer())
      let float = Kept.number(Double(numbers.integer()) / 1000)
      for kept in [integer, float] {
        let bytes = Array(text(kept)?.utf8 ?? "".utf8)
        #expect(decodedText(bytes, as: kept.type) == kept)
      }
    }
  }
}
