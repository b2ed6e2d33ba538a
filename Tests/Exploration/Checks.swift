import CoAPExchange
import CoAPWire
import NBIoTBytes

@testable import LwM2MClient

/// What is asked of a state, beside what the way there showed.
extension Scene {
  /// After each event: nothing is left undone.
  func checkStep() {
    let engine = specimen.engine.standing
    let due = dueTime
    findings.check(.atRest, due == nil || due! > situation.now, "due, but nothing happens")
    checkDeadline(engine, due)
    checkTables()
    let step = situation.law.step
    findings.check(
      .registersAnew,
      !step.refusedUpdate || step.sent.filter(\.isRegister).count == 1,
      "an Update was refused, and sent was \(step.sent.map(\.summary))")
    guard let arrived = step.arrived, arrived.code.isRequest, !step.wasRegistered else { return }
    findings.check(
      .early, step.runs == 0 && !step.sent.contains { $0.id == arrived.id },
      "\(arrived.summary) was served")
  }

  private func checkDeadline(_ standing: Engine<Shelf>.Standing, _ due: UInt64?) {
    // While connecting the ring is at work.
    let mayBeNever = standing == .idle || standing == .connecting
    findings.check(.deadline, mayBeNever || due != nil, "\(standing) without a deadline")
    if let limit = situation.law.limit {
      findings.check(
        .deadline, due != nil && due! <= limit,
        "to be sent again at \(limit) at the latest, due \(due ?? 0)")
    }
    findings.check(
      .truthful, !specimen.engine.isRegistered || situation.law.isTold,
      "registered, and nobody told")
  }

  private func checkTables() {
    let engine = specimen
    findings.check(
      .capacity,
      engine.engine.observations.count <= engine.engine.observations.capacity
        && engine.engine.reports.count <= engine.engine.reports.capacity
        && engine.engine.deferred.count <= engine.engine.deferred.capacity
        && engine.engine.duplicates.occupancy(now: instant) <= terrain.duplicates
        && engine.engine.reports.count <= situation.law.reports.count
        && engine.engine.deferred.count <= situation.law.deferred.count,
      "an entry too many")
  }

  // MARK: Of a new state

  /// What could come next, and must not matter, or must end well. The scene is somewhere else afterwards.
  func checkState(_ good: inout Recoveries) {
    let place = place
    checkEarlyCall()
    put(place)
    checkStrangers()
    put(place)
    if findings.fault == nil { checkRecovery(&good) }
  }

  /// A call before the deadline changes nothing.
  private func checkEarlyCall() {
    let due = dueTime
    let before = Fingerprint.ofExchange(self)
    let early = due.map { Instant(milliseconds: instant.milliseconds + $0 - situation.now - 1) }
    specimen.engine.handleTimeout(now: early ?? instant.adding(seconds: 86_400))
    let isIdle = !specimen.engine.select(now: early ?? instant)
    findings.check(
      .atRest, isIdle && dueTime == due && Fingerprint.ofExchange(self) == before,
      "a call one millisecond before the deadline changes something")
  }

  /// What looks like an answer to what is under way, but comes from elsewhere, has another token, or another ID.
  private func checkStrangers() {
    guard let open = situation.law.open?.datagram else { return }
    let before = Fingerprint.ofExchange(self)
    checkStranger(Datagram(.reset, .empty, id: open.id), from: Scene.elsewhere, before)
    checkStranger(Datagram(.reset, .empty, id: 1), from: Scene.server, before)
    checkStranger(Datagram(.acknowledgement, .empty, id: 1), from: Scene.server, before)
    guard open.code.isRequest else { return }
    var response = Datagram(.acknowledgement, .changed, id: open.id, token: open.token)
    checkStranger(response, from: Scene.elsewhere, before)
    response.token[7] ^= 1
    checkStranger(response, from: Scene.server, before)
    response.type = .nonConfirmable
    checkStranger(response, from: Scene.server, before)
  }

  private func checkStranger(_ datagram: Datagram, from source: PeerAddress, _ before: Digest) {
    var datagram = datagram
    mutant?.disguise(&datagram, situation)
    var bytes = datagram.bytes
    var span = bytes.mutableSpan
    specimen.engine.handle(&span, from: source, now: instant)
    let isQuiet = !specimen.engine.hasReply && !specimen.engine.mayHaveNewEvents
    findings.check(
      .strangers, isQuiet && Fingerprint.ofExchange(self) == before,
      "\(datagram.summary), ID \(datagram.id), token \(datagram.token), was taken")
  }
}

extension Engine where Store: ~Copyable {
  /// Something about the registration is to be told.
  var mayHaveNewEvents: Bool { !events.isEmpty }
}
