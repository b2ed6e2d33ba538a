/// The parts of a decimal number as they were read, before any rounding.
struct DecimalScan {
  /// The first 19 significant digits as an integer.
  var significand: UInt64 = 0
  /// How many digits `significand` has; 0 for a zero.
  var count = 0
  /// The power of ten of the last digit in `significand`.
  var exponent = 0
  /// Whether a digit other than 0 came after those in `significand`.
  var hasTail = false
  /// Where the first significant digit stands in the text.
  var first = 0
  let isNegative: Bool

  /// `nil` unless the whole text is [sign] digits [. digits] [e|E [sign] digits].
  @inline(__always)
  init?(_ text: Span<UInt8>) {
    var index: Int
    (index, isNegative) = DecimalText.sign(of: text)
    var mantissaDigits = 0
    var isFraction = false
    while index < text.count {
      let digit = DecimalText.value(ofDigit: text[index])
      if digit <= 9 {
        take(digit, at: index, isFraction: isFraction)
        mantissaDigits &+= 1
      } else if text[index] == UInt8(ascii: ".") && !isFraction {
        isFraction = true
      } else {
        break
      }
      index &+= 1
    }
    guard mantissaDigits > 0 else { return nil }
    if index < text.count {
      guard let given = DecimalScan.exponent(text, at: index) else { return nil }
      exponent &+= given
    }
  }

  @inline(__always)
  private mutating func take(_ digit: UInt8, at index: Int, isFraction: Bool) {
    if count < 19 {
      significand = significand &* 10 &+ UInt64(digit)
      if isFraction { exponent &-= 1 }
      guard significand != 0 else { return }
      if count == 0 { first = index }
      count &+= 1
    } else {
      if digit != 0 { hasTail = true }
      if !isFraction { exponent &+= 1 }
    }
  }

  /// The exponent from its "e" to the end of the text.
  ///
  /// It stops growing at nine digits: no text is long enough to bring such a number back into range.
  @inline(never)
  private static func exponent(_ text: Span<UInt8>, at start: Int) -> Int? {
    guard text[start] | 0x20 == UInt8(ascii: "e") else { return nil }
    let digits = text.extracting(start &+ 1..<text.count)
    let (signLength, isNegative) = DecimalText.sign(of: digits)
    guard signLength < digits.count else { return nil }
    var exponent = 0
    for index in signLength..<digits.count {
      let digit = DecimalText.value(ofDigit: digits[index])
      guard digit <= 9 else { return nil }
      if exponent < 100_000_000 { exponent = exponent &* 10 &+ Int(digit) }
    }
    return isNegative ? 0 &- exponent : exponent
  }
}
