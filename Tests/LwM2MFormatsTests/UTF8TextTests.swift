import Testing

@testable import LwM2MFormats

private func isValid(_ bytes: String) -> Bool {
  UTF8Text.isValid(hex(bytes).span)
}

@Suite struct UTF8TextTests {
  @Test(
    "4.1 RFC 3986, RFC 3629: what is well-formed is taken",
    arguments: [
      "", "00", "7F", "C2 80", "DF BF", "E0 A0 80", "ED 9F BF", "EE 80 80", "EF BF BF",
      "F0 90 80 80", "F4 8F BF BF", "41 E2 89 A2 CE 91 2E", "EF BB BF F0 A3 8E B4",
    ])
  func rfc3629Section3WellFormed(_ bytes: String) {
    #expect(isValid(bytes))
  }

  @Test(
    "4.1 RFC 3986, RFC 3629: overlong forms are refused",
    arguments: ["C0 80", "C1 BF", "E0 80 80", "E0 9F BF", "F0 80 80 80", "F0 8F BF BF"])
  func rfc3629Section3OverlongFormsAreRefused(_ bytes: String) {
    #expect(!isValid(bytes))
  }

  @Test(
    "4.1 RFC 3986, RFC 3629: surrogates are refused",
    arguments: ["ED A0 80", "ED BF BF", "ED A1 8C ED BE B4"])
  func rfc3629Section3SurrogatesAreRefused(_ bytes: String) {
    #expect(!isValid(bytes))
  }

  @Test(
    "4.1 RFC 3986, RFC 3629: nothing is above U+10FFFF",
    arguments: ["F4 90 80 80", "F5 80 80 80", "F8 88 80 80 80", "FE", "FF"])
  func rfc3629Section3NothingIsAboveU10FFFF(_ bytes: String) {
    #expect(!isValid(bytes))
  }

  @Test(
    "4.1 RFC 3986, RFC 3629: incomplete sequences are refused",
    arguments: [
      "80", "BF", "C2", "C2 41", "E4 B8", "E4 B8 41", "E4 41 AD", "F0 9F 98", "F0 9F 98 41",
      "41 C2",
      "C2 C2", "C2 80 80",
    ])
  func rfc3629Section4IncompleteSequencesAreRefused(_ bytes: String) {
    #expect(!isValid(bytes))
  }

  @Test("4.1 RFC 3986, RFC 3629: random bytes are judged as the standard library does")
  func rfc3629RandomBytesAreJudgedAsTheStandardLibraryDoes() {
    var numbers = RepeatableNumbers(state: 7)
    let edges: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
      0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5,
    ]
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = numbers.bytes(upTo: 5).map { edges[Int($0) % edges.count] }
      let expected = String(validating: bytes, as: UTF8.self) != nil
      #expect(UTF8Text.isValid(bytes.span) == expected)
      if expected { accepted += 1 }
    }
    #expect(accepted > 1_000)
  }
}
