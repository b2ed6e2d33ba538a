/// What the bootstrap server does with whom; commands change it.
public struct BootstrapPlan: Equatable, Sendable {
  /// The key of `accounts` for everybody who is not named.
  public static let everybody = "*"

  /// URIs of access servers by endpoint name or IMEI.
  public var accounts: [String: String] = [:]
  /// What each device is asked, in this order.
  public var orders: [BootstrapOrder] = .onenet
  /// Made with each bootstrap while `mistakesLeft` is not 0.
  public var mistake: BootstrapMistake?
  /// How many more bootstraps go wrong; `nil` for all of them.
  public var mistakesLeft: UInt32?

  public init() {}

  public func account(of endpoint: String) -> String? {
    accounts[endpoint] ?? accounts[Session.imei(of: endpoint)]
      ?? accounts[BootstrapPlan.everybody]
  }

  /// The mistake to be made now; it counts as made.
  mutating func takeMistake() -> BootstrapMistake? {
    guard let mistake else { return nil }
    if let left = mistakesLeft {
      mistakesLeft = left - 1
      if left <= 1 { set(nil, times: nil) }
    }
    return mistake
  }

  public mutating func set(_ mistake: BootstrapMistake?, times: UInt32?) {
    self.mistake = times == 0 ? nil : mistake
    mistakesLeft = times
  }
}
