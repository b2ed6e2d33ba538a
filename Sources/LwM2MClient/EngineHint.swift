import CoAPExchange
import CoAPWire
import NBIoTBytes

/// Why a datagram leaves, numbered as NBIOT_SEND_*.
public enum SendReason: UInt8, BitwiseCopyable, Sendable {
  case bootstrap = 1
  case register = 2
  case update = 3
  case deregister = 4
  case reply = 5
  case acknowledgement = 6
  case notification = 7
  case retransmission = 8
}

/// What follows a datagram, numbered as NBIOT_EXPECT_*.
public enum SendExpectation: UInt8, BitwiseCopyable, Sendable {
  case unknown = 0
  case nothing = 1
  case oneReply = 2
}

/// What the radio may know of a datagram. Nobody else asks: none of this is on the way of a request.
extension Engine where Store: ~Copyable {
  /// Why the datagram that `transmit` or `transmitReply` writes next leaves.
  public var sendReason: SendReason {
    switch selected {
    case .none, .reply: reply.code == .empty ? .acknowledgement : .reply
    case .acknowledgement: .acknowledgement
    case .deferredReply: .reply
    case .notification: .notification
    case .outstanding: outstanding.isRetransmission ? .retransmission : reason(of: purpose.kind)
    }
  }

  private func reason(of kind: Purpose.Kind) -> SendReason {
    switch kind {
    case .bootstrap: .bootstrap
    case .register: .register
    case .update: .update
    case .deregister: .deregister
    case .report, .confirmation, .stored: .notification
    case .response: .reply
    }
  }

  /// What follows the datagram that was just written for `reason`: only what the protocol says of it, and only while
  /// nothing else is under way. In queue mode each message may call forth what the server has kept.
  public func expectation(after reason: SendReason, now: Instant) -> SendExpectation {
    guard deferred.count == 0, !observations.hasReady else { return .unknown }
    // Of a notification that is longer than its block the server fetches the rest (RFC 7959 section 2.6).
    let notifies = reason == .notification || outstanding.isActive && purpose.isReport
    if notifies, reply.wish.hasMore { return .unknown }
    switch reason {
    case .bootstrap, .register, .reply: return .unknown
    case .update, .deregister, .acknowledgement, .notification, .retransmission:
      if outstanding.isActive { return endsWithAnswer ? .oneReply : .unknown }
      let isQuiet =
        binding == .udp && registration.due > now && reports.count == 0
        && backlog.isIdle
      return isQuiet ? .nothing : .unknown
    }
  }

  /// Whether the answer to the message under way is the end of it, as far as the device knows.
  private var endsWithAnswer: Bool {
    switch purpose.kind {
    case .deregister: true
    case .update:
      binding == .udp && registration.wanted.isNothing && reports.count == 0
        && !registration.transfer.hasMore && backlog.isIdle
    case .report:
      reports.count == 1 && reports.slots[0].isLast && isAlone
    case .confirmation:
      reports.count == 0 && isAlone
    case .stored: false
    case .bootstrap, .register, .response: false
    }
  }

  /// Nothing but reports waits for the message under way.
  private var isAlone: Bool {
    binding == .udp && registration.wanted.isNothing && backlog.isIdle
      && !mayHaveUnconfirmed
  }
}
