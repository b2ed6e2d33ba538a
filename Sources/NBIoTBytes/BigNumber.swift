/// A natural number with room for 2,688 bits: the exact arithmetic behind the text of a `Double`.
///
/// 770 decimal digits make 2,558 bits. The widest number there is comes on the way to the smallest `Double` from as
/// many digits: 64 bits more than 5¹⁰⁹⁵, 2,607 bits.
struct BigNumber: ~Copyable {
  /// 32 bits each, least significant first; 0 from `width` on.
  private var words = InlineArray<84, UInt32>(repeating: 0)
  private var width = 0
  /// Whether the number was rounded down.
  var isInexact = false

  init() {}

  init(_ value: UInt64) {
    words[0] = UInt32(truncatingIfNeeded: value)
    words[1] = UInt32(truncatingIfNeeded: value &>> 32)
    width = 2
  }

  /// How many bits the number has. Mutating, or the compiler would hand a copy of the whole to it.
  var bitCount: Int {
    mutating get {
      width == 0 ? 0 : width &* 32 &- words[width &- 1].leadingZeroBitCount
    }
  }

  mutating func multiply(by factor: UInt32, adding addend: UInt32) {
    var carry = UInt64(truncatingIfNeeded: addend)
    var index = 0
    while index < width {
      carry &+=
        UInt64(truncatingIfNeeded: words[index]) &* UInt64(truncatingIfNeeded: factor)
      words[index] = UInt32(truncatingIfNeeded: carry)
      carry &>>= 32
      index &+= 1
    }
    if carry != 0 {
      words[width] = UInt32(truncatingIfNeeded: carry)
      width &+= 1
    }
  }

  private mutating func divide(by divisor: UInt32) {
    var remainder: UInt32 = 0
    var index = width
    while index > 0 {
      index &-= 1
      let dividend =
        UInt64(truncatingIfNeeded: remainder) &<< 32 | UInt64(truncatingIfNeeded: words[index])
      let quotient = UInt32(truncatingIfNeeded: dividend / UInt64(truncatingIfNeeded: divisor))
      remainder = words[index] &- quotient &* divisor
      words[index] = quotient
    }
    if remainder != 0 { isInexact = true }
    while width > 0, words[width &- 1] == 0 { width &-= 1 }
  }

  /// Multiplies by 5^exponent, rounding down, with as much of it in one step as a word holds.
  private mutating func scale(fives exponent: Int) {
    var left = exponent.magnitude
    while left > 0 {
      var factor: UInt32 = 1
      repeat {
        factor &*= 5
        left &-= 1
      } while left > 0 && factor < 1 &<< 29
      if exponent > 0 {
        multiply(by: factor, adding: 0)
      } else {
        divide(by: factor)
      }
    }
  }

  private mutating func scale(twos exponent: Int) {
    var left = exponent.magnitude
    while left > 0 {
      let step = min(left, 31)
      let factor: UInt32 = 1 &<< UInt32(truncatingIfNeeded: step)
      if exponent > 0 {
        multiply(by: factor, adding: 0)
      } else {
        divide(by: factor)
      }
      left &-= step
    }
  }

  /// The number times 2^two · 10^ten, rounded down, which the caller keeps below 2⁶⁴.
  ///
  /// What makes it larger comes first, so that each division sees all there is to divide.
  mutating func scaled(two: Int, ten: Int) -> UInt64 {
    let twos = two &+ ten
    if twos > 0 { scale(twos: twos) }
    scale(fives: ten)
    if twos < 0 { scale(twos: twos) }
    return UInt64(truncatingIfNeeded: words[1]) &<< 32 | UInt64(truncatingIfNeeded: words[0])
  }
}
