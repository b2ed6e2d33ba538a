import CoAPWire
import LwM2MClient
import LwM2MModel

/// What an event does.
extension Scene {
  func perform(_ move: Move) {
    situation.law.step = Law.Step()
    story?.begins(move, situation)
    switch move {
    case .up(let index, let reaction):
      arrive(situation.up.remove(at: Int(index)), reaction)
    case .down(let index): take(situation.down.remove(at: Int(index)).datagram)
    case .loseUp(let index): situation.up.remove(at: Int(index))
    case .loseDown(let index): situation.down.remove(at: Int(index))
    case .doubleUp(let index): situation.up.append(situation.up[Int(index)])
    case .doubleDown(let index): situation.down.append(situation.down[Int(index)])
    case .wait: elapse(to: dueTime ?? situation.now)
    case .order(let order):
      request(situation.server.ask(order, lifetime: otherLifetime, now: situation.now))
    case .repeatOrder(let index):
      situation.server.asked[Int(index)].sends += 1
      request(situation.server.asked[Int(index)].datagram)
    case .respond:
      situation.server.owed!.sends += 1
      ship(situation.server.owed!.datagram)
    case .open: open()
    case .call(let call): perform(call)
    case .hap(let hap): perform(hap)
    }
    mutant?.spoil(self)
    situation.forgetWhatIsOver()
  }

  private func open() {
    specimen.engine.connected(to: Scene.server)
    situation.isOpen = true
    if terrain.rebinding == .register { situation.law.location = nil }
    settle()
  }

  private func request(_ datagram: Datagram) {
    guard terrain.isPrompt, situation.isOpen else { return ship(datagram) }
    take(datagram)
  }

  private func ship(_ datagram: Datagram) {
    guard situation.isOpen, situation.down.count < terrain.flights else { return }
    situation.down.append(
      Letter(datagram: datagram, sentAt: situation.now, socket: situation.socket))
  }

  /// A datagram of the device reaches the server.
  private func arrive(_ letter: Letter, _ reaction: Reaction) {
    let datagram = letter.datagram
    situation.server.settle(datagram)
    guard datagram.type == .confirmable else { return }
    let reply = situation.server.take(
      datagram, reaction, socket: letter.socket, now: situation.now)
    story?.answered(reply)
    if letter.socket == situation.socket { ship(reply) }
  }

  /// A datagram of the server reaches the device.
  private func take(_ datagram: Datagram) {
    let order = situation.server.asked.first { $0.datagram.id == datagram.id }?.order
    situation.law.step.isInterrupted = order == .observe || order == .disable
    receive(datagram)
  }

  private func perform(_ call: Call) {
    switch call {
    case .connect:
      situation.isWanted = true
      specimen.engine.register()
    case .notify: notify()
    case .change: specimen.engine.store.reading ^= 3
    case .update: specimen.engine.update(lifetime: nil, withObjects: false)
    case .lifetime: specimen.engine.update(lifetime: otherLifetime, withObjects: false)
    case .rebind:
      situation.law.step.isInterrupted = true
      _ = specimen.engine.rebind()
    case .close:
      situation.isWanted = false
      situation.law.step.isInterrupted = true
      _ = specimen.engine.deregister()
    case .abandon:
      situation.isWanted = false
      situation.law.step.isInterrupted = true
      specimen.engine.abandon()
    case .answer:
      let handle = situation.law.deferred[0]
      let isTaken = specimen.engine.respond(to: handle, code: nil, now: instant)
      story?.line(isTaken ? "and it is taken" : "and it is too late")
    }
    settle()
  }

  private var otherLifetime: UInt32 {
    let isLong = specimen.engine.store.lifetime == Int64(Terrain.lifetime)
    return Terrain.lifetime / (isLong ? 2 : 1)
  }

  private func notify() {
    let id = freeReport
    let path = Terrain.reading
    guard (try? specimen.engine.notify(path, acknowledgementID: UInt16(id), now: instant)) != nil
    else { return }
    situation.law.reports.append(id)
  }

  /// The lowest acknowledgement ID that is not in use.
  private var freeReport: UInt32 {
    var id: UInt32 = 1
    while situation.law.reports.contains(id) { id += 1 }
    return id
  }

  private func perform(_ hap: Hap) {
    switch hap {
    case .lose, .double: break
    case .almost: elapse(to: dueTime! - 1)
    case .late:
      situation.law.step.lateness = Move.delay
      elapse(to: dueTime! + Move.delay)
    case .forget:
      situation.server.knows = false
      situation.server.observer = nil
    case .unresolved:
      specimen.engine.connectFailed(.unresolved, now: instant)
      settle()
    case .broken:
      situation.law.step.isInterrupted = true
      specimen.engine.linkLost(now: instant)
      settle()
    }
  }
}

extension Move {
  /// How late a late call is, milliseconds.
  static let delay: UInt64 = 1000
}

extension Situation {
  /// Drops what cannot come again, so that it does not tell states apart.
  mutating func forgetWhatIsOver() {
    let (up, down, now, open) = (up, down, now, law.open?.datagram.id)
    server.answered.removeAll { answer in
      answer.id != open && !up.contains { $0.datagram.id == answer.id }
    }
    server.asked.removeAll { asked in
      (asked.isOver || !asked.mayRepeat(now: now))
        && !down.contains { $0.datagram.id == asked.datagram.id }
        && !up.contains { $0.datagram.id == asked.datagram.id }
    }
    if let owed = server.owed, owed.sends > 2,
      !down.contains(where: { $0.datagram.id == owed.datagram.id })
    {
      server.owed = nil
    }
  }
}

extension Server.Asked {
  /// The server has not given up: it transmits three times, within MAX_TRANSMIT_SPAN.
  func mayRepeat(now: UInt64) -> Bool { !isOver && sends < 3 && now <= askedAt + 45_000 }
}
