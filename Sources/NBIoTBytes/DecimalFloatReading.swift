extension DecimalText {
  /// Parses [sign] digits [. digits] [e|E [sign] digits], the whole input; ".5" and "5." are accepted.
  ///
  /// Rounded correctly, to nearest and ties to even, for text of any length. What is too large gives `nil`, what is
  /// too small 0 or a subnormal, anything else (nothing, blanks, hexadecimal, "inf", "nan") `nil`.
  public static func double(_ text: Span<UInt8>) -> Double? {
    guard let scan = DecimalScan(text) else { return nil }
    let magnitude: UInt64
    if scan.count == 0 {
      magnitude = 0
    } else if let quotient = BinaryQuotient(dividing: scan) {
      magnitude = quotient.bits
    } else {
      magnitude = bits(scan, text)
    }
    guard magnitude < 0x7FF &<< 52 else { return nil }
    return Double(bitPattern: magnitude | (scan.isNegative ? 1 &<< 63 : 0))
  }

  @inline(never)
  private static func bits(_ scan: DecimalScan, _ text: Span<UInt8>) -> UInt64 {
    let position = scan.exponent &+ scan.count &- 1
    if position > 308 { return .max }
    if position < -324 { return 0 }
    var quotient = BinaryQuotient(scaling: scan)
    if scan.hasTail {
      if quotient.isNearHalfway {
        let order = compare(text, from: scan.first, position: position, to: quotient)
        quotient.settle(order)
      } else {
        quotient.isBelow = true
      }
    }
    return quotient.bits
  }

  /// The order of the digits in `text` from `first` on and the number half way above the kept bits.
  ///
  /// The exact decimal expansion of that number is made and compared digit by digit, so the text may be of any length.
  @inline(never)
  private static func compare(
    _ text: Span<UInt8>, from first: Int, position: Int, to quotient: BinaryQuotient
  ) -> Int {
    var ratio = DecimalRatio(
      significand: quotient.kept &* 2 &+ 1, two: quotient.keptExponent &- 1, ten: 0 &- position)
    for index in first..<text.count where text[index] != UInt8(ascii: ".") {
      let digit = UInt32(value(ofDigit: text[index]))
      guard digit <= 9 else { break }
      let expected = ratio.takeDigit()
      if digit != expected { return digit < expected ? -1 : 1 }
      ratio.multiply(.numerator, by: 10)
    }
    return ratio.isZero ? 0 : -1
  }
}

/// The leading 63 bits of a number above 0, before it is rounded to a `Double`.
struct BinaryQuotient {
  /// 2⁶² ..< 2⁶³.
  private var leading: UInt64
  /// The power of two of the highest bit.
  private let exponent: Int
  /// Whether `leading` is less than the number.
  var isBelow: Bool

  /// Divides short decimals in 64 bits; `nil` when that would not give enough bits.
  @inline(__always)
  init?(dividing scan: DecimalScan) {
    guard !scan.hasTail, scan.exponent >= -9, scan.exponent <= 19 else { return nil }
    var whole = scan.significand
    var fraction: UInt64 = 0
    var isBelow = false
    if scan.exponent < 0 {
      var divisor: UInt64 = 10
      for _ in scan.exponent ..< -1 { divisor &*= 10 }
      let high = (whole % divisor) &<< 32
      whole /= divisor
      let low = (high % divisor) &<< 32
      fraction = (high / divisor) &<< 32 | low / divisor
      isBelow = low % divisor != 0
    } else {
      for _ in 0..<scan.exponent {
        guard whole <= UInt64.max / 10 else { return nil }
        whole &*= 10
      }
    }
    self.init(whole: whole, fraction: fraction, isBelow: isBelow)
  }

  @inline(__always)
  private init?(whole: UInt64, fraction: UInt64, isBelow: Bool) {
    var bits = whole
    var rest = fraction
    var exponent = 63
    if whole == 0 {
      // 56 bits after the leading zeros still leave some below the 53 that are kept.
      guard fraction &>> 55 != 0 else { return nil }
      bits = fraction
      rest = 0
      exponent = -1
    }
    let zeros = UInt64(truncatingIfNeeded: bits.leadingZeroBitCount)
    bits = bits &<< zeros | (rest &>> 1) &>> (63 &- zeros)
    leading = bits &>> 1
    self.exponent = exponent &- Int(truncatingIfNeeded: zeros)
    self.isBelow = isBelow || rest &<< zeros != 0 || bits & 1 != 0
  }

  /// Divides big integers. The number is in 10⁻³²⁴ ..< 10³⁰⁹.
  @inline(never)
  init(scaling scan: DecimalScan) {
    // floor(log2(10^n)) is n · 217706 / 65536 for all n here, so the fraction is in 1 ..< 4.
    let estimate =
      63 &- scan.significand.leadingZeroBitCount &+ (scan.exponent &* 217_706) &>> 16
    var ratio = DecimalRatio(
      significand: scan.significand, two: 0 &- estimate, ten: scan.exponent)
    var bits: UInt64 = 0
    for _ in 0..<16 {
      bits = bits &<< 4 | UInt64(ratio.takeDigit())
      ratio.multiply(.numerator, by: 16)
    }
    let zeros = bits.leadingZeroBitCount &- 1
    leading = bits &<< UInt64(truncatingIfNeeded: zeros)
    exponent = estimate &+ 2 &- zeros
    isBelow = !ratio.isZero
  }

  /// How many of the 63 bits are below the last one that is kept; 65 and more leave nothing.
  private var dropped: Int {
    exponent >= -1022 ? 10 : -1012 &- exponent
  }

  /// The bits that are kept, rounded down.
  var kept: UInt64 { leading >> dropped }

  /// The power of two of the last bit in `kept`.
  var keptExponent: Int { exponent &- 62 &+ dropped }

  private var half: UInt64 { 1 << (dropped &- 1) }

  private var rest: UInt64 { leading & ~(UInt64.max << dropped) }

  /// Whether digits after the first 19 could lift the number to half way between two values or above.
  ///
  /// They add less than 10⁻¹⁸ of the number, 10 in units of `leading`, whose last bits may be missing 4 more.
  var isNearHalfway: Bool {
    dropped <= 64 && rest <= half && half &- rest < 64
  }

  /// Puts the number below, on or above half way, as it was found to be.
  mutating func settle(_ order: Int) {
    leading = leading &- rest | (order < 0 ? 0 : half)
    isBelow = order != 0
  }

  /// The bit pattern of the nearest `Double`, or one from infinity on.
  var bits: UInt64 {
    guard dropped <= 64 else { return 0 }
    var bits = kept
    if rest > half || (rest == half && (isBelow || bits & 1 != 0)) { bits &+= 1 }
    if exponent >= -1022 { bits &+= UInt64(truncatingIfNeeded: exponent &+ 1022) &<< 52 }
    return bits
  }
}
