import NBIoTBytes

/// Notification attributes of one path (LwM2M 1.0 section 5.1.2). A `nil` attribute is inherited.
public struct Attributes: BitwiseCopyable, Sendable {
  /// Seconds.
  public var minimumPeriod: UInt32?
  /// Seconds.
  public var maximumPeriod: UInt32?
  public var greaterThan: Double?
  public var lessThan: Double?
  public var step: Double?

  @inline(__always)
  public init() {}

  public var isEmpty: Bool {
    minimumPeriod == nil && maximumPeriod == nil && !hasThreshold
  }

  /// gt, lt or st: only values that cross one are reported.
  public var hasThreshold: Bool {
    greaterThan != nil || lessThan != nil || step != nil
  }

  /// Takes from `outer`, the attributes one level up, what is not set here.
  public mutating func inherit(_ outer: Attributes) {
    minimumPeriod = minimumPeriod ?? outer.minimumPeriod
    maximumPeriod = maximumPeriod ?? outer.maximumPeriod
    greaterThan = greaterThan ?? outer.greaterThan
    lessThan = lessThan ?? outer.lessThan
    step = step ?? outer.step
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
