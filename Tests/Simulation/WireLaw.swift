import CoAPWire
import LwM2MClient

/// What RFC 7252 forbids any sequence of datagrams to do.
public struct WireLaw: Sendable {
  private var seen: [UInt16: (bytes: [UInt8], at: UInt64)] = [:]
  private var tokens: Set<[UInt8]> = []
  /// The confirmable message whose acknowledgement is still expected.
  private var open: Datagram?
  /// How often it was sent again; after the fourth time it may be given up.
  private var repetitions = 0
  private var fault: String?

  public init() {}

  public mutating func takeFault() -> String? {
    defer { fault = nil }
    return fault
  }

  /// Notes a datagram of the device; whether it is a retransmission.
  public mutating func check(_ datagram: Datagram, _ bytes: [UInt8], now: UInt64) -> Bool {
    guard datagram.type == .confirmable || datagram.type == .nonConfirmable else { return false }
    if let earlier = seen[datagram.id], now - earlier.at < 247_000 {
      if earlier.bytes != bytes { fault = "message ID used twice (RFC 7252 section 4.4)" }
      repetitions += 1
      return true
    }
    if repetitions >= 4 { open = nil }
    seen[datagram.id] = (bytes, now)
    guard datagram.type == .confirmable else { return false }
    if let open, open.token != datagram.token || open.code != datagram.code {
      fault = "two confirmable messages at a time (RFC 7252 section 4.7)"
    }
    if open == nil, datagram.code.isRequest, !tokens.insert(datagram.token).inserted {
      fault = "token used twice (RFC 7252 section 5.3.1)"
    }
    open = datagram
    repetitions = 0
    return false
  }

  /// The server sent `datagram`, which may be the answer.
  public mutating func answered(by datagram: Datagram) {
    let isAnswer =
      datagram.type == .acknowledgement || datagram.type == .reset
      ? datagram.id == open?.id : datagram.token == open?.token
    if isAnswer { open = nil }
  }

  /// The device has stopped waiting for an answer.
  public mutating func gaveUp() { open = nil }

  public mutating func note(_ event: Event) {
    switch event.kind {
    case .registrationTimedOut, .updateTimedOut, .lifetimeExpired, .deregistered,
      .notificationFailed, .responseFailed, .bootstrapFailed:
      gaveUp()
    default:
      break
    }
  }
}
