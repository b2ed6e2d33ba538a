import CShims
import LwM2MClient
import NBIoTBytes

/// What the hint hook is told of the datagram in the send buffer.
struct SendHint {
  fileprivate var reason = SendReason.reply
  fileprivate var expectation = SendExpectation.unknown
  fileprivate var stage = Stage.kept

  fileprivate enum Stage: UInt8 {
    case kept
    /// It was told, and the provider has the datagram: a record that leaves now is that datagram.
    case told
  }
}

extension DeviceReference {
  /// Before the engine writes the datagram.
  @inline(never)
  func noteReason() {
    device.hint.reason = device.engine.sendReason
  }

  /// After it did.
  @inline(never)
  func noteExpectation(now: Instant) {
    device.hint.expectation = device.engine.expectation(after: device.hint.reason, now: now)
  }

  /// Right before it is handed over.
  @inline(never)
  func tellHint() {
    device.hint.stage = .told
    device.platform.hint(
      device.link.socket, device.hint.reason.rawValue, device.hint.expectation.rawValue)
  }

  /// The provider is done with it.
  func endHint() { device.hint.stage = .kept }

  /// Before a record of the provider leaves: one that is no datagram of the engine's is its own.
  @inline(never)
  func tellRecord() {
    guard device.platform.hints, device.hint.stage == .kept else { return }
    device.platform.hint(
      device.link.socket, UInt8(NBIOT_SEND_SECURITY), UInt8(NBIOT_EXPECT_MORE))
  }
}
