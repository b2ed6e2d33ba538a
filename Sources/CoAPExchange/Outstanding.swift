import CoAPWire
import NBIoTBytes

/// The one confirmable message that may be on its way at a time (NSTART = 1, RFC 7252 section 4.7).
///
/// Its bytes are not kept: they are encoded anew for each transmission, and a digest tells whether they are still the
/// same message (section 4.2) or have become a new one.
public struct Outstanding: BitwiseCopyable, Sendable {
  public private(set) var id: UInt16
  public private(set) var token: Token
  private var timer: Retransmission
  private var digest: UInt32
  private var phase: Phase
  /// When it first left: what the peer grants from its arrival on is counted from here, to be safe.
  public private(set) var startedAt: Instant

  private enum Phase: UInt8, BitwiseCopyable {
    /// There is no message.
    case free
    case unsent
    case waitingForAcknowledgement
    case dueAgain
    case waitingForResponse
  }

  /// No message yet.
  public init() {
    id = 0
    token = Token()
    timer = Retransmission()
    digest = 0
    phase = .free
    startedAt = Instant(milliseconds: 0)
  }

  /// A message with `id` and `token` that is to leave now.
  public init(
    id: UInt16, token: Token, now: Instant, random: UInt32, parameters: TransmissionParameters
  ) {
    self.id = id
    self.token = token
    timer = Retransmission(now: now, random: random, parameters: parameters)
    digest = 0
    phase = .unsent
    startedAt = now
  }

  public var isActive: Bool {
    @inline(__always) get { phase != .free }
  }

  /// Whether it has to be encoded and sent.
  public var isDue: Bool {
    @inline(__always) get { phase == .unsent || phase == .dueAgain }
  }

  /// It has not left yet, so nothing that arrives can be about it.
  public var isUnsent: Bool { phase == .unsent }

  public var isRetransmission: Bool { phase == .dueAgain }

  /// What is acknowledged now is the only datagram it can be, so that the time it took is a round trip.
  public var isUnambiguous: Bool { phase == .waitingForAcknowledgement && timer.isFirst }

  public var deadline: Instant {
    @inline(__always)
    get { isDue ? Instant(milliseconds: 0) : isActive ? timer.deadline : .never }
  }

  /// It is over, however it ended.
  public mutating func end() {
    phase = .free
  }

  /// It was encoded as `bytes`. `false` when a retransmission came out different: then it is a new message, and has
  /// to be encoded again with the new ID.
  public mutating func encoded(_ bytes: Span<UInt8>, freshID: UInt16) -> Bool {
    let current = Outstanding.digest(bytes)
    if isRetransmission && current != digest {
      id = freshID
      digest = 0
      phase = .unsent
      return false
    }
    digest = current
    return true
  }

  public mutating func sent() {
    phase = .waitingForAcknowledgement
  }

  /// It had no room when it was encoded, and leaves only now.
  public mutating func leftLate(now: Instant) {
    guard isActive else { return }
    timer.restart(now: now, hasExpired: isRetransmission)
    phase = .waitingForAcknowledgement
    if timer.isFirst { startedAt = now }
  }

  /// An empty acknowledgement came: a response may take until `limit`.
  public mutating func acknowledged(limit: Instant, parameters: TransmissionParameters) {
    timer.awaitResponse(until: limit, parameters: parameters)
    phase = .waitingForResponse
  }

  /// Call at or after `deadline`. `false` when nobody is going to answer any more.
  public mutating func expire(now: Instant, parameters: TransmissionParameters) -> Bool {
    guard isActive, !isDue else { return true }
    switch timer.expire(now: now, parameters: parameters) {
    case .early: return true
    case .sendAgain:
      phase = .dueAgain
      return true
    case .giveUp: return false
    }
  }

  /// FNV-1a over everything behind the message ID.
  private static func digest(_ bytes: Span<UInt8>) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    var reader = ByteReader(bytes)
    _ = reader.skip(MessageHeader.size)
    while let byte = reader.byte() {
      hash = (hash ^ UInt32(byte)) &* 0x0100_0193
    }
    return hash
  }
}
