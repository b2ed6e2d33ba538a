import NBIoTBytes

/// The bootstrap of one device, from its request to the answer to Finish.
public struct BootstrapRun: Sendable {
  public let endpoint: String
  /// The URI written for `$uri`.
  public let account: String
  public let peer: Peer
  let mistake: BootstrapMistake?
  /// Orders of the list that are still to be sent.
  var orders: [Request] = []
  var commands: [Request] = []
  var exchange: Exchange?

  init(_ endpoint: String, account: String, peer: Peer, mistake: BootstrapMistake?) {
    self.endpoint = endpoint
    self.account = mistake?.account(for: account) ?? account
    self.peer = peer
    self.mistake = mistake
  }

  var deadline: Instant { exchange?.deadline ?? .never }

  /// All that is not answered yet.
  var pending: [Request] {
    (exchange.map { [$0.request] } ?? []) + commands
  }

  mutating func takeNext() -> Request? {
    if !orders.isEmpty { return orders.removeFirst() }
    return commands.isEmpty ? nil : commands.removeFirst()
  }
}
