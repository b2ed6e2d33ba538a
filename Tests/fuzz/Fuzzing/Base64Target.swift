import Fixtures
import LwM2MFormats
import NBIoTBytes

extension FuzzTarget {
  /// base64 (RFC 4648 section 4) and hexadecimal digits, both ways: what is decoded is all an encoder writes, and nothing
  /// else is decoded.
  static let base64 = FuzzTarget("base64", maximumLength: 96) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    let decoded = decodedBase64(bytes)
    try require(decoded == Alphabet.decoded(input), "base64 read differently: \(input)")
    if let decoded {
      try require(encodedBase64(decoded.span) == input, "base64 written differently: \(decoded)")
    }
    let back = encodedBase64(bytes).flatMap { decodedBase64($0.span) }
    try require(back == input, "base64 there and back: \(input)")
    try requireHexDigits(bytes, input)
  }

  private static func encodedBase64(_ bytes: Span<UInt8>) -> [UInt8]? {
    written { writer in
      Base64.append(bytes, to: &writer)
      return true
    }
  }

  private static func decodedBase64(_ bytes: Span<UInt8>) -> [UInt8]? {
    withCopy(of: bytes) { copy in
      guard let length = Base64.decode(&copy) else { return nil }
      return (0..<length).map { copy[$0] }
    }
  }

  private static func requireHexDigits(
    _ bytes: Span<UInt8>, _ input: [UInt8]
  ) throws(Finding) {
    let digits = written { writer in
      HexDigits.append(bytes, to: &writer)
      return true
    }
    guard let digits else { throw Finding("no digits: \(input)") }
    let back = written { HexDigits.appendDecoded(digits.span, to: &$0) }
    try require(back == input, "digits there and back: \(input)")
    let decoded = written { HexDigits.appendDecoded(bytes, to: &$0) }
    try require(decoded == Alphabet.decodedDigits(input), "digits read differently: \(input)")
  }
}

/// Characters and the numbers they stand for, looked up one by one.
enum Alphabet {
  private static let base64 = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func decoded(_ text: [UInt8]) -> [UInt8]? {
    let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard text.count % 4 == 0, padding < 3 else { return nil }
    var bits: [Bool] = []
    for character in text.dropLast(padding) {
      guard let value = base64.firstIndex(of: character) else { return nil }
      bits += (0..<6).reversed().map { value >> $0 & 1 == 1 }
    }
    let count = bits.count / 8 * 8
    // What fills the last character up is zero, and no whole character of it.
    guard bits.count - count == padding * 2, !bits[count...].contains(true) else { return nil }
    return stride(from: 0, to: count, by: 8).map { start in
      bits[start..<start + 8].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
  }

  static func decodedDigits(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: 2) {
      guard let high = Character(Unicode.Scalar(text[start])).hexDigitValue, text[start] < 0x80,
        let low = Character(Unicode.Scalar(text[start + 1])).hexDigitValue, text[start + 1] < 0x80
      else { return nil }
      bytes.append(UInt8(high * 16 + low))
    }
    return bytes
  }
}
