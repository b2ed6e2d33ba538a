/// The leading 63 bits of a number above 0, before it is rounded to a `Double`.
struct BinaryQuotient {
  /// 2⁶² ..< 2⁶³. The lowest bit, always below those that decide, is also set when bits after it are missing.
  let leading: UInt64
  /// The power of two of the highest bit.
  let exponent: Int

  /// Divides short decimals in 64 bits; `nil` when that would not give enough bits.
  @inline(__always)
  init?(dividing scan: DecimalScan) {
    guard !scan.hasTail, scan.exponent >= -9, scan.exponent <= 19 else { return nil }
    var whole = scan.significand
    var fraction: UInt64 = 0
    if scan.exponent < 0 {
      var divisor: UInt64 = 10
      for _ in scan.exponent ..< -1 { divisor &*= 10 }
      let high = (whole % divisor) &<< 32
      whole /= divisor
      let low = (high % divisor) &<< 32
      fraction = (high / divisor) &<< 32 | low / divisor | (low % divisor != 0 ? 1 : 0)
    } else {
      for _ in 0..<scan.exponent {
        guard whole <= UInt64.max / 10 else { return nil }
        whole &*= 10
      }
    }
    self.init(whole: whole, fraction: fraction)
  }

  @inline(__always)
  private init?(whole: UInt64, fraction: UInt64) {
    var bits = whole
    var rest = fraction
    var top = 63
    if whole == 0 {
      // 56 bits after the leading zeros still leave some below the 53 that are kept.
      guard fraction &>> 55 != 0 else { return nil }
      bits = fraction
      rest = 0
      top = -1
    }
    let zeros = UInt64(truncatingIfNeeded: bits.leadingZeroBitCount)
    bits = bits &<< zeros | (rest &>> 1) &>> (63 &- zeros)
    leading = bits &>> 1 | bits & 1 | (rest &<< zeros != 0 ? 1 : 0)
    exponent = top &- Int(truncatingIfNeeded: zeros)
  }

  /// Divides big integers. The number is in 10⁻³²⁴ ..< 10³⁰⁹.
  @inline(never)
  init(scaling scan: DecimalScan) {
    // floor(log2(10^n)) is n · 217706 / 65536 for all n here, so the fraction is in 1 ..< 4.
    let estimate =
      63 &- scan.significand.leadingZeroBitCount &+ (scan.exponent &* 217_706) &>> 16
    var ratio = DecimalRatio()
    ratio.set(scan.significand, two: 0 &- estimate, ten: scan.exponent)
    var bits: UInt64 = 0
    for _ in 0..<16 {
      bits = bits &<< 4 | UInt64(ratio.takeDigit())
      ratio.multiply(DecimalRatio.numerator, by: 16)
    }
    let isUpper = bits &>> 61 != 0
    let missing: UInt64 = ratio.sign(adding: 0, DecimalRatio.unit) != 0 ? 1 : 0
    leading = bits &<< (isUpper ? 1 : 2) | missing
    exponent = isUpper ? estimate &+ 1 : estimate
  }

  /// The bit pattern of the nearest `Double`, for a number that is no subnormal, or one from infinity on.
  @inline(__always)
  var normalBits: UInt64 {
    let rounded = (leading &+ 511 &+ (leading &>> 10 & 1)) &>> 10
    return rounded &+ UInt64(truncatingIfNeeded: exponent &+ 1022) &<< 52
  }
}
