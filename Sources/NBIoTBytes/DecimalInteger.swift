/// Numbers as decimal text and back, exact in both directions, without libc, heap or tables.
///
/// Text that does not fit may leave its first bytes in the writer; `overflowed` is set then, as for every other write.
public enum DecimalText {
  /// Appends the integer in decimal.
  public static func append(_ value: Int64, to writer: inout ByteWriter) {
    if value < 0 { writer.append(UInt8(ascii: "-")) }
    append(value.magnitude, to: &writer)
  }

  public static func append(_ value: UInt32, to writer: inout ByteWriter) {
    var length = 1
    var limit: UInt32 = 10
    // Ten digits are the most: the limit above them would not fit.
    while length < 10 && value >= limit {
      length &+= 1
      limit &*= 10
    }
    writer.append(decimal: value, length: length)
  }

  static func append(_ value: UInt64, to writer: inout ByteWriter) {
    guard value &>> 32 != 0 else {
      return append(UInt32(truncatingIfNeeded: value), to: &writer)
    }
    append(value / 1_000_000_000, to: &writer)
    writer.append(decimal: UInt32(truncatingIfNeeded: value % 1_000_000_000), length: 9)
  }

  /// The value of an ASCII digit, above 9 for every other byte.
  @inline(__always)
  static func value(ofDigit byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "0")
  }

  /// Skips a sign, which may be missing; whether it was a minus.
  static func skipSign(_ reader: inout ByteReader) -> Bool {
    let byte = reader.peek()
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") { reader.advance() }
    return isNegative
  }

  /// Parses an optional sign and digits, the whole input; `nil` on anything else or overflow.
  public static func integer(_ text: Span<UInt8>) -> Int64? {
    var reader = ByteReader(text)
    let isNegative = skipSign(&reader)
    guard let magnitude = unsigned(&reader) else { return nil }
    guard magnitude <= UInt64(Int64.max) &+ (isNegative ? 1 : 0) else { return nil }
    return Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude)
  }

  /// Parses digits, at least one, up to the end of the text; too many digits give `UInt64.max`.
  public static func unsigned(_ reader: inout ByteReader) -> UInt64? {
    if reader.isAtEnd { return nil }
    var magnitude: UInt64 = 0
    while let byte = reader.byte() {
      let digit = value(ofDigit: byte)
      guard digit <= 9 else { return nil }
      if magnitude <= UInt64(Int64.max) / 10 {
        magnitude = magnitude &* 10 &+ UInt64(truncatingIfNeeded: digit)
      } else {
        magnitude = .max
      }
    }
    return magnitude
  }
}
