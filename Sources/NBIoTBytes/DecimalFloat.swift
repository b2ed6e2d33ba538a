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
    let significand = field == 0 ? fraction : fraction | 1 &<< 52
    let exponent = max(field, 1) &- 1075
    if significand == 0 {
      writer.append(UInt8(ascii: "0"))
    } else if exponent >= -59 && exponent < 0 {
      append(significand, fractionBits: 0 &- exponent, to: &writer)
    } else {
      append(
        ShortestDecimal(significand, exponent, isPowerOfTwo: fraction == 0 && field > 1),
        to: &writer)
    }
    return true
  }

  /// significand / 2^fractionBits, 2⁻⁷ ... 2⁵³, with 1 to 59 fraction bits, exact in 128 bits.
  @inline(__always)
  private static func append(
    _ significand: UInt64, fractionBits: Int, to writer: inout ByteWriter
  ) {
    let bits = UInt64(truncatingIfNeeded: fractionBits)
    let whole = significand &>> bits
    let rest = (significand &<< (64 &- bits)) &>> 4
    guard rest > 0 else { return append(whole, to: &writer) }
    append(whole, before: UInt8(ascii: "."), to: &writer)
    let isOdd = significand & 1 != 0
    var decimals =
      WordSize.is64Bit
      ? shortestDecimals(rest, fractionBits: bits, isOdd: isOdd)
      : shortestDecimalsInTurn(rest, fractionBits: bits, isOdd: isOdd)
    repeat {
      let first = decimals / 10_000_000_000
      decimals = (decimals &- first &* 10_000_000_000) &* 100_000_000
      let digits = eightDigits(UInt32(truncatingIfNeeded: first))
      let zeros = decimals == 0 ? digits.trailingZeroBitCount &>> 3 : 0
      writer.append(leading: text(digits), length: 8 &- zeros)
    } while decimals > 0
  }

  /// rest / 2⁶⁰, a fraction above 0 that is the end of a value with so many fraction bits, times 10¹⁸: the fewest
  /// decimals that read back as the value, and of these the closest.
  ///
  /// With n decimals, 10ⁿ just above 2^fractionBits, what reads back as the value is 1 to 10 units wide: the closest
  /// number always does, and with n - 1 decimals at most one. With fewer it is the same one, ending in zeros.
  /// A power of two has a nearer lower neighbour, but at most 7 decimals here, and then it is that one itself.
  @inline(__always)
  static func shortestDecimals(
    _ rest: UInt64, fractionBits: UInt64, isOdd: Bool
  ) -> UInt64 {
    // floor(log10(2^n)) is n · 1233 / 2¹² for all n here, and 2^n no power of ten.
    let places = (fractionBits &* 1233) &>> 12 &+ 1
    let unit = powersOfTen[Int(truncatingIfNeeded: places)]
    let (high, low) = rest.multipliedFullWidth(by: unit)
    var decimals = high &<< 4 | low &>> 60
    let fraction = low & ((1 &<< 60) &- 1)
    // Half way to a neighbour reads back as the even one.
    let reach = unit &<< (59 &- fractionBits) &+ (isOdd ? 0 : 1)
    let tenth = decimals / 10
    let down = (decimals &- tenth &* 10) &<< 60 | fraction
    if down < reach {
      decimals = tenth &* 10
    } else if 10 &<< 60 &- down < reach {
      decimals = tenth &* 10 &+ 10
    } else if fraction &+ decimals & 1 > 1 &<< 59 {
      decimals &+= 1
    }
    return decimals &* powersOfTen[18 &- Int(truncatingIfNeeded: places)]
  }

  /// The same, one digit after the other.
  ///
  /// Steele and White's free-format generation, exact in 64 bits: `rest` is what is left of the value and `reach`
  /// half the distance to its neighbours, both times 2⁶⁰; digits follow until all that is left is within reach.
  static func shortestDecimalsInTurn(
    _ value: UInt64, fractionBits: UInt64, isOdd: Bool
  ) -> UInt64 {
    let one: UInt64 = 1 &<< 60
    var decimals: UInt64 = 0
    var left = 18
    var rest = value
    var reach: UInt64 = 1 &<< (59 &- fractionBits)
    let tie: UInt64 = isOdd ? 0 : 1
    while rest >= reach &+ tie && one &- rest >= reach &+ tie {
      rest &*= 10
      reach &*= 10
      decimals = decimals &* 10 &+ rest &>> 60
      rest &= one &- 1
      left &-= 1
    }
    if rest &+ decimals & 1 > one &>> 1 { decimals &+= 1 }
    while left > 0 {
      decimals &*= 10
      left &-= 1
    }
    return decimals
  }

  /// The longest: a sign, 17 digits, a point and an exponent, or zeros before or behind them.
  private static var maximumLength: Int { 32 }

  private static func append(_ decimal: ShortestDecimal, to writer: inout ByteWriter) {
    guard writer.available >= maximumLength else { return appendTightly(decimal, to: &writer) }
    let start = writer.position
    append(decimal.digits, to: &writer)
    /// The power of ten of the first digit.
    let first = writer.position &- start &- 1 &+ decimal.power
    let isPlain = first >= -6 && first < 21
    if isPlain && first < 0 { insert(UInt8(ascii: "0"), 0 &- first, at: start, &writer) }
    let end = writer.position
    let point = start &+ 1 &+ (isPlain ? max(first, 0) : 0)
    if point < end {
      insert(UInt8(ascii: "."), 1, at: point, &writer)
    } else {
      insert(UInt8(ascii: "0"), point &- end, at: end, &writer)
    }
    if !isPlain {
      writer.append(UInt8(ascii: "e"))
      append(Int64(first), to: &writer)
    }
  }

  /// Where there may be no room, or only a piece is wanted: what is inserted needs the digits in one place.
  @inline(never)
  private static func appendTightly(_ decimal: ShortestDecimal, to writer: inout ByteWriter) {
    var text: InlineArray<32, UInt8> = [
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0,
    ]
    var whole = ByteWriter(text.mutableSpan)
    append(decimal, to: &whole)
    let length = whole.position
    writer.append(text.span.extracting(0..<length))
  }

  private static func insert(
    _ byte: UInt8, _ count: Int, at start: Int, _ writer: inout ByteWriter
  ) {
    writer.openGap(at: start, of: count)
    var index = start
    while index < start &+ count {
      writer.replace(at: index, with: byte)
      index &+= 1
    }
  }
}

/// 10⁰ ... 10¹⁸.
private let powersOfTen: InlineArray<19, UInt64> = [
  1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
  10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
  1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
  1_000_000_000_000_000_000,
]

/// The shortest decimal that reads back as one value, digits · 10^power.
private struct ShortestDecimal {
  private(set) var digits: UInt64
  private(set) var power: Int

  /// That of any significand · 2^exponent above 0.
  ///
  /// The value and the ends of the interval that reads back as it become integers of 18 or 19 digits, of which 17
  /// always suffice. Of the multiples of the largest power of ten that has one in the interval, it is the closest.
  init(_ significand: UInt64, _ exponent: Int, isPowerOfTwo: Bool) {
    let magnitude = exponent &+ 63 &- significand.leadingZeroBitCount
    // floor(log10(2^n)) is n · 78913 / 2^18 for all n here; the value may have one digit more.
    power = (magnitude &* 78913) &>> 18 &- 17
    let quarters = significand &* 4
    // The lower neighbour of a power of two is only half as far away as the upper one.
    let lowest = quarters &- (isPowerOfTwo ? 1 : 2)
    var (low, lowIsAbove) = ShortestDecimal.scaled(lowest, exponent, power)
    let (value, valueIsAbove) = ShortestDecimal.scaled(quarters, exponent, power)
    var (high, highIsAbove) = ShortestDecimal.scaled(quarters &+ 2, exponent, power)
    // The ends read back as the even one.
    let isOdd = significand & 1 != 0
    if lowIsAbove || isOdd { low &+= 1 }
    if !highIsAbove && isOdd { high &-= 1 }
    var unit: UInt64 = 1
    while high &- high % (unit &* 10) >= low {
      unit &*= 10
      power &+= 1
    }
    digits = value / unit
    let rest = value % unit &* 2
    if rest > unit || rest == unit && (valueIsAbove || digits & 1 != 0) { digits &+= 1 }
    // The closest of all may be outside, on the side of the nearer neighbour.
    if digits &* unit < low { digits &+= 1 }
  }

  /// quarters / 4 · 2^exponent / 10^power, rounded down, and whether something was lost.
  @inline(never)
  private static func scaled(
    _ quarters: UInt64, _ exponent: Int, _ power: Int
  ) -> (UInt64, isInexact: Bool) {
    var number = BigNumber(quarters)
    let bits = number.scaled(two: exponent &- 2, ten: 0 &- power)
    return (bits, number.isInexact)
  }
}
