import CoAPWire
import NBIoTBytes

/// One request on its way, or one block of a long one: sent, sent again, acknowledged, given up.
///
/// The platform waits 5 ... 7.5 s, doubles the wait each time and gives up after a time of its own,
/// whatever the waits were.
struct Exchange: Equatable, Sendable {
  enum Phase: Equatable, Sendable {
    /// Nothing came back yet.
    case sent(again: Instant, wait: Milliseconds)
    /// An empty ACK came: the response will follow by itself (RFC 7252 section 5.2.2).
    case acknowledged
  }

  static let shortestWait = Milliseconds(5000)
  static let longestWait = Milliseconds(7500)

  let request: Request
  let messageID: UInt16
  let token: Token
  let bytes: [UInt8]
  let transfer: Transfer
  /// When the first message of the transfer left.
  let begun: Instant
  let end: Instant
  private(set) var transmissions = 1
  private(set) var phase: Phase

  init(
    _ request: Request, _ transfer: Transfer = .whole, message: Message, wait: Milliseconds,
    limit: Milliseconds, begun: Instant? = nil, now: Instant
  ) {
    self.request = request
    messageID = message.id
    token = message.token
    bytes = message.encoded()
    self.transfer = transfer
    self.begun = begun ?? now
    end = now + limit
    phase = .sent(again: now + wait, wait: wait)
  }

  var deadline: Instant {
    switch phase {
    case .sent(let again, _): min(again, end)
    case .acknowledged: end
    }
  }

  mutating func acknowledge() {
    phase = .acknowledged
  }

  /// Whether it is time to send again; then the next wait has begun.
  mutating func retransmit(now: Instant) -> Bool {
    guard case .sent(let again, let wait) = phase, now >= again, now < end else { return false }
    let doubled = Milliseconds(wait.count &* 2)
    transmissions += 1
    phase = .sent(again: now + doubled, wait: doubled)
    return true
  }
}
