import CoAPExchange
import LwM2MModel
import NBIoTBytes

/// Queue mode (LwM2M 1.0 section 8.3): for a while after each message the server may speak, then the device may sleep
/// until it has something to say.
extension Engine where Store: ~Copyable {
  /// A message left or came.
  @inline(never)
  mutating func stayAwake(now: Instant) {
    sleepsAt = now + configuration.awakeTime
  }

  /// Nothing under way keeps the device awake.
  var maySleep: Bool { !outstanding.isActive && deferred.count == 0 }

  /// The window is over. What leaves in this pass opens it anew, and so does a server that has not accepted the device.
  @inline(never)
  mutating func closeWindow(now: Instant) {
    let isAtRest =
      registration.state == .waiting || registration.isRegistered && !observations.hasReady
    guard isAtRest, registration.due > now, !hasReportDue(now: now) else {
      return stayAwake(now: now)
    }
    sleepsAt = .never
    events.append(.maySleep)
  }

  /// A notification that wants an acknowledgement leaves in this pass.
  private mutating func hasReportDue(now: Instant) -> Bool {
    if mayHaveUnconfirmed || dueReport(now: now) != nil { return true }
    return !backlog.isIdle && storedDeadline <= now
  }
}
