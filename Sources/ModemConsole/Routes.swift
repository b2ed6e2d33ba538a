import NBModule

/// Which addresses of the radio network lead to which sockets of this machine.
public struct Routes: Equatable, Sendable {
  private struct Way: Equatable {
    let from: Endpoint
    let to: Endpoint
  }

  private var ways: [Way] = []
  /// Without a route other machines can be reached by their own addresses.
  public var allowsNonLoopback = false

  public init() {}

  /// From now on `from` leads to `to`.
  ///
  /// - Returns: false when one of them has a route: an answer could then come from two addresses.
  public mutating func add(from: Endpoint, to: Endpoint) -> Bool {
    guard !ways.contains(where: { $0.from == from || $0.to == to }) else { return false }
    ways.append(Way(from: from, to: to))
    return true
  }

  /// Where what is sent to `endpoint` goes; `nil`: nowhere.
  public func destination(of endpoint: Endpoint) -> Endpoint? {
    if let way = ways.first(where: { $0.from == endpoint }) { return way.to }
    return allows(endpoint.host) ? endpoint : nil
  }

  /// The address by which the module knows who sent from `endpoint`.
  public func origin(of endpoint: Endpoint) -> Endpoint {
    ways.first { $0.to == endpoint }?.from ?? endpoint
  }

  /// Where the routes end.
  var destinations: [Endpoint] { ways.map(\.to) }

  /// Whether `host` is on this machine, or need not be.
  func allows(_ host: Endpoint.Host) -> Bool {
    allowsNonLoopback || host.isLoopback
  }
}
