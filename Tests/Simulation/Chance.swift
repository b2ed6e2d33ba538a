/// The random numbers of a world, the same on every run.
public struct Chance: Sendable {
  private enum Kind: Sendable { case shortest, longest, spread }

  private let kind: Kind
  private var state: UInt64

  /// Every wait is the shortest there is; tokens still differ.
  public static var shortest: Chance { Chance(kind: .shortest, state: 0) }
  /// Every wait is the longest there is.
  public static var longest: Chance { Chance(kind: .longest, state: 0) }

  public static func seeded(_ seed: UInt64) -> Chance { Chance(kind: .spread, state: seed) }

  public mutating func next() -> UInt32 {
    switch kind {
    case .shortest:
      state += 1
      return UInt32(truncatingIfNeeded: state)
    case .longest:
      state += 1
      return .max - UInt32(truncatingIfNeeded: state)
    case .spread:
      // SplitMix64.
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return UInt32(truncatingIfNeeded: mixed >> 32)
    }
  }
}
