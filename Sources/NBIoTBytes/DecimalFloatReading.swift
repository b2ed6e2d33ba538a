extension DecimalText {
  /// Parses [sign] digits [. digits] [e|E [sign] digits], the whole input; ".5" and "5." are accepted.
  ///
  /// Rounded correctly, to nearest and ties to even, for text of any length. What is too large gives `nil`, what is
  /// too small 0 or a subnormal, anything else (nothing, blanks, hexadecimal, "inf", "nan") `nil`.
  public static func double(_ text: Span<UInt8>) -> Double? {
    guard let scan = DecimalScan(text) else { return nil }
    var magnitude: UInt64 = 0
    if scan.count > 0 {
      if let quotient = BinaryQuotient(dividing: scan) {
        magnitude = quotient.normalBits
      } else {
        magnitude = bits(scan, text)
      }
    }
    guard magnitude < 0x7FF &<< 52 else { return nil }
    return Double(bitPattern: magnitude | (scan.isNegative ? 1 &<< 63 : 0))
  }

  /// The bit pattern of the nearest `Double`, or one from infinity on.
  @inline(never)
  private static func bits(_ scan: DecimalScan, _ text: Span<UInt8>) -> UInt64 {
    let position = scan.exponent &+ scan.count &- 1
    if position > 308 { return .max }
    if position < -324 { return 0 }
    let quotient = BinaryQuotient(scaling: scan)
    // How many bits of a subnormal are lost below those of a normal number.
    let lost = max(-1022 &- quotient.exponent, 0)
    guard lost <= 54 else { return 0 }
    let shift = UInt64(truncatingIfNeeded: lost)
    let half: UInt64 = 512 &<< shift
    let kept = (quotient.leading &>> 10) &>> shift
    let rest = quotient.leading &- (kept &<< 10) &<< shift
    var isAbove = rest > half || (rest == half && kept & 1 != 0)
    // Digits after the first 19 add less than 10⁻¹⁸ of the number, 10 in units of `leading`, which may lack 4.
    if scan.hasTail && half &- rest < 64 {
      let order = compare(
        text, from: scan.first, position: position, toHalfAbove: kept,
        exponent: quotient.exponent &+ lost &- 52)
      isAbove = order > 0 || (order == 0 && kept & 1 != 0)
    }
    let field = lost > 0 ? 0 : UInt64(truncatingIfNeeded: quotient.exponent &+ 1022)
    return kept &+ (isAbove ? 1 : 0) &+ field &<< 52
  }

  /// The order of the digits in `text` from `first` on and (kept + ½) · 2^exponent.
  ///
  /// The exact decimal expansion of that number is made and compared digit by digit, so the text may be of any length.
  @inline(never)
  private static func compare(
    _ text: Span<UInt8>, from first: Int, position: Int, toHalfAbove kept: UInt64, exponent: Int
  ) -> Int {
    var ratio = DecimalRatio()
    ratio.set(kept &* 2 &+ 1, two: exponent &- 1, ten: 0 &- position)
    for index in first..<text.count where text[index] != UInt8(ascii: ".") {
      let digit = UInt32(value(ofDigit: text[index]))
      guard digit <= 9 else { break }
      let expected = ratio.takeDigit()
      if digit != expected { return digit < expected ? -1 : 1 }
      ratio.multiply(DecimalRatio.numerator, by: 10)
    }
    return 0 &- ratio.sign(adding: 0, DecimalRatio.unit)
  }
}
