import NBIoTBytes

/// The timer of one confirmable message (RFC 7252 section 4.2): a random first wait, doubled each time.
public struct Retransmission: BitwiseCopyable, Sendable {
  private var timeout: Milliseconds
  private var retransmissions: UInt8
  public private(set) var deadline: Instant

  /// What the end of a wait means.
  public enum Expiry: Equatable {
    case early
    case sendAgain
    case giveUp
  }

  /// No message.
  init() {
    timeout = Milliseconds(0)
    retransmissions = 0
    deadline = .never
  }

  /// The message leaves now.
  public init(now: Instant, random: UInt32, parameters: TransmissionParameters) {
    timeout = parameters.firstTimeout(random: random)
    retransmissions = 0
    deadline = now + timeout
  }

  /// It was sent only once so far.
  var isFirst: Bool { retransmissions == 0 }

  /// Call at or after `deadline`; an early call changes nothing.
  public mutating func expire(now: Instant, parameters: TransmissionParameters) -> Expiry {
    guard now >= deadline else { return .early }
    guard retransmissions < parameters.maximumRetransmissions else { return .giveUp }
    retransmissions &+= 1
    timeout = Milliseconds(UInt32(clamping: UInt64(timeout.count) &* 2))
    deadline = now + timeout
    return .sendAgain
  }

  /// The datagram had no room when it was written, and leaves only now. A wait that has ended meanwhile was none.
  mutating func restart(now: Instant, hasExpired: Bool) {
    if hasExpired {
      retransmissions &-= 1
      timeout = Milliseconds(timeout.count / 2)
    }
    deadline = now + timeout
  }

  /// The message was acknowledged but its response is still to come: no more retransmission, only a last wait.
  public mutating func awaitResponse(until limit: Instant, parameters: TransmissionParameters) {
    retransmissions = parameters.maximumRetransmissions
    deadline = limit
  }
}
