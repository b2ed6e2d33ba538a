extension DecimalText {
  /// Parses [sign] digits [. digits] [e|E [sign] digits], the whole input; ".5" and "5." are accepted.
  ///
  /// Rounded correctly, to nearest and ties to even, for text of any length. What is too large gives `nil`, what is
  /// too small 0 or a subnormal, anything else (nothing, blanks, hexadecimal, "inf", "nan") `nil`.
  public static func double(_ text: Span<UInt8>) -> Double? {
    var reader = ByteReader(text)
    let isNegative = skipSign(&reader)
    let start = reader.position
    var pointLength = 0
    // Without the zeros in front; the value of the first eight of them.
    var digits = 0
    var short: UInt32 = 0
    var ten = 0
    while let byte = reader.peek() {
      let digit = value(ofDigit: byte)
      if digit > 9 {
        guard byte == UInt8(ascii: "."), pointLength == 0 else { break }
        pointLength = 1
      } else {
        if digit != 0 || digits > 0 { digits &+= 1 }
        if digits < 9 { short = short &* 10 &+ UInt32(truncatingIfNeeded: digit) }
        ten &-= pointLength
      }
      reader.advance()
    }
    let end = reader.position
    guard reader.position > start &+ pointLength else { return nil }
    guard let power = exponent(&reader) else { return nil }
    ten &+= power
    var bits: UInt64 = 0
    if digits < 9, ten <= 0, ten > -9, let found = shortBits(short, places: 0 &- ten) {
      bits = found
    } else if digits > 0, digits &+ ten > -330 {
      guard digits &+ ten <= 310 else { return nil }
      bits = exactBits(text.extracting(start..<end), ten: ten)
      guard bits < 0x7FF &<< 52 else { return nil }
    }
    return Double(bitPattern: bits | (isNegative ? 1 &<< 63 : 0))
  }

  /// `e`, an optional sign and digits, or nothing at all.
  @inline(__always)
  private static func exponent(_ reader: inout ByteReader) -> Int? {
    guard let byte = reader.byte() else { return 0 }
    guard byte | 0x20 == UInt8(ascii: "e") else { return nil }
    let isNegative = skipSign(&reader)
    guard let magnitude = unsigned(&reader) else { return nil }
    // No text is long enough to bring a larger exponent back into range.
    let power = Int(truncatingIfNeeded: min(magnitude, 999_999_999))
    return isNegative ? 0 &- power : power
  }

  /// The bit pattern of the value nearest to digits · 10^ten, or one from infinity on; a point among them says nothing.
  ///
  /// Not inlined: its number is most of the stack that reading a text takes.
  @inline(never)
  private static func exactBits(_ text: Span<UInt8>, ten: Int) -> UInt64 {
    var number = BigNumber()
    var digits = 0
    var ten = ten
    var index = 0
    while index < text.count {
      let digit = value(ofDigit: text[index])
      index &+= 1
      guard digit <= 9 else { continue }
      if digits < 770 {
        number.multiply(by: 10, adding: UInt32(truncatingIfNeeded: digit))
        if digit != 0 || digits > 0 { digits &+= 1 }
      } else {
        // No number half way between two neighbours has more digits.
        if digit != 0 { number.isInexact = true }
        ten &+= 1
      }
    }
    return nearestBits(&number, ten: ten)
  }

  /// The bit pattern of the value nearest to number · 10^ten, or one from infinity on.
  ///
  /// Not inlined: the compiler would give it a second number to work on.
  @inline(never)
  private static func nearestBits(_ number: inout BigNumber, ten: Int) -> UInt64 {
    // n · 217706 / 65536 is log2(10^n) to within a hundredth for all n here, so that 61 to 64 bits come out, or
    // fewer where values are subnormal: multiples of 2^-1074, of which 9 bits more are wanted.
    var exponent = max(number.bitCount &+ (ten &* 217_706) &>> 16 &- 62, -1083)
    var bits = number.scaled(two: 0 &- exponent, ten: ten)
    // What is left only has to break ties, for which the lowest bit is far enough down.
    if number.isInexact { bits |= 1 }
    while bits &>> 62 != 0 {
      bits = bits &>> 1 | bits & 1
      exponent &+= 1
    }
    while bits &>> 61 == 0, exponent > -1083 {
      bits &<<= 1
      exponent &-= 1
    }
    return roundedBits(bits, exponent)
  }

  /// The bit pattern of bits · 2^exponent, of which the lowest nine bits are one half of the last and what is below.
  private static func roundedBits(_ bits: UInt64, _ exponent: Int) -> UInt64 {
    let rounded = (bits &+ 255 &+ (bits &>> 9 & 1)) &>> 9
    return rounded &+ UInt64(truncatingIfNeeded: exponent &+ 1083) &<< 52
  }

  /// The same for what sensors and servers mostly write: number / 10^places, at most eight digits, 1 or above.
  private static func shortBits(_ number: UInt32, places: Int) -> UInt64? {
    var divisor: UInt64 = 1
    var left = places
    while left > 0 {
      divisor &*= 10
      left &-= 1
    }
    let dividend = UInt64(truncatingIfNeeded: number) &<< 32
    let quotient = dividend / divisor
    guard quotient &>> 32 != 0 else { return nil }
    let shift = quotient.leadingZeroBitCount &- 2
    let count = UInt64(truncatingIfNeeded: shift)
    // What is left of 27 bits at most goes on with 29 bits at most.
    let rest = (dividend &- quotient &* divisor) &<< count
    let low = rest / divisor
    let bits = quotient &<< count | low | (low &* divisor != rest ? 1 : 0)
    return roundedBits(bits, -32 &- shift)
  }
}
