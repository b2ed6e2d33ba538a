/// Numbers as decimal text and back, exact in both directions, without libc, heap or tables.
///
/// Text that does not fit may leave its first bytes in the writer; `overflowed` is set then, as for every other write.
public enum DecimalText {
  /// Appends the integer in decimal.
  public static func append(_ value: Int64, to writer: inout ByteWriter) {
    if value < 0 { writer.append(UInt8(ascii: "-")) }
    append(magnitude: value.magnitude, to: &writer)
  }

  /// Small unsigned fast path used for ids and path segments.
  public static func append(_ value: UInt32, to writer: inout ByteWriter) {
    if value < 10 {
      writer.append(digit(value))
    } else if value < 100_000 {
      append(group: value, padded: false, to: &writer)
    } else {
      append(group: value / 100_000, padded: false, to: &writer)
      append(group: value % 100_000, padded: true, to: &writer)
    }
  }

  @inline(never)
  static func append(magnitude: UInt64, to writer: inout ByteWriter) {
    guard magnitude > UInt64(UInt32.max) else {
      return append(UInt32(truncatingIfNeeded: magnitude), to: &writer)
    }
    var rest = magnitude
    var unit: UInt64 = 1_000_000_000_000_000
    var padded = false
    while unit > 0 {
      let group = UInt32(truncatingIfNeeded: rest / unit)
      rest %= unit
      if padded || group > 0 {
        append(group: group, padded: padded, to: &writer)
        padded = true
      }
      unit /= 100_000
    }
  }

  /// Appends `group`, 1 ... 99 999, or padded 0 ... 99 999 as five digits.
  ///
  /// 429 497 is 2³² / 10⁴ rounded up, so `product` is group / 10⁴ with 32 fraction bits and at most
  /// 0.28 · 10⁵ · 2⁻³² too large; times 10⁴ that is still below 1, so no digit is off.
  @inline(never)
  private static func append(group: UInt32, padded: Bool, to writer: inout ByteWriter) {
    var product = UInt64(group) &* 429_497
    var left = 5
    if !padded {
      while product &>> 32 == 0 && left > 1 {
        product &*= 10
        left &-= 1
      }
    }
    while left > 0 {
      writer.append(digit(UInt32(truncatingIfNeeded: product &>> 32)))
      product = (product & 0xFFFF_FFFF) &* 10
      left &-= 1
    }
  }

  @inline(__always)
  static func digit(_ value: UInt32) -> UInt8 {
    UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value)
  }

  /// The value of an ASCII digit, above 9 for every other byte.
  @inline(__always)
  static func value(ofDigit byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "0")
  }

  /// Where the text goes on after a sign that may stand at `start`, and whether that is a minus.
  @inline(__always)
  static func sign(of text: Span<UInt8>, at start: Int) -> (end: Int, isNegative: Bool) {
    guard start < text.count else { return (start, false) }
    let isNegative = text[start] == UInt8(ascii: "-")
    return (isNegative || text[start] == UInt8(ascii: "+") ? start &+ 1 : start, isNegative)
  }

  /// Parses an optional sign and digits, the whole input; `nil` on anything else or overflow.
  public static func integer(_ text: Span<UInt8>) -> Int64? {
    guard let (magnitude, isNegative) = magnitude(text, from: 0) else { return nil }
    guard magnitude <= UInt64(Int64.max) &+ (isNegative ? 1 : 0) else { return nil }
    return Int64(bitPattern: isNegative ? 0 &- magnitude : magnitude)
  }

  /// An optional sign and digits from `start` to the end of the text; too many digits give `UInt64.max`.
  @inline(never)
  static func magnitude(_ text: Span<UInt8>, from start: Int) -> (UInt64, isNegative: Bool)? {
    var (index, isNegative) = sign(of: text, at: start)
    guard index < text.count else { return nil }
    var magnitude: UInt64 = 0
    repeat {
      let digit = value(ofDigit: text[index])
      guard digit <= 9 else { return nil }
      if magnitude <= UInt64(Int64.max) / 10 {
        magnitude = magnitude &* 10 &+ UInt64(digit)
      } else {
        magnitude = .max
      }
      index &+= 1
    } while index < text.count
    return (magnitude, isNegative)
  }
}
