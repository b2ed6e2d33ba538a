import CoAPWire
import LwM2MClient
import LwM2MModel
import Simulation

/// What holds for every device, whatever is done to it, and what it was seen to reach.
struct EngineLaws {
  /// What tells messages of the server apart.
  private struct MessageKey: Hashable {
    let id: UInt16
    let token: [UInt8]

    /// `nil` when there is not even a head and a token.
    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 4, bytes[0] & 15 <= 8, bytes.count >= 4 + Int(bytes[0] & 15) else {
        return nil
      }
      id = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
      token = Array(bytes[4..<4 + Int(bytes[0] & 15)])
    }
  }

  private(set) var states: Set<EngineState> = []
  private var wire = WireLaw()
  /// When a message of the server was seen first, and how often something was executed for it.
  private var requests: [MessageKey: (at: UInt64, executions: Int)] = [:]
  /// What may be acknowledged or rejected.
  private var ids: Set<UInt16> = []
  private var isRegistered = false
  /// The confirmable message that was sent last, and those before it that were given up for the next.
  private var latest: Datagram?
  private var givenUp: Set<UInt16> = []

  /// Shorter than what the engine remembers a request for, confirmable or not (RFC 7252 4.8.2).
  private static let lifetime: UInt64 = 145_000
  private static let tables: [Statistics.Table] = [
    .resources, .observations, .attributes, .duplicateSlots, .deferred, .outstanding, .transfers,
    .body, .stored,
  ]

  mutating func reached(_ state: EngineState) { states.insert(state) }

  mutating func restart() {
    wire = WireLaw()
    requests = [:]
    isRegistered = false
    latest = nil
    givenUp = []
  }

  mutating func opened(isElsewhere: Bool) {
    if isElsewhere { requests = [:] }
  }

  // MARK: Datagrams

  mutating func received(_ bytes: [UInt8], now: UInt64) {
    guard bytes.count >= 4, bytes[0] >> 6 == 1 else { return }
    ids.insert(UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
    guard let key = MessageKey(bytes) else { return }
    if now - (requests[key]?.at ?? 0) >= EngineLaws.lifetime || requests[key] == nil {
      requests[key] = (now, 0)
    }
    let type = MessageType(rawValue: bytes[0] >> 4 & 3)!
    wire.answered(by: Datagram(type, Code(rawValue: bytes[1]), id: key.id, token: key.token))
  }

  mutating func check(_ datagram: Datagram, _ bytes: [UInt8], now: UInt64) throws(Finding) {
    try checkOrder(datagram)
    _ = wire.check(datagram, bytes, now: now)
    if let fault = wire.takeFault() { throw Finding("\(fault): \(datagram)") }
    if datagram.type == .acknowledgement || datagram.type == .reset {
      try require(ids.contains(datagram.id), "acknowledges what nobody sent: \(datagram)")
    }
    if datagram.type == .reset { reached(.rejected) }
    if datagram.block2?[1] == 1 { reached(.downloading) }
    if datagram.code == .post, datagram.option(.block1) != nil { reached(.listInBlocks) }
    if datagram.isEmpty, datagram.type == .acknowledgement { reached(.acknowledging) }
  }

  /// RFC 7252 4.7: one at a time. A message may be given up for another, but nothing goes on with it then.
  private mutating func checkOrder(_ datagram: Datagram) throws(Finding) {
    guard datagram.type == .confirmable, datagram.id != latest?.id else { return }
    try require(!givenUp.contains(datagram.id), "goes on with what it had given up: \(datagram)")
    if let latest { givenUp.insert(latest.id) }
    // An Update that has more to tell has the same token: the law knows that of requests.
    if latest?.token != datagram.token || latest?.code != datagram.code { wire.gaveUp() }
    latest = datagram
  }

  // MARK: The application

  mutating func note(_ question: Question, about datagram: [UInt8], now: UInt64) throws(Finding) {
    switch question.kind {
    case .create: reached(.created)
    case .remove: reached(.removed)
    case .execute:
      reached(.executed)
      guard let key = MessageKey(datagram) else { throw Finding("executes without a request") }
      requests[key]?.executions += 1
      try require(requests[key]?.executions == 1, "executes twice for message \(key.id)")
    default: break
    }
  }

  mutating func note(
    _ event: Event, _ standing: Engine<Cabinet>.Standing
  ) throws(Finding) {
    wire.note(event)
    switch event.kind {
    case .registered, .updated: isRegistered = true
    case .deregistered, .registrationRefused, .registrationTimedOut, .bootstrapStarted:
      isRegistered = false
    case .maySleep: reached(.asleep)
    case .bootstrapSucceeded: reached(.bootstrapped)
    default: break
    }
    if event.kind == .registered {
      try require(
        standing == .registered || standing == .updating, "told it is registered while \(standing)")
    }
  }

  // MARK: The device as a whole

  mutating func check(_ bench: EngineBench) throws(Finding) {
    note(bench.engine.standing)
    switch bench.engine.standing {
    case .registered, .updating:
      try require(isRegistered, "\(bench.engine.standing), and nobody was told")
      try require(bench.engine.isRegistered, "registered, and not registered")
    case .idle, .waiting, .disabled, .holdingOff:
      isRegistered = false
    default: break
    }
    for table in EngineLaws.tables {
      let (used, capacity) = bench.engine.occupancy(of: table, now: bench.instant)
      let peak = Int(bench.engine.statistics[table].peak)
      try require(used <= capacity && peak <= capacity, "\(table): \(used) of \(capacity), \(peak)")
      if used > 0 { note(table) }
    }
  }

  private mutating func note(_ standing: Engine<Cabinet>.Standing) {
    switch standing {
    case .idle: reached(.idle)
    case .connecting: reached(.connecting)
    case .registering: reached(.registering)
    case .registered: reached(.registered)
    case .updating: reached(.updating)
    case .deregistering: reached(.deregistering)
    case .waiting: reached(.waiting)
    case .holdingOff: reached(.holdingOff)
    case .bootstrapping: reached(.bootstrapping)
    case .disabled: reached(.disabled)
    }
  }

  private mutating func note(_ table: Statistics.Table) {
    switch table {
    case .observations: reached(.observed)
    case .attributes: reached(.attributed)
    case .duplicateSlots: reached(.remembered)
    case .deferred: reached(.deferred)
    case .transfers: reached(.uploading)
    case .body: reached(.puttingTogether)
    case .stored: reached(.storing)
    default: break
    }
  }
}
