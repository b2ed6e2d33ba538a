import Testing

@testable import NBIoTBytes

@Suite("IDs as decimal text (LwM2M 1.0 section 6.1)")
struct IdentifierTests {
  /// The key of the IDs in `fields`, each behind its length, and how many bytes they took.
  private func read(_ fields: [String], kind: UInt8 = 0) -> (key: UInt64, taken: Int) {
    var bytes: [UInt8] = []
    for field in fields {
      bytes.append(UInt8(field.utf8.count) + (bytes.isEmpty ? kind : 0))
      bytes += Array(field.utf8)
    }
    var reader = ByteReader(bytes.span)
    var list = IdentifierList()
    let isLonger = reader.take(behind: kind, into: &list)
    #expect(isLonger == (reader.position > 0))
    return (list.key, reader.position)
  }

  private func key(_ first: UInt64, _ second: UInt64 = 65535, _ third: UInt64 = 65535) -> UInt64 {
    first << 32 | second << 16 | third
  }

  @Test("every number from 0 to 65534 is an ID, 65535 and more are none")
  func numbers() {
    for number in 0..<65535 { #expect(read(["\(number)"]).key == key(UInt64(number))) }
    for number in 65535..<100_000 { #expect(read(["\(number)"]).taken == 0) }
  }

  @Test("up to three come one after the other; the fourth is left")
  func several() {
    #expect(read([]) == (key(65535), 0))
    #expect(read(["3", "0"]) == (key(3, 0), 4))
    #expect(read(["3303", "12", "5700"]) == (key(3303, 12, 5700), 13))
    #expect(read(["1", "2", "3", "4"]) == (key(1, 2, 3), 6))
    #expect(read(["33001", "65534"], kind: 0xB0) == (key(33001, 65534), 12))
  }

  @Test("what is no ID ends them, and nothing of it is taken")
  func others() {
    for other in ["", "00", "01", "0000", "0123", "000000", "123456", "a", "-1", "1 ", "12 4"] {
      #expect(read([other]).taken == 0)
      #expect(read(["7", other, "8"]) == (key(7), 2))
    }
  }

  @Test("any byte that is no digit is found, wherever it stands", arguments: 1...5)
  func digits(length: Int) {
    for place in 0..<length {
      for byte: UInt8 in 0...255 {
        var text = [UInt8](repeating: UInt8(ascii: "1"), count: length)
        text[place] = byte
        var reader = ByteReader(([UInt8(length)] + text).span)
        var list = IdentifierList()
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        let isLeadingZero = byte == UInt8(ascii: "0") && place == 0 && length > 1
        let isTooLarge = byte > UInt8(ascii: "6") && place == 0 && length == 5
        let isLonger = reader.take(behind: 0, into: &list)
        #expect(isLonger == (isDigit && !isLeadingZero && !isTooLarge))
      }
    }
  }

  @Test("one whose digits are not all there is none")
  func truncated() {
    for length in 1...5 {
      let text = [UInt8](repeating: UInt8(ascii: "1"), count: length)
      for count in 0..<length {
        let bytes = [UInt8(length)] + text[..<count]
        var reader = ByteReader(bytes.span)
        var list = IdentifierList()
        let isLonger = reader.take(behind: 0, into: &list)
        #expect(!isLonger && reader.position == 0)
      }
    }
  }
}
