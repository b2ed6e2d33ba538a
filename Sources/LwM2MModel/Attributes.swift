import NBIoTBytes

/// A notification attribute, in the order they are listed in.
public enum AttributeName: UInt8, BitwiseCopyable, Sendable {
  case minimumPeriod, maximumPeriod, greaterThan, lessThan, step

  /// The letters it is spelt with, as one big-endian number: strings would need a table of pointers.
  public var letters: UInt32 {
    switch self {
    case .minimumPeriod: 0x706D_696E  // pmin
    case .maximumPeriod: 0x706D_6178  // pmax
    case .greaterThan: 0x6774  // gt
    case .lessThan: 0x6C74  // lt
    case .step: 0x7374  // st
    }
  }

  /// How many letters these are.
  public var length: Int { isPeriod ? 4 : 2 }

  /// The others are thresholds, numbers that values are compared with.
  public var isPeriod: Bool { rawValue < 2 }

  var bit: UInt8 { 1 &<< rawValue }
}

/// Notification attributes of one path (LwM2M 1.0 section 5.1.2). A `nil` attribute is inherited.
public struct Attributes: BitwiseCopyable, Sendable {
  private var thresholds: InlineArray<3, Double> = [0, 0, 0]
  private var periods: InlineArray<2, UInt32> = [0, 0]
  /// The bits of those that are set.
  private var present: UInt8 = 0

  @inline(__always)
  public init() {}

  public var isEmpty: Bool { present == 0 }

  /// gt, lt or st: only values that cross one are reported.
  public var hasThreshold: Bool { present &>> 2 != 0 }

  public func has(_ name: AttributeName) -> Bool { present & name.bit != 0 }

  /// A period, in seconds.
  public func period(_ name: AttributeName) -> UInt32? {
    has(name) ? periods[Int(name.rawValue & 1)] : nil
  }

  public func threshold(_ name: AttributeName) -> Double? {
    has(name) ? thresholds[Int(name.rawValue &- 2)] : nil
  }

  public mutating func set(_ name: AttributeName, seconds: UInt32) {
    periods[Int(name.rawValue & 1)] = seconds
    present |= name.bit
  }

  public mutating func set(_ name: AttributeName, number: Double) {
    thresholds[Int(name.rawValue &- 2)] = number
    present |= name.bit
  }

  public mutating func unset(_ name: AttributeName) {
    present &= ~name.bit
  }

  /// Takes from `outer`, the attributes one level up, what is not set here.
  public mutating func inherit(_ outer: Attributes) {
    var index = 0
    while index < 3 {
      if present &>> UInt8(truncatingIfNeeded: index &+ 2) & 1 == 0 {
        thresholds[index] = outer.thresholds[index]
      }
      if index < 2, present &>> UInt8(truncatingIfNeeded: index) & 1 == 0 {
        periods[index] = outer.periods[index]
      }
      index &+= 1
    }
    present |= outer.present
  }

  /// Section 5.1.2: `lt < gt`, and `lt + 2·st < gt` when all three are set.
  ///
  /// A step of zero would report every sample, and nothing ever crosses a NaN.
  public var isCoherent: Bool {
    if lessThan?.isNaN == true || greaterThan?.isNaN == true { return false }
    if let step, !(step > 0) { return false }
    guard let lessThan, let greaterThan else { return true }
    return lessThan < greaterThan && lessThan + 2 * (step ?? 0) < greaterThan
  }
}

extension Attributes {
  /// Seconds.
  public var minimumPeriod: UInt32? { period(.minimumPeriod) }
  /// Seconds.
  public var maximumPeriod: UInt32? { period(.maximumPeriod) }
  public var greaterThan: Double? { threshold(.greaterThan) }
  public var lessThan: Double? { threshold(.lessThan) }
  public var step: Double? { threshold(.step) }
}
