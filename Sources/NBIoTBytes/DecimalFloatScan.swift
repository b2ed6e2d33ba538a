/// The parts of a decimal number as they were read, before any rounding.
struct DecimalScan {
  /// The first 19 significant digits as an integer.
  var significand: UInt64 = 0
  /// The power of ten of the last digit in `significand`.
  var exponent = 0
  /// Whether a digit other than 0 came after those in `significand`, which is full then.
  var hasTail = false
  let isNegative: Bool

  /// Whether `significand` has all of its 19 digits.
  var isFull: Bool { significand >= 1_000_000_000_000_000_000 }

  /// `nil` unless the whole text is [sign] digits [. digits] [e|E [sign] digits].
  @inline(__always)
  init?(_ text: Span<UInt8>) {
    let start: Int
    (start, isNegative) = DecimalText.sign(of: text, at: 0)
    var index = start
    var pointLength = 0
    while index < text.count {
      let digit = DecimalText.value(ofDigit: text[index])
      if digit <= 9 {
        take(digit, isFraction: pointLength != 0)
      } else if text[index] == UInt8(ascii: ".") && pointLength == 0 {
        pointLength = 1
      } else {
        break
      }
      index &+= 1
    }
    guard index > start &+ pointLength else { return nil }
    if index < text.count {
      guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
      guard takeExponent(text, from: index &+ 1) else { return nil }
    }
  }

  @inline(__always)
  private mutating func take(_ digit: UInt8, isFraction: Bool) {
    if isFull {
      if digit != 0 { hasTail = true }
      if !isFraction { exponent &+= 1 }
    } else {
      significand = significand &* 10 &+ UInt64(digit)
      if isFraction { exponent &-= 1 }
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
