import NBIoTBytes

/// The protocol constants a deployment may choose (RFC 7252 section 4.8) and what follows from them.
public struct TransmissionParameters: BitwiseCopyable, Sendable {
  /// ACK_TIMEOUT.
  public let acknowledgementTimeout: Milliseconds
  /// MAX_RETRANSMIT.
  public let maximumRetransmissions: UInt8

  public init(acknowledgementTimeout: Milliseconds, maximumRetransmissions: UInt8) {
    self.acknowledgementTimeout = acknowledgementTimeout
    self.maximumRetransmissions = maximumRetransmissions
  }

  /// ACK_RANDOM_FACTOR 1.5: the first wait is random between ACK_TIMEOUT and half as much again.
  func firstTimeout(random: UInt32) -> Milliseconds {
    let spread = UInt64(acknowledgementTimeout.count / 2)
    let jitter = UInt32(truncatingIfNeeded: ((spread &+ 1) &* UInt64(random)) &>> 32)
    return Milliseconds(acknowledgementTimeout.count &+ jitter)
  }

  /// MAX_TRANSMIT_WAIT: from the first transmission until the sender gives up (section 4.8.2).
  public var maximumTransmitWait: Milliseconds {
    let doublings = (UInt64(1) &<< (UInt64(maximumRetransmissions) &+ 1)) &- 1
    let wait = UInt64(acknowledgementTimeout.count) &* doublings &* 3 / 2
    return Milliseconds(UInt32(clamping: wait))
  }

  /// EXCHANGE_LIFETIME of a peer with the default parameters (section 4.8.2): how long a duplicate may arrive.
  public static var exchangeLifetime: Milliseconds { Milliseconds(247_000) }
}
