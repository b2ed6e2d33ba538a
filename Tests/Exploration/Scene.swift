import CoAPExchange
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// All there is beside the engine: the clock, the network, the server, the application, and what was seen.
struct Situation {
  var now: UInt64 = 0
  /// To the server, and from it.
  var up: [Letter] = []
  var down: [Letter] = []
  var server = Server()
  var law = Law()
  /// The number of the device's socket.
  var socket = 0
  var isOpen = false
  /// The application wants to be registered.
  var isWanted = false
  var chance: UInt32 = 0
}

/// The device among what surrounds it. A scene performs one event after the other; the walk decides which.
final class Scene {
  let terrain: Terrain
  let specimen: Specimen
  let findings: Findings
  private(set) var mutant: Mutant?
  var situation = Situation()
  /// What happens, for the reader; `nil` = nobody reads.
  var story: Story?

  private static let start: UInt64 = 1_000_000
  static let server = PeerAddress(family: 4, high: 0xC633_6407 << 32, low: 0, port: 5683)
  /// Bytes a datagram may have.
  private static let limit = 256
  static let elsewhere = PeerAddress(family: 4, high: 0xC633_6409 << 32, low: 0, port: 5683)

  init(_ terrain: Terrain, _ findings: Findings, mutant: Mutant? = nil) {
    var changed = terrain
    mutant?.change(&changed)
    self.terrain = changed
    self.findings = findings
    specimen = Specimen(changed)
    if terrain.beginsRegistered { begin() }
    self.mutant = mutant
  }

  /// Connects, registers and is observed.
  private func begin() {
    for move in [
      Move.call(.connect), .open, .up(0, .accept), .down(0), .order(.observe),
    ] {
      perform(move)
    }
    if !terrain.isPrompt { perform(.down(0)) }
    perform(.up(0, .accept))
    situation.law.step = Law.Step()
  }

  /// Where everything is, to come back to.
  struct Place {
    fileprivate let engine: [UInt8]
    fileprivate let situation: Situation
  }

  var place: Place { Place(engine: specimen.copy(), situation: situation) }

  func put(_ place: Place) {
    specimen.restore(place.engine)
    situation = place.situation
  }

  var instant: Instant { Instant(milliseconds: Scene.start + situation.now) }

  /// When the engine wants to be called; `nil` = not before a datagram comes.
  var dueTime: UInt64? {
    let deadline = specimen.engine.deadline
    if deadline == .never { return nil }
    return deadline < instant ? situation.now : deadline.milliseconds - Scene.start
  }

  // MARK: The work of the ring

  /// Lets the engine do all there is to do at this instant.
  func settle() {
    fillEntropy()
    if specimen.engine.hasReply {
      drainEvents()
      flush()
    }
    // A state that is only passed takes a turn of its own.
    var turns = 0
    repeat {
      if specimen.engine.deadline <= instant { specimen.engine.handleTimeout(now: instant) }
      drainEvents()
      flush()
      drainEvents()
      turns += 1
    } while specimen.engine.deadline <= instant && turns < 3
    settleLink()
  }

  /// A link that nobody needs is closed, and what is on its way to it is lost.
  private func settleLink() {
    switch specimen.engine.standing {
    case .idle, .waiting, .disabled, .connecting:
      situation.law.open = nil
      guard situation.isOpen else { return }
      situation.isOpen = false
      situation.down.removeAll()
      situation.socket += 1
    default: break
    }
  }

  private func fillEntropy() {
    while !specimen.engine.entropy.isFull {
      situation.chance += 1
      specimen.engine.entropy.add(terrain.isPatient ? .max - situation.chance : situation.chance)
    }
  }

  private func flush() {
    var turns = 0
    while specimen.engine.select(now: instant), turns < 20 {
      converse([])
      var buffer = [UInt8](repeating: 0, count: Scene.limit)
      var span = buffer.mutableSpan
      let length = specimen.engine.transmit(into: &span, now: instant)
      if length > 0 { send(Array(buffer.prefix(length))) }
      fillEntropy()
      turns += 1
    }
    findings.check(.atRest, turns < 20, "sends without end")
  }

  private func send(_ bytes: [UInt8]) {
    var datagram = Datagram(bytes)
    let isFaithful = datagram.bytes == bytes
    mutant?.falsify(&datagram, situation)
    findings.check(
      .wellFormed, isFaithful && datagram.bytes.count <= Scene.limit,
      "\(datagram.bytes.count) bytes: \(bytes)")
    story?.sent(datagram, situation)
    situation.law.leaves(datagram, findings, now: situation.now)
    answers(datagram)
    guard situation.up.count < terrain.flights else { return }
    situation.up.append(
      Letter(datagram: datagram, sentAt: situation.now, socket: situation.socket))
  }

  /// Notes what a request of the server was answered.
  private func answers(_ datagram: Datagram) {
    guard datagram.code.isResponse else { return }
    for index in situation.server.asked.indices {
      let asked = situation.server.asked[index]
      let isAnswer =
        datagram.type == .acknowledgement
        ? asked.datagram.id == datagram.id : asked.datagram.token == datagram.token
      guard isAnswer, asked.order != .observe else { continue }
      if let code = asked.code, !asked.isRefused {
        findings.check(
          .answersAlike, code == datagram.code, "\(code.text) first, then \(datagram.code.text)")
      }
      situation.server.asked[index].code = datagram.code
    }
  }

  private func converse(_ bytes: [UInt8]) {
    while let question = specimen.engine.nextQuestion(bytes.span, now: instant) {
      guard question.kind == .execute else {
        specimen.engine.answer(.agreed, now: instant)
        continue
      }
      run(question)
    }
    specimen.engine.storeAgreed(bytes.span, now: instant)
  }

  private func run(_ question: Question) {
    situation.law.step.runs += 1
    let id = situation.law.step.arrived?.id
    if let index = situation.server.asked.firstIndex(where: { $0.datagram.id == id }) {
      situation.server.asked[index].runs += 1
      let runs = situation.server.asked[index].runs
      findings.check(.runsOnce, runs == 1, "executed \(runs) times")
    }
    story?.line("the application executes")
    if terrain.defers { situation.law.deferred.append(question.request) }
    specimen.engine.answer(terrain.defers ? .pending : .agreed, now: instant)
  }

  private func drainEvents() {
    while let event = specimen.engine.nextEvent() {
      for _ in 0..<(mutant?.tellings(event) ?? 1) {
        story?.told(event)
        situation.law.told(event, findings, now: situation.now)
      }
    }
  }

  // MARK: What comes to the engine

  func receive(_ datagram: Datagram, from source: PeerAddress = Scene.server) {
    situation.law.arrives(datagram, now: situation.now)
    situation.law.step.wasRegistered = specimen.engine.isRegistered
    mutant?.prepare(specimen, situation, arrived: datagram)
    var bytes = datagram.bytes
    var span = bytes.mutableSpan
    specimen.engine.handle(&span, from: source, now: instant)
    if source == Scene.server { situation.law.settle(datagram) }
    converse(bytes)
    settle()
  }

  /// Time passes. Letters that are too old are lost.
  func elapse(to end: UInt64) {
    situation.now = max(situation.now, end)
    let now = situation.now
    situation.up.removeAll { now > $0.sentAt + Letter.lifetime }
    situation.down.removeAll { now > $0.sentAt + Letter.lifetime }
    settle()
  }
}
