extension DecimalText {
  /// Parses [sign] digits [. digits] [e|E [sign] digits], the whole input; ".5" and "5." are accepted.
  ///
  /// Rounded correctly, to nearest and ties to even, for text of any length. What is too large gives `nil`, what is
  /// too small 0 or a subnormal, anything else (nothing, blanks, hexadecimal, "inf", "nan") `nil`.
  public static func double(_ text: Span<UInt8>) -> Double? {
    guard let scan = DecimalScan(text) else { return nil }
    var magnitude: UInt64 = 0
    if scan.significand != 0 {
      magnitude =
        !scan.isFull && scan.exponent <= 0 && scan.exponent >= -18
        ? fixedPointBits(scan.significand, places: 0 &- scan.exponent) : bits(scan, text)
    }
    guard magnitude < 0x7FF &<< 52 else { return nil }
    return Double(bitPattern: magnitude | (scan.isNegative ? 1 &<< 63 : 0))
  }

  /// The bit pattern of the value nearest to significand / 10^places, 1 ..< 10¹⁸ and 0 ... 18.
  ///
  /// Long division until the quotient has 63 bits, as many at a time as the remainder has room for.
  @inline(__always)
  private static func fixedPointBits(_ significand: UInt64, places: Int) -> UInt64 {
    var divisor: UInt64 = 1
    for _ in 0..<places { divisor &*= 10 }
    let room = divisor.leadingZeroBitCount
    var shift = significand.leadingZeroBitCount &- 1
    let dividend = significand &<< UInt64(truncatingIfNeeded: shift)
    var quotient = dividend / divisor
    var remainder = dividend % divisor
    while quotient &>> 62 == 0 {
      let step = min(quotient.leadingZeroBitCount &- 1, room)
      shift &+= step
      remainder &<<= UInt64(truncatingIfNeeded: step)
      quotient = quotient &<< UInt64(truncatingIfNeeded: step) | remainder / divisor
      remainder %= divisor
    }
    // What is left only has to break ties, for which the lowest bit is far enough down.
    if remainder != 0 { quotient |= 1 }
    let rounded = (quotient &+ 511 &+ (quotient &>> 10 & 1)) &>> 10
    return rounded &+ UInt64(truncatingIfNeeded: 1084 &- shift) &<< 52
  }

  /// The bit pattern of the nearest value, or one from infinity on.
  @inline(never)
  private static func bits(_ scan: DecimalScan, _ text: Span<UInt8>) -> UInt64 {
    if scan.exponent > 310 { return .max }
    if scan.exponent < -350 { return 0 }
    // floor(log2(10^n)) is n · 217706 / 65536 for all n here, so the number is in 1 ..< 4 times 2^binary.
    var binary = 63 &- scan.significand.leadingZeroBitCount &+ (scan.exponent &* 217_706) &>> 16
    if binary > 1024 { return .max }
    if binary <= -1077 { return 0 }
    binary = max(binary, -1022)
    var ratio = DecimalRatio()
    ratio.set(scan.significand, two: 0 &- binary, ten: scan.exponent)
    if ratio.sign(adding: -2, DecimalRatio.denominator) >= 0 {
      ratio.multiply(DecimalRatio.denominator, by: 2)
      binary &+= 1
    }
    var bits = UInt64(ratio.takeDigit())
    for _ in 0..<13 {
      ratio.multiply(DecimalRatio.numerator, by: 16)
      bits = bits &<< 4 | UInt64(ratio.takeDigit())
    }
    ratio.multiply(DecimalRatio.numerator, by: 2)
    var order = ratio.sign(adding: -1, DecimalRatio.denominator)
    if scan.hasTail {
      ratio = DecimalRatio()
      ratio.set(bits &* 2 &+ 1, two: binary &- 53, ten: -18 &- scan.exponent)
      order = compare(text, &ratio)
    }
    if order > 0 || (order == 0 && bits & 1 != 0) { bits &+= 1 }
    return bits &+ UInt64(truncatingIfNeeded: binary &+ 1022) &<< 52
  }

  /// The order of the digits in `text` from the first other than 0 on, and those of `ratio`.
  ///
  /// The exact decimal expansion is made and compared digit by digit, so the text may be of any length.
  @inline(never)
  private static func compare(_ text: Span<UInt8>, _ ratio: inout DecimalRatio) -> Int {
    var isLeading = true
    for index in text.indices {
      let byte = text[index]
      if byte | 0x20 == UInt8(ascii: "e") { break }
      let digit = UInt32(value(ofDigit: byte))
      if digit > 9 || (isLeading && digit == 0) { continue }
      isLeading = false
      let expected = ratio.takeDigit()
      if digit != expected { return digit < expected ? -1 : 1 }
      ratio.multiply(DecimalRatio.numerator, by: 10)
    }
    return 0 &- ratio.sign(adding: 0, DecimalRatio.unit)
  }
}
