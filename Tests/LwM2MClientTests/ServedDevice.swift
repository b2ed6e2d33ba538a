import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

/// One resource a test device has.
struct Given {
  var path: Path
  var type: ValueType
  var contents: [(UInt16, Cabinet.Content)]
  var access: Access
  var room: Int

  static func one(
    _ path: Path, _ type: ValueType, _ content: Cabinet.Content,
    _ access: Access = .readable | .writable, room: Int = 0
  ) -> Given {
    let storage = room > 0 ? access | .storage : access
    return Given(path: path, type: type, contents: [(0, content)], access: storage, room: room)
  }

  static func many(
    _ path: Path, _ type: ValueType, _ contents: [(UInt16, Cabinet.Content)],
    _ access: Access = .readable | .writable
  ) -> Given {
    Given(path: path, type: type, contents: contents, access: access | .multiple, room: 0)
  }

  static func action(_ path: Path) -> Given {
    Given(path: path, type: .opaque, contents: [(0, .bytes([]))], access: .executable, room: 0)
  }
}

/// How many entries of each table are in use.
struct Occupancy {
  let observations: Int
  let attributes: Int
  let duplicates: Int
  let deferred: Int
  let reports: Int
  let transfers: Int
  let body: Int

  init(_ used: (Statistics.Table) -> Int) {
    observations = used(.observations)
    attributes = used(.attributes)
    duplicates = used(.duplicateSlots)
    deferred = used(.deferred)
    transfers = used(.transfers)
    body = used(.body)
    reports = used(.outstanding)
  }
}

/// A registered device and the server it answers to, in virtual time.
///
/// After every step it checks that the deadline is honest: nothing is left that is due now.
@safe
final class ServedDevice {
  static let server = PeerAddress(family: 4, high: 0x7F00_0001, low: 0, port: 5683)

  private let memory: UnsafeMutableRawPointer
  var engine: Engine<Cabinet>
  var now = Instant(milliseconds: 1_000_000)
  private var slots: [UInt64: UInt16] = [:]
  private var nextSlot = 0
  private var nextServerID: UInt16 = 0x4000
  private var random: UInt32 = 0x1234_5678
  private(set) var events: [Event] = []
  /// What the application was asked and told, in order.
  private(set) var conversation: [String] = []
  /// Handles of the questions, in order.
  private(set) var handles: [UInt32] = []
  /// What came to it piece by piece, in order.
  private(set) var pieces: [TakenPiece] = []
  /// What the application says.
  var verdict: (Question) -> Verdict = { _ in .agreed }
  var bufferSize = 512

  init(
    _ givens: [Given], profile: Profile = .standard, consultation: Consultation = Consultation(),
    observations: Int = 8, attributes: Int = 8, duplicates: Int = 8, deferred: Int = 2,
    notifications: Int = 4, lifetime: UInt32 = 86_400, binding: Binding = .udp,
    awakeTime: UInt32 = 93_000, transfers: Int = 1, body: Int = 0, receive: UInt16 = 512
  ) {
    let capacities = Capacities(
      resources: max(32, givens.count), observations: observations, attributes: attributes,
      duplicates: duplicates, deferred: deferred, notifications: notifications, endpoint: 64,
      location: 32, authCode: 16, transfers: transfers, body: body)
    var measure = MemoryBlock()
    _ = EngineTables(capacities, from: &measure)
    unsafe memory = .allocate(byteCount: measure.used, alignment: 8)
    var block = unsafe MemoryBlock(unsafeStart: memory, size: measure.used)
    let tables = EngineTables(capacities, from: &block)
    var cabinet = Cabinet(ownLifetime: 86_400, binding: binding)
    for (slot, given) in givens.enumerated() {
      cabinet.keep(given.contents, in: UInt16(slot), room: given.room)
    }
    engine = Engine(
      EngineConfiguration(
        profile: profile,
        parameters: TransmissionParameters(
          acknowledgementTimeout: Milliseconds(2000), maximumRetransmissions: 4),
        lifetime: lifetime, acknowledgementDelay: Milliseconds(1000),
        answerTimeout: Milliseconds(10_000), consultation: consultation,
        binding: binding, awakeTime: Milliseconds(awakeTime), receiveCapacity: receive),
      tables: tables, store: cabinet, firstID: 100)
    _ = engine.identify(endpoint: [UInt8]("dev".utf8).span, authCode: [UInt8]().span)
    for (slot, given) in givens.enumerated() { add(given, slot: UInt16(slot)) }
    register()
  }

  deinit { unsafe memory.deallocate() }

  private func add(_ given: Given, slot: UInt16) {
    slots[given.path.key] = slot
    do {
      try engine.add(
        Resource(path: given.path, type: given.type, access: given.access, slot: slot))
    } catch {
      Issue.record("cannot add: \(error)")
    }
  }

  /// What the application does inside a create question. `nil`: it was added.
  func bring(_ given: Given) -> Engine<Cabinet>.ResourceError? {
    let slot = UInt16(1000 + nextSlot)
    nextSlot += 1
    engine.store.keep(given.contents, in: slot, room: given.room)
    do {
      try engine.add(
        Resource(path: given.path, type: given.type, access: given.access, slot: slot))
      slots[given.path.key] = slot
      return nil
    } catch {
      return error
    }
  }

  private func register() {
    engine.register()
    engine.connected(to: ServedDevice.server)
    let sent = settle()
    guard let register = sent.first, sent.count == 1 else {
      Issue.record("no Register")
      return
    }
    let location = Datagram.Field.raw(OptionNumber.locationPath.rawValue, [UInt8]("rd".utf8))
    deliver(
      Datagram(
        .acknowledgement, .created, id: register.id, token: register.token, options: [location]))
    events = []
  }

  // MARK: Time and datagrams

  /// Everything the device sends without further input.
  @discardableResult
  func settle() -> [Datagram] {
    var sent = flush()
    if engine.deadline <= now {
      engine.handleTimeout(now: now)
      sent += flush()
    }
    while let event = engine.nextEvent() { events.append(event) }
    #expect(engine.deadline > now, "nothing may be due that does not happen")
    return sent
  }

  private func flush() -> [Datagram] {
    var sent: [Datagram] = []
    fillEntropy()
    while engine.select(now: now) {
      converse([])
      var buffer = [UInt8](repeating: 0, count: bufferSize)
      var span = buffer.mutableSpan
      let length = engine.transmit(into: &span, now: now)
      if length > 0 { sent.append(Datagram(Array(buffer.prefix(length)))) }
      fillEntropy()
      guard sent.count < 100 else {
        Issue.record("sends without end")
        break
      }
    }
    return sent
  }

  private func fillEntropy() {
    while !engine.entropy.isFull {
      random = random &* 1_664_525 &+ 1_013_904_223
      engine.entropy.add(random)
    }
  }

  private func converse(_ datagram: [UInt8]) {
    let datagram = engine.asksAboutBody ? engine.body.copy : datagram
    while let question = engine.nextQuestion(datagram.span, now: now) {
      if question.kind == .block { pieces.append(TakenPiece(question, &engine, datagram, now)) }
      conversation.append(question.described(in: datagram))
      handles.append(question.request)
      engine.answer(verdict(question), now: now)
    }
    engine.storeAgreed(datagram.span, now: now)
  }

  /// Hands over raw bytes and returns what follows at once.
  @discardableResult
  func deliver(_ bytes: [UInt8], from source: PeerAddress = ServedDevice.server) -> [Datagram] {
    var bytes = bytes
    var span = bytes.mutableSpan
    engine.handle(&span, from: source, now: now)
    converse(bytes)
    return settle()
  }

  @discardableResult
  func deliver(_ datagram: Datagram) -> [Datagram] { deliver(datagram.bytes) }

  /// Lets time pass, honouring each deadline, and returns what is sent and when, from now.
  @discardableResult
  func pass(_ milliseconds: UInt64) -> [(at: UInt64, sent: Datagram)] {
    let start = now.milliseconds
    let end = Instant(milliseconds: start + milliseconds)
    var sent: [(at: UInt64, sent: Datagram)] = []
    var turns = 0
    while engine.deadline <= end, turns < 10_000 {
      now = max(now, engine.deadline)
      turns += 1
      sent += settle().map { (now.milliseconds - start, $0) }
    }
    #expect(turns < 10_000, "a deadline must lead somewhere")
    now = end
    return sent
  }

  // MARK: The server

  func newID() -> UInt16 {
    nextServerID += 1
    return nextServerID
  }

  func request(
    _ code: Code, _ path: String, _ options: [Datagram.Field] = [],
    type: MessageType = .confirmable, token: [UInt8] = [7, 7], payload: [UInt8] = []
  ) -> Datagram {
    Datagram(
      type, code, id: newID(), token: token, options: Datagram.Field.path(path) + options,
      payload: payload)
  }

  /// Sends a request and returns the one datagram that answers it at once.
  @discardableResult
  func ask(
    _ code: Code, _ path: String, _ options: [Datagram.Field] = [],
    type: MessageType = .confirmable, token: [UInt8] = [7, 7], payload: [UInt8] = []
  ) -> Datagram {
    let message = request(
      code, path, options, type: type, token: token, payload: payload)
    let answers = deliver(message)
    #expect(answers.count == 1)
    guard let answer = answers.first else { return Datagram(.reset, .empty, id: 0) }
    if type == .confirmable { #expect(answer.id == message.id) }
    #expect(answer.token == token)
    return answer
  }

  @discardableResult
  func get(
    _ path: String, _ options: [Datagram.Field] = [], token: [UInt8] = [7, 7]
  ) -> Datagram { ask(.get, path, options, token: token) }

  @discardableResult
  func put(_ path: String, text: String) -> Datagram {
    ask(.put, path, [.format(0)], payload: Array(text.utf8))
  }

  @discardableResult
  func tlv(_ code: Code, _ path: String, _ payload: [UInt8]) -> Datagram {
    ask(code, path, [.format(11542)], payload: payload)
  }

  @discardableResult
  func attributes(_ path: String, _ queries: String...) -> Int32 {
    ask(.put, path, queries.map { .query($0) }).code.decimal
  }

  @discardableResult
  func observe(_ path: String, _ options: [Datagram.Field] = [], token: [UInt8]) -> Datagram {
    get(path, [.observe(0)] + options, token: token)
  }

  @discardableResult
  func acknowledge(_ datagram: Datagram) -> [Datagram] {
    deliver(Datagram(.acknowledgement, .empty, id: datagram.id))
  }

  @discardableResult
  func reset(_ datagram: Datagram) -> [Datagram] {
    deliver(Datagram(.reset, .empty, id: datagram.id))
  }

  // MARK: The application

  func value(_ path: Path, at index: Int = 0) -> Cabinet.Content {
    engine.store.content(slots[path.key]!, at: index)
  }

  /// Sets a value and says that it changed.
  @discardableResult
  func change(_ path: Path, _ content: Cabinet.Content) -> [Datagram] {
    engine.store.set(content, in: slots[path.key]!)
    return notify(path)
  }

  /// Sets a value without a word.
  func set(_ path: Path, _ content: Cabinet.Content) {
    engine.store.set(content, in: slots[path.key]!)
  }

  @discardableResult
  func notify(_ path: Path, ack: UInt16 = 0) -> [Datagram] {
    do {
      try engine.notify(path, acknowledgementID: ack, now: now)
    } catch {
      Issue.record("cannot notify: \(error)")
    }
    return settle()
  }

  func notifyError(_ path: Path, ack: UInt16) -> Engine<Cabinet>.ReportError? {
    do {
      try engine.notify(path, acknowledgementID: ack, now: now)
      return nil
    } catch {
      return error
    }
  }

  /// The application's late answer; `nil` when the request is not waiting for one.
  func respond(_ handle: UInt32, _ code: Code? = nil) -> [Datagram]? {
    engine.respond(to: handle, code: code, now: now) ? settle() : nil
  }

  func remove(_ path: Path) -> [Datagram] {
    do {
      _ = try engine.remove(path)
    } catch {
      Issue.record("cannot remove: \(error)")
    }
    return settle()
  }

  @discardableResult
  func deregister() -> [Datagram] {
    _ = engine.deregister()
    return settle()
  }

  func linkLost() {
    engine.linkLost(now: now)
    settle()
  }

  /// The head of a datagram that is longer than the receive buffer.
  func deliverHead(_ bytes: [UInt8]) -> [Datagram] {
    engine.refuseTruncated(bytes.span, from: ServedDevice.server, now: now)
    return settle()
  }

  // MARK: What happened

  var statistics: Statistics { engine.statistics }
  var occupancy: Occupancy { Occupancy { engine.occupancy(of: $0, now: now).used } }
  var nextDue: Instant { engine.observations.nextDue }
  var stored: [UInt16] { engine.store.stored }

  func dropped(_ cause: DropCause) -> UInt32 { engine.statistics[cause] }

  /// The events since the last call, as their number and detail.
  func takeEvents() -> [[UInt32]] {
    defer { events = [] }
    return events.map { [UInt32($0.kind.rawValue), $0.detail] }
  }

  func takeConversation() -> [String] {
    defer { conversation = [] }
    return conversation
  }

  func withObservations(_ body: (inout ObservationTable) -> Void) { body(&engine.observations) }
  func withEngine(_ body: (borrowing Engine<Cabinet>) -> Void) { body(engine) }
}
