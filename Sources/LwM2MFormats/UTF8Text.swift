import NBIoTBytes

/// UTF-8 (RFC 3629).
public enum UTF8Text {
  /// Whether `bytes` are well-formed: shortest forms only, no surrogates, nothing above U+10FFFF (section 4).
  public static func isValid(_ bytes: Span<UInt8>) -> Bool {
    var reader = ByteReader(bytes)
    while let lead = reader.byte() {
      if lead < 0x80 { continue }
      guard isSequence(startingWith: lead, &reader) else { return false }
    }
    return true
  }

  private static func isSequence(
    startingWith lead: UInt8, _ reader: inout ByteReader
  ) -> Bool {
    let further: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: further = 0
    case 0xE0...0xEF: further = 1
    case 0xF0...0xF4: further = 2
    default: return false
    }
    switch lead {
    case 0xE0: second = 0xA0...0xBF
    case 0xED: second = 0x80...0x9F
    case 0xF0: second = 0x90...0xBF
    case 0xF4: second = 0x80...0x8F
    default: break
    }
    guard let byte = reader.byte(), second.contains(byte) else { return false }
    for _ in 0..<further {
      guard let byte = reader.byte(), byte & 0xC0 == 0x80 else { return false }
    }
    return true
  }
}
