import CoAPWire
import LwM2MClient

/// What the application is told, against what happened.
extension Law {
  mutating func told(_ event: Event, _ findings: Findings, now: UInt64) {
    switch event.kind {
    case .registered, .updated: toldRegistered(event, findings)
    case .registrationRefused, .updateRefused: toldRefused(event, findings)
    case .registrationTimedOut, .updateTimedOut: toldSilence(findings, now: now)
    case .lifetimeExpired, .deregistered: ends()
    case .connectFailed:
      step.isInterrupted = true
      isTold = false
    case .notificationDelivered, .notificationFailed: toldEnd(event, \.reports, findings, now: now)
    case .responseDelivered, .responseFailed: toldEnd(event, \.deferred, findings, now: now)
    case .maySleep:
      findings.check(
        .sleep,
        open == nil && deferred.isEmpty && now >= traffic + UInt64(Terrain.awakeTime),
        "told to sleep \(now - traffic) ms after the last datagram")
    default: break
    }
  }

  private mutating func toldRegistered(_ event: Event, _ findings: Findings) {
    let isAnswer = step.arrived?.code == event.code && event.code.isSuccess
    findings.check(
      .truthful, isAnswer && step.arrived?.token == step.expected,
      "\(event.kind) without its answer")
    isTold = true
    guard event.kind == .registered else { return }
    location = step.arrived?.options.filter { $0.number == OptionNumber.locationPath.rawValue }
      .map { String(decoding: $0.value, as: UTF8.self) }.joined(separator: "/")
  }

  private mutating func toldRefused(_ event: Event, _ findings: Findings) {
    findings.check(
      .truthful, step.arrived?.code == event.code && !event.code.isSuccess,
      "\(event.kind) \(event.code.text) without its answer")
    guard event.code.group != 5 else { return }
    step.refusedUpdate = event.kind == .updateRefused
    ends()
  }

  private mutating func toldSilence(_ findings: Findings, now: UInt64) {
    findings.check(
      .truthful,
      open == nil || open!.isAcknowledged || open!.sends > Terrain.maximumRetransmissions,
      "given up after \(open?.sends ?? 0) transmissions")
    ends()
  }

  private mutating func toldEnd(
    _ event: Event, _ begun: WritableKeyPath<Law, [UInt32]>, _ findings: Findings,
    now: UInt64
  ) {
    let index = self[keyPath: begun].firstIndex(of: event.detail)
    findings.check(.oneEnd, index != nil, "\(event.kind) \(event.detail), which is over")
    if let index { self[keyPath: begun].remove(at: index) }
    switch event.kind {
    case .notificationDelivered: toldDelivered(findings)
    case .notificationFailed, .responseFailed: toldFailed(findings, now: now)
    default: break
    }
  }

  private func toldDelivered(_ findings: Findings) {
    let arrived = step.arrived
    findings.check(
      .truthful,
      arrived?.type == .acknowledgement && arrived?.code == .empty
        && arrived?.id == step.expectedID,
      "delivered without an acknowledgement")
  }

  /// A message that is given up has been sent as often as may be, unless something ended it.
  private mutating func toldFailed(_ findings: Findings, now: UInt64) {
    guard let current = open, !current.datagram.code.isRequest else { return }
    findings.check(
      .truthful, step.isInterrupted || isExhausted(now: now),
      "given up after \(current.sends) transmissions")
    if !step.isInterrupted { endsObservation(current) }
    open = nil
  }

  /// The registration is over.
  private mutating func ends() {
    step.isInterrupted = true
    isTold = false
    location = nil
    open = nil
  }
}
