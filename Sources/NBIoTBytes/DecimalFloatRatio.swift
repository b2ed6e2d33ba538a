/// An exact positive fraction below 32 that gives up its digits one by one.
///
/// It holds significand · 2^two · 10^ten as numerator / denominator, and 1 · 2^two · 10^ten as unit / denominator,
/// in three rows of 32-bit words, least significant first. Powers of two common to both sides are left out, which
/// keeps every value a `Double` calls for within 26 words: the widest denominators are 5³⁴³ (797 bits) for
/// reading and 2⁷⁶⁹ for writing, plus less than 32 bits of alignment.
struct DecimalRatio: ~Copyable {
  private var words = InlineArray<78, UInt32>(repeating: 0)
  /// Words in use of each row.
  private var width = 0

  /// Where each row starts.
  static var numerator: Int { 0 }
  static var unit: Int { 26 }
  static var denominator: Int { 52 }

  /// No fraction yet; see `set`, called once, which fills it in place because it is too large to be moved around.
  @inline(__always)
  init() {}

  /// The caller keeps significand · 2^two · 10^ten below 32, `two` and `ten` in the range of a `Double`.
  ///
  /// The denominator gets 27 bits in its highest word, so that 16 times as much still has as many words, even if it
  /// is doubled.
  @inline(never)
  mutating func set(_ significand: UInt64, two: Int, ten: Int) {
    let twos = two &+ ten
    let fives = ten < 0 ? 0 &- ten : 0
    let lowering = twos < 0 ? 0 &- twos : 0
    // floor(log2(5^n)) is n · 152170 / 65536 for all n here.
    let bits = (fives &* 152_170) &>> 16 &+ 1 &+ lowering
    let alignment = (27 &- bits) & 31
    width = (bits &+ alignment &+ 31) &>> 5
    let raised = twos &+ lowering &+ alignment
    fill(DecimalRatio.numerator, significand, fives: ten, twos: raised)
    fill(DecimalRatio.unit, 1, fives: ten, twos: raised)
    fill(DecimalRatio.denominator, 1, fives: fives, twos: lowering &+ alignment)
  }

  @inline(never)
  private mutating func fill(_ row: Int, _ seed: UInt64, fives: Int, twos: Int) {
    let start = row &+ twos &>> 5
    words[start] = UInt32(truncatingIfNeeded: seed)
    let high = UInt32(truncatingIfNeeded: seed &>> 32)
    if high != 0 { words[start &+ 1] = high }
    multiply(row, by: 1 &<< UInt32(truncatingIfNeeded: twos & 31))
    var left = fives
    while left > 0 {
      var factor: UInt32 = 1
      repeat {
        factor &*= 5
        left &-= 1
      } while left > 0 && factor < 1_000_000_000 / 5
      multiply(row, by: factor)
    }
  }

  @inline(never)
  mutating func multiply(_ row: Int, by factor: UInt32) {
    var carry: UInt64 = 0
    for index in row..<row &+ width {
      carry &+= UInt64(words[index]) &* UInt64(factor)
      words[index] = UInt32(truncatingIfNeeded: carry)
      carry &>>= 32
    }
  }

  /// The integer part of the fraction, which is taken away.
  ///
  /// The quotient of the highest words, of 27 bits or more in the denominator, is right or one too small.
  @inline(never)
  mutating func takeDigit() -> UInt32 {
    let top = width &- 1
    var digit = words[top] / (words[DecimalRatio.denominator &+ top] &+ 1)
    add(0 &- Int(digit), DecimalRatio.denominator)
    if sign(adding: -1, DecimalRatio.denominator) >= 0 {
      add(-1, DecimalRatio.denominator)
      digit &+= 1
    }
    return digit
  }

  /// Adds `factor` rows to the numerator, which stays at least 0.
  @inline(__always)
  mutating func add(_ factor: Int, _ row: Int) {
    _ = combine(factor, row, keep: true)
  }

  /// The sign of the numerator with `factor` rows added.
  @inline(__always)
  mutating func sign(adding factor: Int, _ row: Int) -> Int {
    combine(factor, row, keep: false)
  }

  @inline(never)
  private mutating func combine(_ factor: Int, _ row: Int, keep: Bool) -> Int {
    var carry: Int64 = 0
    var bits: UInt32 = 0
    for index in 0..<width {
      carry &+= Int64(words[row &+ index]) &* Int64(factor) &+ Int64(words[index])
      let word = UInt32(truncatingIfNeeded: carry)
      if keep { words[index] = word }
      bits |= word
      carry &>>= 32
    }
    return carry < 0 ? -1 : (bits != 0 ? 1 : 0)
  }
}
