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
    (index, isNegative) = DecimalText.sign(of: text, at: 0)
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
      guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
      guard takeExponent(text, from: index &+ 1) else { return nil }
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

  /// Larger exponents are taken as nine digits: no text is long enough to bring such a number back into range.
  @inline(__always)
  private mutating func takeExponent(_ text: Span<UInt8>, from start: Int) -> Bool {
    guard let (magnitude, isNegative) = DecimalText.magnitude(text, from: start) else {
      return false
    }
    let power = Int(truncatingIfNeeded: min(magnitude, 999_999_999))
    exponent = isNegative ? exponent &- power : exponent &+ power
    return true
  }
}
