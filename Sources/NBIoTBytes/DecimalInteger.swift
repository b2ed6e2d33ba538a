/// Numbers as decimal text and back, exact in both directions, without libc, heap or tables.
///
/// Text that does not fit may leave its first bytes in the writer; `overflowed` is set then, as for every other write.
public enum DecimalText {
  /// Appends the integer in decimal.
  public static func append(_ value: Int64, to writer: inout ByteWriter) {
    if value < 0 { writer.append(UInt8(ascii: "-")) }
    append(value.magnitude, to: &writer)
  }

  /// Small unsigned fast path used for ids and path segments.
  public static func append(_ value: UInt32, to writer: inout ByteWriter) {
    if value < 10 {
      writer.append(digit(value))
    } else if value < 100 {
      append(two: value, to: &writer)
    } else if value < 10_000 {
      append(four: value, isPadded: false, to: &writer)
    } else {
      append(eight: value, isPadded: false, to: &writer)
    }
  }

  @inline(never)
  static func append(_ value: UInt64, to writer: inout ByteWriter) {
    guard value > UInt64(UInt32.max) else {
      return append(UInt32(truncatingIfNeeded: value), to: &writer)
    }
    let top = UInt32(truncatingIfNeeded: value / 10_000_000_000_000_000)
    let high = value / 100_000_000 &- UInt64(top) &* 100_000_000
    let low = UInt32(truncatingIfNeeded: value % 100_000_000)
    if top > 0 { append(four: top, isPadded: false, to: &writer) }
    append(eight: UInt32(truncatingIfNeeded: high), isPadded: top > 0, to: &writer)
    append(eight: low, isPadded: true, to: &writer)
  }

  /// All of the number, or padded exactly eight digits of it.
  @inline(never)
  private static func append(eight value: UInt32, isPadded: Bool, to writer: inout ByteWriter) {
    var isPadded = isPadded
    var high = value / 10_000
    if high >= 10_000 {
      append(four: high / 10_000, isPadded: false, to: &writer)
      high %= 10_000
      isPadded = true
    }
    if isPadded || high > 0 {
      append(four: high, isPadded: isPadded, to: &writer)
      isPadded = true
    }
    append(four: value % 10_000, isPadded: isPadded, to: &writer)
  }

  @inline(never)
  private static func append(four value: UInt32, isPadded: Bool, to writer: inout ByteWriter) {
    let high = value / 100
    if isPadded || high >= 10 {
      append(two: high, to: &writer)
    } else if high > 0 {
      writer.append(digit(high))
    } else if value < 10 {
      return writer.append(digit(value))
    }
    append(two: value &- high &* 100, to: &writer)
  }

  /// Both digits of a number below 100: 103 / 1024 is close enough to a tenth for those.
  @inline(__always)
  private static func append(two value: UInt32, to writer: inout ByteWriter) {
    let tens = (value &* 103) &>> 10
    writer.append(digit(tens), digit(value &- tens &* 10))
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
