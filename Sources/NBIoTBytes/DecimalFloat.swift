extension DecimalText {
  /// Appends the shortest text that reads back as exactly `value`, the closest one of several.
  ///
  /// Plain decimal notation from 1e-6 to below 1e21, as JavaScript does; "1.5e300" and "1e-9" outside. The sign of
  /// a zero is kept. NaN and the infinities append nothing and give `false`.
  @discardableResult
  public static func append(_ value: Double, to writer: inout ByteWriter) -> Bool {
    let bits = value.bitPattern
    let field = Int(truncatingIfNeeded: bits &>> 52) & 0x7FF
    guard field != 0x7FF else { return false }
    if bits &>> 63 != 0 { writer.append(UInt8(ascii: "-")) }
    let fraction = bits & (1 &<< 52 &- 1)
    if field >= 1075 &- 59 && field <= 1075 {
      appendFixedPoint(
        fraction | 1 &<< 52, fractionBits: UInt64(truncatingIfNeeded: 1075 &- field), to: &writer)
    } else if field == 0 && fraction == 0 {
      append(0 as UInt32, to: &writer)
    } else {
      appendScaled(fraction, exponentField: field, to: &writer)
    }
    return true
  }

  /// Appends significand / 2^fractionBits, 2⁻⁷ ... 2⁵³, with at most 59 fraction bits.
  ///
  /// Steele and White's free-format generation, exact in 64 bits: `rest` / `one` is what is left of the value,
  /// `reach` / `one` half the distance to its neighbours; digits follow until all that is left is within reach.
  /// With `one` at most 2⁶⁰, neither exceeds 10 · 2⁶⁰. A power of two has a nearer lower neighbour, but at most 7
  /// decimals here, and each of them leaves a multiple of 10⁻⁷, far out of reach until nothing is left.
  @inline(__always)
  private static func appendFixedPoint(
    _ significand: UInt64, fractionBits: UInt64, to writer: inout ByteWriter
  ) {
    let whole = significand &>> fractionBits
    if whole &>> 32 == 0 {
      append(UInt32(truncatingIfNeeded: whole), to: &writer)
    } else {
      append(whole, to: &writer)
    }
    var rest = (significand &- whole &<< fractionBits) &<< 1
    guard rest != 0 else { return }
    writer.append(UInt8(ascii: "."))
    let shift = fractionBits &+ 1
    let one: UInt64 = 1 &<< shift
    // Half way to a neighbour reads back as the even one.
    let tie = ~significand & 1
    var reach: UInt64 = 1
    while true {
      rest &*= 10
      reach &*= 10
      var next = UInt32(truncatingIfNeeded: rest &>> shift)
      rest &= one &- 1
      let fitsDown = rest < reach &+ tie
      let fitsUp = one &- rest < reach &+ tie
      guard fitsDown || fitsUp else {
        writer.append(digit(next))
        continue
      }
      if fitsUp && (!fitsDown || rest &* 2 &+ UInt64(next & 1) > one) { next &+= 1 }
      return writer.append(digit(next))
    }
  }

  /// Any finite value above 0, by the same generation on big integers.
  @inline(never)
  private static func appendScaled(
    _ fraction: UInt64, exponentField field: Int, to writer: inout ByteWriter
  ) {
    let significand = field == 0 ? fraction : fraction | 1 &<< 52
    let exponent = (field == 0 ? 1 : field) &- 1075
    // The lower neighbour of a power of two is only half as far away as the upper one.
    let reach = fraction == 0 && field > 1 ? 2 : 1
    let magnitude = exponent &+ 63 &- significand.leadingZeroBitCount
    // floor(log10(2^n)) is n · 78913 / 2^18 for all n here; the value may have one digit more.
    var position = (magnitude &* 78913) &>> 18
    var digits = ShortestDigits(upperReach: reach, isEven: significand & 1 == 0)
    digits.ratio.set(
      significand &* UInt64(truncatingIfNeeded: reach &* 2), two: exponent &- reach,
      ten: -1 &- position)
    if digits.startsEarly() { position &+= 1 }
    appendLayout(&digits, position: position, to: &writer)
  }

  /// `position` is the power of ten of the first digit.
  @inline(__always)
  private static func appendLayout(
    _ digits: inout ShortestDigits, position: Int, to writer: inout ByteWriter
  ) {
    let isPlain = position >= -6 && position < 21
    var untilPoint = isPlain ? position &+ 1 : 1
    if untilPoint <= 0 {
      append(UInt8(ascii: "0"), count: 1, to: &writer)
      append(UInt8(ascii: "."), count: 1, to: &writer)
      append(UInt8(ascii: "0"), count: 0 &- untilPoint, to: &writer)
      untilPoint = 0
    }
    while true {
      append(digit(digits.next()), count: 1, to: &writer)
      untilPoint &-= 1
      if digits.isAtEnd { break }
      if untilPoint == 0 { append(UInt8(ascii: "."), count: 1, to: &writer) }
    }
    append(UInt8(ascii: "0"), count: untilPoint, to: &writer)
    if !isPlain {
      append(UInt8(ascii: "e"), count: 1, to: &writer)
      append(Int64(position), to: &writer)
    }
  }

  /// Not inlined, as the layout would grow by a capacity check per call.
  @inline(never)
  private static func append(_ byte: UInt8, count: Int, to writer: inout ByteWriter) {
    var left = count
    while left > 0 {
      writer.append(byte)
      left &-= 1
    }
  }
}

/// The digits of the shortest decimal that reads back as one value, most significant first.
private struct ShortestDigits: ~Copyable {
  var ratio = DecimalRatio()
  /// Half the distance to the upper neighbour, in units of the ratio; to the lower one it is 1.
  let upperReach: Int
  /// Half way to a neighbour reads back as the even one.
  let isEven: Bool
  var isAtEnd = false

  @inline(__always)
  init(upperReach: Int, isEven: Bool) {
    self.upperReach = upperReach
    self.isEven = isEven
  }

  @inline(never)
  private mutating func fitsUp() -> Bool {
    ratio.add(upperReach, DecimalRatio.unit)
    let excess = ratio.sign(adding: -1, DecimalRatio.denominator)
    ratio.add(0 &- upperReach, DecimalRatio.unit)
    return excess >= (isEven ? 0 : 1)
  }

  @inline(never)
  private mutating func advance() {
    ratio.multiply(DecimalRatio.numerator, by: 10)
    ratio.multiply(DecimalRatio.unit, by: 10)
  }

  /// Whether the first digit is one place before the expected one.
  @inline(__always)
  mutating func startsEarly() -> Bool {
    if fitsUp() { return true }
    advance()
    return false
  }

  /// The last digit never becomes 10: the digit before it would have fitted upwards already.
  @inline(__always)
  mutating func next() -> UInt32 {
    var digit = ratio.takeDigit()
    let fitsDown = ratio.sign(adding: -1, DecimalRatio.unit) < (isEven ? 1 : 0)
    let fitsUp = fitsUp()
    guard fitsDown || fitsUp else {
      advance()
      return digit
    }
    isAtEnd = true
    if fitsUp {
      ratio.multiply(DecimalRatio.numerator, by: 2)
      let half = ratio.sign(adding: -1, DecimalRatio.denominator)
      if !fitsDown || half > 0 || (half == 0 && digit & 1 != 0) { digit &+= 1 }
    }
    return digit
  }
}
