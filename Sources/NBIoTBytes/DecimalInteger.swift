/// Numbers as decimal text and back, exact in both directions, without libc, heap or tables.
///
/// Text that does not fit may leave its first bytes in the writer; `overflowed` is set then, as for every other write.
public enum DecimalText {
  /// Appends the integer in decimal.
  public static func append(_ value: Int64, to writer: inout ByteWriter) {
    if value < 0 { writer.append(UInt8(ascii: "-")) }
    append(value.magnitude, to: &writer)
  }

  @inline(__always)
  public static func append(_ value: UInt32, to writer: inout ByteWriter) {
    append(UInt64(truncatingIfNeeded: value), to: &writer)
  }

  static func append(_ value: UInt64, to writer: inout ByteWriter) {
    guard value >= 100_000_000 else {
      let digits = eightDigits(UInt32(truncatingIfNeeded: value))
      // All in front of the last digit may be zeros.
      let zeros = (digits | 1).leadingZeroBitCount & ~7
      return writer.append(
        leading: text(digits) &<< UInt64(truncatingIfNeeded: zeros), length: 8 &- zeros &>> 3)
    }
    let rest = value / 100_000_000
    append(rest, to: &writer)
    let digits = eightDigits(UInt32(truncatingIfNeeded: value &- rest &* 100_000_000))
    writer.append(leading: text(digits), length: 8)
  }

  /// Appends the integer and one more character, mostly in one go.
  @inline(__always)
  static func append(_ value: UInt64, before end: UInt8, to writer: inout ByteWriter) {
    guard WordSize.is64Bit, value < 10_000_000 else {
      append(value, to: &writer)
      return writer.append(end)
    }
    let digits = eightDigits(UInt32(truncatingIfNeeded: value))
    let zeros = (digits | 1).leadingZeroBitCount & ~7
    let text = text(digits) &<< 8 | UInt64(truncatingIfNeeded: end)
    writer.append(
      leading: text &<< UInt64(truncatingIfNeeded: zeros &- 8), length: 9 &- zeros &>> 3)
  }

  /// The digits of a number below 10⁸, one to a byte, the first in the high byte.
  ///
  /// Each step halves what a lane of the word holds and divides all lanes at once. n · 10486 / 2²⁰ is n / 100 rounded
  /// down for every n below 10,000, and n · 103 / 2¹⁰ is n / 10 for every n below 100.
  public static func eightDigits(_ value: UInt32) -> UInt64 {
    let thousands = UInt64(truncatingIfNeeded: value / 10_000)
    let fours = UInt64(truncatingIfNeeded: value) &+ thousands &* ((1 &<< 32) &- 10_000)
    let hundreds = (fours &* 10_486) &>> 20 & 0x0000_007F_0000_007F
    let pairs = fours &+ hundreds &* ((1 &<< 16) &- 100)
    let tens = (pairs &* 103) &>> 10 & 0x000F_000F_000F_000F
    return pairs &+ tens &* ((1 &<< 8) &- 10)
  }

  /// The digits of an ID, of which most have four at most, as above.
  @inline(__always)
  static func digits(of id: UInt16) -> UInt64 {
    let value = UInt32(truncatingIfNeeded: id)
    guard value >= 10_000 else { return UInt64(truncatingIfNeeded: fourDigits(value)) }
    let first = value / 10_000
    return UInt64(truncatingIfNeeded: first) &<< 32
      | UInt64(truncatingIfNeeded: fourDigits(value &- first &* 10_000))
  }

  /// The digits of a number below 10⁴, as above.
  private static func fourDigits(_ value: UInt32) -> UInt32 {
    let pairs = value &+ (value &* 10_486) &>> 20 &* ((1 &<< 16) &- 100)
    let tens = (pairs &* 103) &>> 10 & 0x000F_000F
    return pairs &+ tens &* ((1 &<< 8) &- 10)
  }

  /// Digits, one to a byte, as characters.
  @inline(__always)
  public static func text(_ digits: UInt64) -> UInt64 {
    digits | 0x3030_3030_3030_3030
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
