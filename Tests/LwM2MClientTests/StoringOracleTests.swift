import CoAPWire
import Fixtures
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// A device and the list that says what it has to do.
private struct Comparison {
  private static let paths = [Path(3303, 0, 5700), Path(3303, 0, 5701), Path(3303, 0, 5750)]

  private var world: World
  private var oracle: StoringOracle
  private var random: SeededGenerator
  /// Of those that are there.
  private var slots: [Int: UInt16] = [:]
  private var nextSlot: UInt16 = 0
  /// What was kept when the power went.
  private var record: [UInt8] = []
  private var count: UInt16 = 0

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    let policy = StoringPolicy(rawValue: UInt8(seed % 3))!
    oracle = StoringOracle(policy, capacity: 50 + Int(random.next() % 120))
    world = World(stored: 0)
    start()
  }

  private mutating func start() {
    world = World(
      stored: NotificationStore.headLength + oracle.capacity, policy: oracle.policy,
      keepsStored: true, restoring: record)
    slots = [0: 0]
    nextSlot = 1
    add(1)
    add(2)
    world.connect()
    world.accept()
  }

  private mutating func add(_ number: Int) {
    let types: [(ValueType, Cabinet.Content)] = [
      (.float, .float(0)), (.integer, .integer(0)), (.string, .text("")),
    ]
    world.add(Self.paths[number], types[number].0, types[number].1)
    slots[number] = nextSlot
    nextSlot += 1
  }

  private mutating func draw(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

  private var isRegistered: Bool { world.engine.standing == .registered }

  /// Something happens to the device and to the list. What is wrong then.
  mutating func turn() -> String? {
    let number = draw(Self.paths.count)
    let path = Self.paths[number]
    var isWrong = false
    switch draw(20) {
    case 0...7 where slots[number] != nil: isWrong = !report(number)
    case 8, 9, 10, 11: answer(.acknowledgement)
    case 12: answer(.reset)
    case 15 where isRegistered && oracle.flyingPath != nil:
      oracle.refuse()
      world.advance(by: 62_000)
    case 13...14 where isRegistered && slots[number] != nil:
      // Of one that is under way it would be a new message.
      if oracle.flyingPath == path { break }
      if !oracle.observed.contains(path) { oracle.observed.append(path) }
      world.watch("/3303/0/\(path.resource)", token: [UInt8(number)])
    case 16 where isRegistered && oracle.observed.contains(path):
      giveUp(path)
      oracle.drop(path)
      world.request(
        .get, "/3303/0/\(path.resource)", [.observe(1)], token: [UInt8(number)])
    case 17 where number > 0: exchange(number)
    case 18:
      oracle.land()
      world.loseLink()
      for _ in 0..<draw(4) where slots[number] != nil { isWrong = !report(number) || isWrong }
      world.connect()
    case 19 where draw(3) == 0:
      oracle.losePower()
      if world.keepings > 0 { record = world.kept }
      start()
    default: break
    }
    return isWrong ? "taken, or not taken" : compare()
  }

  /// A new value is to be notified, with an ack id most times. `false` when the list would have answered otherwise.
  private mutating func report(_ number: Int) -> Bool {
    count += 1
    let path = Self.paths[number]
    let id = draw(4) == 0 ? 0 : count
    var text = "\(count)"
    if number == 2 { text += String(repeating: "x", count: draw(30)) }
    let contents: [Cabinet.Content] = [
      .float(Double(count)), .integer(Int64(count)), .text(text),
    ]
    let slot = slots[number]!
    world.command { engine, _ in engine.store.set(contents[number], in: slot) }
    // Without an ID it is stored while nobody can be told.
    let isStored = id != 0 || !isRegistered && oracle.observed.contains(path)
    let size = number == 2 ? text.utf8.count : 8
    let isTaken = !isStored || oracle.put(path, text, size: size, id: id)
    return (world.notify(path, ack: id) == nil) == (isTaken || id == 0)
  }

  private mutating func answer(_ type: MessageType) {
    guard oracle.flyingPath != nil,
      let report = world.sent.last(where: { $0.type == .confirmable && $0.code == .content })
    else { return }
    if type == .acknowledgement { oracle.acknowledge() } else { oracle.refuse() }
    world.deliver(Datagram(type, .empty, id: report.id))
  }

  /// What was under way to this observer is not any more.
  private func giveUp(_ path: Path) {
    if oracle.flyingPath == path { world.lawGaveUp() }
  }

  /// Takes a resource out, or puts it in again.
  private mutating func exchange(_ number: Int) {
    if slots[number] == nil { return add(number) }
    let path = Self.paths[number]
    giveUp(path)
    oracle.drop(path)
    slots[number] = nil
    world.remove(path)
  }

  /// The server answers Register and Update at once. Then the device has done what the list does.
  private mutating func compare() -> String? {
    var answered: UInt16?
    while let request = world.sent.last(where: { $0.code == .post }), request.id != answered,
      request.type == .confirmable, world.isWaiting(for: request)
    {
      answered = request.id
      if request.summary == "Register" { oracle.observed = [] }
      world.take(request)
    }
    if isRegistered { oracle.depart() }
    let lines = world.timetable().map { String($0.drop { $0 != " " }.dropFirst()) }
    let events = lines.filter { $0.hasPrefix("[notification") }
    let left = lines.filter { $0.hasPrefix("CON 205 ") && !$0.hasSuffix("again") }
    let expected = (oracle.takeEvents(), oracle.takeDepartures().map { "CON 205 \($0)" })
    let isFaulty = lines.contains { $0.hasPrefix("fault") }
    guard events == expected.0, left == expected.1, !isFaulty else {
      return "\(lines), expected \(expected)"
    }
    let used = world.engine.occupancy(of: .stored, now: .never).used
    return used == oracle.used ? nil : "\(used) bytes, expected \(oracle.used)"
  }
}

extension World {
  fileprivate func isWaiting(for request: Datagram) -> Bool {
    engine.outstanding.isActive && engine.outstanding.id == request.id
  }

  /// The server takes a Register or an Update.
  fileprivate func take(_ request: Datagram) {
    let isFirst = request.summary == "Register"
    deliver(
      Datagram(
        .acknowledgement, isFirst ? .created : .changed, id: request.id, token: request.token,
        options: isFirst ? Datagram.Field.location("rd/5a3f") : []))
  }
}

@Suite struct StoringOracleTests {
  @Test(
    "int-560, D 11, D 12: whatever happens, what is stored leaves, gives way and is told as a plain list says",
    arguments: UInt64(0)..<16)
  func agrees(seed: UInt64) {
    for history in 0..<125 {
      var comparison = Comparison(seed: seed &* 1000 &+ UInt64(history))
      for turn in 0..<24 {
        guard let difference = comparison.turn() else { continue }
        Issue.record("history \(history), turn \(turn): \(difference)")
        return
      }
    }
  }
}
