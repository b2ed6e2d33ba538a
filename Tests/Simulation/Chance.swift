import Fixtures

/// The random numbers of a world, the same on every run.
public struct Chance: Sendable {
  private enum Kind: Sendable { case shortest, longest, spread }

  private let kind: Kind
  private var state: UInt64 = 0
  private var generator: SeededGenerator

  private init(kind: Kind, seed: UInt64 = 0) {
    self.kind = kind
    generator = SeededGenerator(seed: seed)
  }

  /// Every wait is the shortest there is; tokens still differ.
  public static var shortest: Chance { Chance(kind: .shortest) }
  /// Every wait is the longest there is.
  public static var longest: Chance { Chance(kind: .longest) }

  public static func seeded(_ seed: UInt64) -> Chance { Chance(kind: .spread, seed: seed) }

  public mutating func next() -> UInt32 {
    switch kind {
    case .shortest:
      state += 1
      return UInt32(truncatingIfNeeded: state)
    case .longest:
      state += 1
      return .max - UInt32(truncatingIfNeeded: state)
    case .spread:
      return UInt32(truncatingIfNeeded: generator.next() >> 32)
    }
  }
}
