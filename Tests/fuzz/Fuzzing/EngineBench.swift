import CoAPExchange
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes
import Simulation

/// A device that does what a program says, in virtual time, and the watch on it.
@safe
final class EngineBench {
  private static let start: UInt64 = 1_000_000
  /// Turns of one instant: more of them are a loop that does not end.
  private static let turns = 8

  private let memory: UnsafeMutableRawPointer
  private let memorySize: Int
  let device: EngineDevice
  var engine: Engine<Cabinet>
  /// Milliseconds since the start.
  private(set) var now: UInt64 = 0
  private(set) var linked = World.server
  var laws = EngineLaws()
  var speech = EngineSpeech()
  var server = EngineServer()
  var application = EngineApplication()
  /// What the device sent, the latest last.
  var sent: [Datagram] = []
  /// What the server said last.
  var said: [UInt8] = []
  /// The socket cannot be opened for this reason.
  var obstacle: BackoffCause?
  private var chance = Chance.seeded(7)
  private var kept: [UInt8] = []

  init(_ device: EngineDevice) {
    self.device = device
    var measure = MemoryBlock()
    _ = EngineTables(device.capacities, from: &measure)
    memorySize = measure.used
    unsafe memory = .allocate(byteCount: memorySize, alignment: MemoryBlock.alignment)
    engine = unsafe EngineBench.makeEngine(device, memory, memorySize)
    furnish()
  }

  deinit { unsafe memory.deallocate() }

  private static func makeEngine(
    _ device: EngineDevice, _ memory: UnsafeMutableRawPointer, _ size: Int
  ) -> Engine<Cabinet> {
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5, count: size)
    var block = unsafe MemoryBlock(unsafeStart: memory, size: size)
    var engine = Engine(
      device.configuration, tables: EngineTables(device.capacities, from: &block),
      store: Cabinet(
        ownLifetime: device.configuration.lifetime, binding: device.configuration.binding),
      firstID: 100)
    _ = engine.identify(endpoint: [UInt8]("dev".utf8).span, authCode: [UInt8]("code".utf8).span)
    if device.holdsBootstrap {
      _ = engine.configureBootstrap(
        uri: [UInt8]("coap://b.example".utf8).span, identity: [UInt8]("me".utf8).span,
        secret: [UInt8]("key".utf8).span)
    }
    return engine
  }

  private func furnish() {
    for index in EngineResource.all.indices { _ = add(index) }
  }

  var instant: Instant { Instant(milliseconds: EngineBench.start + now) }

  /// Adds one of the resources; `false` when it is there already.
  func add(_ index: Int) -> Bool {
    let resource = EngineResource.all[index]
    guard engine.resource(at: resource.path) == nil else { return false }
    engine.store.keep(resource.contents, in: UInt16(index), room: resource.room)
    return
      (try? engine.add(
        Resource(
          path: resource.path, type: resource.type, access: resource.access, slot: UInt16(index))))
      != nil
  }

  /// The power goes and comes back: nothing is left but what was kept.
  func restart() {
    let account = snapshot()
    engine = unsafe EngineBench.makeEngine(device, memory, memorySize)
    furnish()
    laws.restart()
    if !account.isEmpty, engine.restore(account.span) { laws.reached(.bootstrapped) }
    guard device.configuration.keepsStored, !kept.isEmpty else { return }
    let table = engine.storedRecord
    let start = NotificationStore.headLength
    for (index, byte) in kept.enumerated() where start + index < table.capacity {
      table[start + index] = byte
    }
    if engine.restoreStored(kept.count) { laws.reached(.restored) }
  }

  private func snapshot() -> [UInt8] {
    guard device.holdsBootstrap else { return [] }
    var bytes = [UInt8](repeating: 0, count: 512)
    var span = bytes.mutableSpan
    let length = engine.encodeAccount(into: &span)
    return Array(bytes.prefix(length))
  }

  /// As the ring: what is stored is kept before it leaves.
  func keep() {
    let count = engine.beginKeeping()
    let record = engine.storedRecord
    let start = NotificationStore.headLength
    kept = (start..<start + count).map { record[$0] }
    engine.endKeeping()
  }

  // MARK: Time

  /// Lets time pass, stopping only at deadlines, of which a program has to do with so many.
  func pass(_ milliseconds: UInt64) throws(Finding) {
    let end = now + milliseconds
    try settle()
    for _ in 0..<40 {
      guard let due = dueTime, due <= end else { break }
      now = max(now, due)
      try settle()
    }
    now = max(now, end)
    try settle()
  }

  private var dueTime: UInt64? {
    let deadline = engine.deadline
    if deadline == .never { return nil }
    return deadline < instant ? now : deadline.milliseconds - EngineBench.start
  }

  // MARK: The work of the ring

  /// Lets the engine do all there is to do at this instant, and the server answer it.
  func settle() throws(Finding) {
    try work()
    var answers = 0
    while let answer = server.nextAnswer(), answers < 30 {
      answers += 1
      try deliver(answer)
    }
  }

  func deliver(_ bytes: [UInt8], isStrange: Bool = false) throws(Finding) {
    let source = isStrange ? PeerAddress(family: 4, high: 1, low: 0, port: 5683) : linked
    if !isStrange { laws.received(bytes, now: now) }
    var copy = bytes
    var span = copy.mutableSpan
    engine.handle(&span, from: source, now: instant)
    try converse(copy)
    try tellEvents()
    try work()
  }

  private func work() throws(Finding) {
    var turns = 0
    repeat {
      fillEntropy()
      if engine.hasReply { try flush() }
      if engine.deadline <= instant { engine.handleTimeout(now: instant) }
      openLink()
      try tellEvents()
      try flush()
      try tellEvents()
      turns += 1
    } while engine.deadline <= instant && turns < EngineBench.turns
    if engine.wantsKeeping { keep() }
    try checkRest()
    try laws.check(self)
  }

  private func openLink() {
    guard engine.standing == .connecting else { return }
    if let obstacle {
      engine.connectFailed(obstacle, now: instant)
    } else {
      let next = engine.target == .access ? World.server : World.bootstrapServer
      laws.opened(isElsewhere: next != linked)
      linked = next
      laws.reached(.connecting)
      engine.connected(to: linked)
    }
  }

  private func fillEntropy() {
    while !engine.entropy.isFull { engine.entropy.add(chance.next()) }
  }

  private func tellEvents() throws(Finding) {
    while let event = engine.nextEvent() { try laws.note(event, engine.standing) }
  }

  private func flush() throws(Finding) {
    var turns = 0
    while engine.select(now: instant) {
      try converse([])
      var buffer = [UInt8](repeating: 0, count: device.bufferSize)
      var span = buffer.mutableSpan
      let length = engine.transmit(into: &span, now: instant)
      if length > 0 { try record(Array(buffer.prefix(length))) }
      fillEntropy()
      turns += 1
      try require(turns < 100, "the engine sends without end")
    }
  }

  private func record(_ bytes: [UInt8]) throws(Finding) {
    try require(bytes.count >= 4 && bytes.count <= 1152, "a datagram of \(bytes.count) bytes")
    let datagram = Datagram(bytes)
    try require(datagram.bytes == bytes, "an encoding of its own: \(datagram)")
    try laws.check(datagram, bytes, now: now)
    sent.append(datagram)
    server.hear(datagram)
  }

  /// What the application is asked, and what it says.
  private func converse(_ datagram: [UInt8]) throws(Finding) {
    let isBody = engine.asksAboutBody
    let bytes = isBody ? (0..<engine.body.capacity).map { engine.body[$0] } : datagram
    var questions = 0
    while let question = engine.nextQuestion(bytes.span, now: instant) {
      questions += 1
      try require(questions < 200, "the engine asks without end")
      try laws.note(question, about: datagram, now: now)
      if question.kind == .keep { keep() }
      engine.answer(application.answer(question, self), now: instant)
    }
    engine.storeAgreed(bytes.span, now: instant)
  }

  /// With nothing left to do, nothing may be due, and a spurious call changes nothing.
  private func checkRest() throws(Finding) {
    let due = dueTime
    let standing = engine.standing
    try require(due == nil || due! > now, "something is due at \(standing), but nothing happens")
    engine.handleTimeout(now: instant)
    let isIdle = !engine.select(now: instant)
    try require(
      isIdle && engine.standing == standing && dueTime == due, "a spurious call changed something")
  }
}
