import NBIoTBytes

/// Base64 with padding (RFC 4648 section 4): opaque values in text/plain.
public enum Base64 {
  public static func append(_ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let count = min(3, reader.remaining)
      let unused = UInt32(truncatingIfNeeded: 24 &- count &* 8)
      let bits = UInt32(truncatingIfNeeded: reader.bigEndian(length: count) ?? 0) &<< unused
      var index = 0
      var shift: UInt32 = 18
      while index < 4 {
        writer.append(index <= count ? character(bits &>> shift) : UInt8(ascii: "="))
        index &+= 1
        shift &-= 6
      }
    }
  }

  /// Decodes in place and returns the length. `nil`, the bytes then worthless, for anything an encoder
  /// does not produce: other characters, missing padding, bits beyond the last byte (sections 3.2, 3.3, 3.5).
  public static func decode(_ bytes: inout MutableSpan<UInt8>) -> Int? {
    guard bytes.count & 3 == 0 else { return nil }
    var source = 0
    var target = 0
    while source < bytes.count {
      guard let (bits, count) = group(bytes.span, at: source) else { return nil }
      var shift: UInt32 = 16
      let end = target &+ count
      while target < end {
        bytes[target] = UInt8(truncatingIfNeeded: bits &>> shift)
        shift &-= 8
        target &+= 1
      }
      source &+= 4
    }
    return target
  }

  /// The 24 bits of the four characters at `start`, and how many bytes of them count. Padding is for the last two
  /// characters of all.
  private static func group(_ text: Span<UInt8>, at start: Int) -> (bits: UInt32, count: Int)? {
    var bits: UInt32 = 0
    var count = 3
    var index = start
    while index < start &+ 4 {
      bits &<<= 6
      if count == 3, let value = value(of: text[index]) {
        bits |= UInt32(truncatingIfNeeded: value)
      } else {
        guard text[index] == UInt8(ascii: "="), index > start &+ 1, start &+ 4 == text.count else {
          return nil
        }
        count &-= 1
      }
      index &+= 1
    }
    let unused = UInt32(truncatingIfNeeded: 24 &- count &* 8)
    return bits & (1 &<< unused &- 1) == 0 ? (bits, count) : nil
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
