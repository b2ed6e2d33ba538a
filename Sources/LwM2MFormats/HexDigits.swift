import NBIoTBytes

/// Text of hexadecimal digits, two per byte.
///
/// The application keeps the digits of a hexString resource ("313233"); on the wire travel the bytes they stand for
/// ("123"), as a string. This is what modules do with AT value type 6.
public enum HexDigits {
  /// The value of `digit`, upper or lower case.
  @inline(__always)
  public static func value(of digit: UInt8) -> UInt8? {
    let number = digit &- UInt8(ascii: "0")
    if number <= 9 { return number }
    let letter = (digit | 0x20) &- UInt8(ascii: "a")
    return letter <= 5 ? letter &+ 10 : nil
  }

  /// The digit for the low four bits of `value`, upper case.
  @inline(__always)
  public static func digit(for value: UInt8) -> UInt8 {
    let nibble = value & 0x0F
    return nibble < 10 ? nibble &+ UInt8(ascii: "0") : nibble &- 10 &+ UInt8(ascii: "A")
  }

  /// How many bytes `digits` stand for; `nil` when one digit has no partner.
  @inline(__always)
  public static func decodedLength(_ digits: Span<UInt8>) -> Int? {
    digits.count & 1 == 0 ? digits.count &>> 1 : nil
  }

  /// Writes the digits of `bytes`, upper case: what is stored when a server writes a hexString resource.
  public static func append(_ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    var reader = ByteReader(bytes)
    while let byte = reader.byte() {
      writer.append(digit(for: byte >> 4), digit(for: byte))
    }
  }

  /// Writes the bytes `digits` stand for. `false` when one is no digit or has no partner.
  public static func appendDecoded(_ digits: Span<UInt8>, to writer: inout ByteWriter) -> Bool {
    var reader = ByteReader(digits)
    while let high = reader.byte() {
      guard let low = reader.byte(), let upper = value(of: high), let lower = value(of: low)
      else { return false }
      writer.append(upper << 4 | lower)
    }
    return true
  }
}
