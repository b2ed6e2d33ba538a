import NBIoTBytes

/// Base64 with padding (RFC 4648 section 4): opaque values in text/plain.
public enum Base64 {
  public static func append(_ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    var reader = ByteReader(bytes)
    while let group = reader.bigEndian(length: 3) {
      writer.append(bigEndian: characters(UInt32(truncatingIfNeeded: group)), length: 4)
    }
    let padding = UInt64(UInt8(ascii: "="))
    if let rest = reader.bigEndian(length: 2) {
      let text = characters(UInt32(truncatingIfNeeded: rest &<< 8))
      writer.append(bigEndian: text & ~0xFF | padding, length: 4)
    } else if let rest = reader.byte() {
      let text = characters(UInt32(rest) &<< 16)
      writer.append(bigEndian: text & ~0xFFFF | padding &<< 8 | padding, length: 4)
    }
  }

  /// Decodes in place and returns the length. `nil`, the bytes then worthless, for anything an encoder
  /// does not produce: other characters, missing padding, bits beyond the last byte (sections 3.2, 3.3, 3.5).
  public static func decode(_ bytes: inout MutableSpan<UInt8>) -> Int? {
    guard bytes.count & 3 == 0 else { return nil }
    var source = 0
    var target = 0
    while source < bytes.count {
      let isLast = source &+ 4 == bytes.count
      guard let group = group(bytes.span, at: source, allowsPadding: isLast) else { return nil }
      var shift: UInt32 = 16
      for _ in 0..<group.length {
        bytes[target] = UInt8(truncatingIfNeeded: group.bits &>> shift)
        shift &-= 8
        target &+= 1
      }
      source &+= 4
    }
    return target
  }

  /// The 24 bits of the four characters at `start`, and how many bytes of them count.
  private static func group(
    _ text: Span<UInt8>, at start: Int, allowsPadding: Bool
  ) -> (bits: UInt32, length: Int)? {
    var length = 3
    if allowsPadding, text[start &+ 3] == UInt8(ascii: "=") {
      length = text[start &+ 2] == UInt8(ascii: "=") ? 1 : 2
    }
    var bits: UInt32 = 0
    for offset in 0...length {
      guard let value = value(of: text[start &+ offset]) else { return nil }
      bits = bits &<< 6 | UInt32(value)
    }
    switch length {
    case 1: return bits & 0x0F == 0 ? (bits &<< 12, 1) : nil
    case 2: return bits & 0x03 == 0 ? (bits &<< 6, 2) : nil
    default: return (bits, 3)
    }
  }

  /// The four characters of 24 bits.
  private static func characters(_ bits: UInt32) -> UInt64 {
    UInt64(
      UInt32(character(bits &>> 18)) &<< 24 | UInt32(character(bits &>> 12)) &<< 16
        | UInt32(character(bits &>> 6)) &<< 8 | UInt32(character(bits)))
  }

  private static func character(_ bits: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits & 0x3F)
    switch value {
    case 0..<26: return value &+ UInt8(ascii: "A")
    case 26..<52: return value &- 26 &+ UInt8(ascii: "a")
    case 52..<62: return value &- 52 &+ UInt8(ascii: "0")
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): return character &- UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return character &- UInt8(ascii: "a") &+ 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return character &- UInt8(ascii: "0") &+ 52
    case UInt8(ascii: "+"): return 62
    case UInt8(ascii: "/"): return 63
    default: return nil
    }
  }
}
