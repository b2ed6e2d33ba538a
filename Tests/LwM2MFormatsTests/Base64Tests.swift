import NBIoTBytes
import Testing

@testable import LwM2MFormats

private func encoded(_ bytes: [UInt8]) -> String? {
  writtenText {
    Base64.append(bytes.span, to: &$0)
    return true
  }
}

private func decoded(_ text: String) -> [UInt8]? {
  var bytes = Array(text.utf8)
  var span = bytes.mutableSpan
  guard let length = Base64.decode(&span) else { return nil }
  return Array(bytes.prefix(length))
}

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func rfc4648Section10Vectors(_ plain: String, _ text: String) {
    #expect(encoded(Array(plain.utf8)) == text)
    #expect(decoded(text) == Array(plain.utf8))
  }

  @Test func rfc4648Section4EveryCharacterOfTheAlphabet() {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    let bytes = decoded(alphabet)
    #expect(bytes?.count == 48)
    #expect(encoded(bytes ?? []) == alphabet)
  }

  @Test(arguments: ["Zg", "Zg=", "Zm8", "Z", "Zg===", "Zm9vYg"])
  func rfc4648Section32PaddingIsRequired(_ text: String) {
    #expect(decoded(text) == nil)
  }

  @Test(arguments: [
    "Zm9v\n", "Zm9\n", "Zm 9", "Zm-_", "====", "Z===", "Zg=v", "Zg==Zm9v", "Zm8=Zm9v", "=m9v",
    "Zm=v", "Zm9\u{80}",
  ])
  func rfc4648Section33OtherCharactersAreRefused(_ text: String) {
    #expect(decoded(text) == nil)
  }

  @Test(arguments: ["Zh==", "Zm9=", "ZmC=", "//=="])
  func rfc4648Section35BitsBeyondTheLastByteAreRefused(_ text: String) {
    #expect(decoded(text) == nil)
  }

  @Test func noRoomIsAnOverflow() {
    let bytes = written(into: 7) {
      Base64.append([1, 2, 3, 4].span, to: &$0)
      return true
    }
    #expect(bytes == nil)
  }

  @Test func randomBytesRoundTripAndRandomTextNeverTraps() {
    var numbers = RepeatableNumbers(state: 5)
    for _ in 0..<2_000 {
      let bytes = numbers.bytes(upTo: 50)
      let text = encoded(bytes) ?? ""
      #expect(decoded(text) == bytes)
      // Whatever is accepted is what the encoder would have produced.
      let other = String(decoding: bytes.map { $0 & 0x7F }, as: UTF8.self)
      if let plain = decoded(other) { #expect(encoded(plain) == other) }
    }
  }

  @Test func oneChangedCharacterIsAnotherValueOrRefused() {
    var numbers = RepeatableNumbers(state: 6)
    for _ in 0..<2_000 {
      var text = Array((encoded(numbers.bytes(upTo: 8)) ?? "").utf8)
      guard let position = text.indices.randomElement(using: &numbers) else { continue }
      text[position] = UInt8.random(in: 0...127, using: &numbers)
      let other = String(decoding: text, as: UTF8.self)
      if let plain = decoded(other) { #expect(encoded(plain) == other) }
    }
  }
}
