import CoAPExchange
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// A device, the network and its server, in virtual time.
///
/// A test moves time and plays the server; the world drives the engine as the ring does and writes down what happened:
/// one line for each datagram and each event, in milliseconds since the start. Whatever the engine must never do, such
/// as a busy loop or a second confirmable message, appears in the timetable as a line that starts with "fault".
@safe
public final class World {
  public static let server = PeerAddress(family: 4, high: 0xC633_6407 << 32, low: 0, port: 5683)
  /// Where a device finds the server it bootstraps from.
  public static let bootstrapServer = PeerAddress(
    family: 4, high: 0xC633_6408 << 32, low: 0, port: 5683)
  private static let start: UInt64 = 1_000_000

  private let memory: UnsafeMutableRawPointer
  public internal(set) var engine: Engine<Cabinet>
  /// Milliseconds since the start.
  public private(set) var now: UInt64 = 0
  /// What happened since it was last taken.
  var lines: [String] = []
  /// Every datagram the device sent.
  public internal(set) var sent: [Datagram] = []
  var law = WireLaw()
  /// The server the device has a link to, or had.
  public private(set) var linked = World.server
  var nextServerID: UInt16 = 0x7000
  /// The message ID of the request before.
  public var nextOrder: UInt16 = 0x6000
  private var nextSlot: UInt16 = 0
  private var chance: Chance

  /// What the network does when the device opens its socket; `nil` works.
  public var obstacle: BackoffCause?
  public var bufferSize = 512
  /// The stored notifications that outlive a loss of power, as they were kept last.
  public internal(set) var kept: [UInt8] = []
  /// How often they were kept.
  public internal(set) var keepings = 0
  /// Leaves the events to the test.
  public var holdsEvents = false
  /// Calls `handleTimeout` at many more instants than it has to be.
  public var isNervous = false

  public init(
    profile: Profile = .standard, lifetime: UInt32 = 86_400, chance: Chance = .shortest,
    endpoint: String = "dev", authCode: String = "", location: Int = 64,
    consultation: Consultation = Consultation(), rebinding: Rebinding = .register,
    bootstrap: String? = nil, holdOff: UInt32 = 0, secures: Bool = false,
    binding: Binding = .udp, awakeTime: UInt32 = 93_000, resources: Int = 16,
    stored: Int = 0, policy: StoringPolicy = .oldest, keepsStored: Bool = false,
    restoring record: [UInt8] = [],
    parameters: TransmissionParameters = TransmissionParameters(
      acknowledgementTimeout: Milliseconds(2000), maximumRetransmissions: 4)
  ) {
    let capacities = Capacities(
      resources: resources, observations: 4, attributes: 4, duplicates: 8, deferred: 2,
      notifications: 4, endpoint: 64, location: location, authCode: 16,
      bootstraps: bootstrap != nil, uri: 64, identity: 32, secret: 32, stored: stored)
    var measure = MemoryBlock()
    _ = EngineTables(capacities, from: &measure)
    unsafe memory = .allocate(byteCount: measure.used, alignment: MemoryBlock.alignment)
    var block = unsafe MemoryBlock(unsafeStart: memory, size: measure.used)
    self.chance = chance
    var configuration = EngineConfiguration(
      profile: profile, parameters: parameters,
      lifetime: lifetime, acknowledgementDelay: Milliseconds(1000),
      answerTimeout: Milliseconds(10_000), consultation: consultation, rebinding: rebinding,
      holdOff: holdOff, secures: secures, binding: binding, awakeTime: Milliseconds(awakeTime))
    configuration.storingPolicy = policy
    configuration.keepsStored = keepsStored
    engine = Engine(
      configuration,
      tables: EngineTables(capacities, from: &block),
      store: Cabinet(ownLifetime: lifetime, binding: binding),
      firstID: 100)
    _ = engine.identify(
      endpoint: [UInt8](endpoint.utf8).span, authCode: [UInt8](authCode.utf8).span)
    if let bootstrap {
      _ = engine.configureBootstrap(
        uri: [UInt8](bootstrap.utf8).span, identity: [UInt8]("factory".utf8).span,
        secret: [UInt8]("key".utf8).span)
    }
    if keepsStored, !record.isEmpty { restore(record) }
    add(Path(3303, 0, 5700), .float, .float(21.5))
  }

  deinit { unsafe memory.deallocate() }

  var instant: Instant { Instant(milliseconds: World.start + now) }

  // MARK: The application

  /// Gives the engine a command and lets it act.
  @discardableResult
  public func command<Result>(
    _ body: (inout Engine<Cabinet>, Instant) throws -> Result
  ) rethrows -> Result {
    let result = try body(&engine, instant)
    settle()
    return result
  }

  public func connect() { command { engine, _ in engine.register() } }

  /// Adds a resource; `false` when the engine refuses it.
  @discardableResult
  public func add(_ path: Path, _ type: ValueType, _ content: Cabinet.Content) -> Bool {
    engine.store.keep([(0, content)], in: nextSlot)
    let resource = Resource(path: path, type: type, access: .readable, slot: nextSlot)
    nextSlot += 1
    guard (try? engine.add(resource)) != nil else { return false }
    settle()
    return true
  }

  @discardableResult
  public func remove(_ path: Path) -> Bool {
    guard (try? engine.remove(path)) != nil else { return false }
    settle()
    return true
  }

  // MARK: Time

  /// Lets time pass up to `end`, milliseconds since the start, stopping only at deadlines.
  public func advance(to end: UInt64) {
    settle()
    while let due = dueTime, due <= end {
      if isNervous { fidget(until: due) }
      now = max(now, due)
      settle()
      guard lines.count < 1000 else { return }
    }
    if isNervous { fidget(until: end) }
    now = max(now, end)
  }

  public func advance(by milliseconds: UInt64) { advance(to: now + milliseconds) }

  /// When the engine wants to be called, since the start; `nil` = not before a datagram comes.
  public var dueTime: UInt64? {
    let deadline = engine.deadline
    if deadline == .never { return nil }
    return deadline < instant ? now : deadline.milliseconds - World.start
  }

  private func fidget(until end: UInt64) {
    let step = max(1, (end - min(end, now)) / 7)
    while now + step < end {
      now += step
      settle()
    }
  }

  // MARK: The work of the ring

  /// Lets the engine do all there is to do at this instant.
  func settle() {
    fillEntropy()
    if engine.hasReply {
      drainEvents()
      flush()
    }
    // A state that is only passed takes a turn of its own.
    var turns = 0
    repeat {
      if engine.deadline <= instant { engine.handleTimeout(now: instant) }
      openLink()
      drainEvents()
      flush()
      drainEvents()
      turns += 1
    } while engine.deadline <= instant && turns < 3
    if engine.wantsKeeping { keep() }
    checkRest()
  }

  private func openLink() {
    guard engine.standing == .connecting else { return }
    if let obstacle {
      engine.connectFailed(obstacle, now: instant)
    } else {
      linked = engine.target == .access ? World.server : World.bootstrapServer
      engine.connected(to: linked)
    }
  }

  private func fillEntropy() {
    while !engine.entropy.isFull { engine.entropy.add(chance.next()) }
  }

  func flush() {
    var turns = 0
    while engine.select(now: instant), turns < 50 {
      converse([])
      var buffer = [UInt8](repeating: 0, count: bufferSize)
      var span = buffer.mutableSpan
      let length = engine.transmit(into: &span, now: instant)
      if length > 0 { record(Array(buffer.prefix(length))) }
      fillEntropy()
      turns += 1
    }
    if turns == 50 { write("fault: sends without end") }
  }

  func converse(_ datagram: [UInt8]) {
    while let question = engine.nextQuestion(datagram.span, now: instant) {
      if question.kind == .keep { keep() }
      engine.answer(.agreed, now: instant)
    }
    engine.storeAgreed(datagram.span, now: instant)
  }

  /// With nothing left to do, nothing may be due, and a spurious call changes nothing.
  private func checkRest() {
    let due = dueTime
    if let due, due <= now { write("fault: due, but nothing happens") }
    let standing = engine.standing
    engine.handleTimeout(now: instant)
    let isIdle = !engine.select(now: instant)
    if !isIdle || engine.standing != standing || dueTime != due {
      write("fault: a spurious call changed something")
    }
  }
}
