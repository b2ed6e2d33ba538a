/// An exact positive fraction below 16 that gives up its digits one by one.
///
/// It holds significand · 2^two · 10^ten as numerator / denominator, and 1 · 2^two · 10^ten as unit / denominator,
/// in three rows of 32-bit words, least significant first. Powers of two common to both sides are left out, which
/// keeps every value a `Double` calls for within 26 words: the widest denominators are 5³⁴² (795 bits) for
/// reading and 2⁷⁶⁹ for writing, plus less than 32 bits of alignment.
struct DecimalRatio: ~Copyable {
  private var words = InlineArray<78, UInt32>(repeating: 0)
  /// Words in use of each row.
  private let width: Int

  enum Row: Int {
    case numerator = 0
    case unit = 26
    case denominator = 52
  }

  /// The caller keeps significand · 2^two · 10^ten below 16, `two` and `ten` in the range of a `Double`.
  ///
  /// The denominator gets 28 bits in its highest word, so that 16 times as much still has as many words.
  @inline(never)
  init(significand: UInt64, two: Int, ten: Int) {
    let twos = two &+ ten
    let fives = ten < 0 ? 0 &- ten : 0
    // floor(log2(5^n)) is n · 152170 / 65536 for all n here.
    let bits = (fives &* 152_170) &>> 16 &+ 1 &+ (twos < 0 ? 0 &- twos : 0)
    let alignment = (28 &- bits) & 31
    width = (bits &+ alignment &+ 31) &>> 5
    let raised = (twos > 0 ? twos : 0) &+ alignment
    let lowered = (twos < 0 ? 0 &- twos : 0) &+ alignment
    fill(.numerator, significand, fives: ten, twos: raised)
    fill(.unit, 1, fives: ten, twos: raised)
    fill(.denominator, 1, fives: fives, twos: lowered)
  }

  @inline(never)
  private mutating func fill(_ row: Row, _ seed: UInt64, fives: Int, twos: Int) {
    let start = row.rawValue &+ twos &>> 5
    words[start] = UInt32(truncatingIfNeeded: seed)
    let high = UInt32(truncatingIfNeeded: seed &>> 32)
    if high != 0 { words[start &+ 1] = high }
    var factor: UInt32 = 1 &<< UInt32(truncatingIfNeeded: twos & 31)
    var left = fives
    while true {
      multiply(row, by: factor)
      guard left > 0 else { return }
      factor = 1
      while left > 0 && factor <= UInt32.max / 5 {
        factor &*= 5
        left &-= 1
      }
    }
  }

  @inline(never)
  mutating func multiply(_ row: Row, by factor: UInt32) {
    var carry: UInt64 = 0
    for index in row.rawValue..<row.rawValue &+ width {
      carry &+= UInt64(words[index]) &* UInt64(factor)
      words[index] = UInt32(truncatingIfNeeded: carry)
      carry &>>= 32
    }
  }

  /// The integer part of the fraction, which is taken away.
  ///
  /// The quotient of the highest words, of 28 bits in the denominator, is right or one too small.
  @inline(never)
  mutating func takeDigit() -> UInt32 {
    let top = width &- 1
    let highest = words[Row.numerator.rawValue &+ top]
    var digit = highest / (words[Row.denominator.rawValue &+ top] &+ 1)
    subtractDenominator(times: digit)
    if sign(minus: .denominator) >= 0 {
      subtractDenominator(times: 1)
      digit &+= 1
    }
    return digit
  }

  @inline(never)
  private mutating func subtractDenominator(times factor: UInt32) {
    var carry: Int64 = 0
    for index in 0..<width {
      carry &+= Int64(words[index])
      carry &-= Int64(words[Row.denominator.rawValue &+ index]) &* Int64(factor)
      words[index] = UInt32(truncatingIfNeeded: carry)
      carry &>>= 32
    }
  }

  /// The sign of numerator + `row` · `factor` - `other`.
  @inline(never)
  func sign(plus row: Row = .unit, times factor: UInt32 = 0, minus other: Row) -> Int {
    var carry: Int64 = 0
    var difference: UInt32 = 0
    for index in 0..<width {
      carry &+= Int64(words[index])
      carry &+= Int64(words[row.rawValue &+ index]) &* Int64(factor)
      carry &-= Int64(words[other.rawValue &+ index])
      difference |= UInt32(truncatingIfNeeded: carry)
      carry &>>= 32
    }
    return carry < 0 ? -1 : (carry > 0 || difference != 0 ? 1 : 0)
  }

  var isZero: Bool {
    for index in 0..<width where words[index] != 0 { return false }
    return true
  }
}
