import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let hour: UInt64 = 3_600_000
/// MAX_TRANSMIT_WAIT.
private let patience: UInt64 = 93_000
private let holdOff: UInt32 = 10

/// A device that bootstraps, and two servers that are good and bad in ways that follow from the seed.
private struct BadServers {
  let world: World
  var choices: Chance
  /// Whether they say 4.xx and Reset as well, which a device respects for up to a day.
  let areHostile: Bool
  var lines: [String] = []
  /// The request that was dealt with last.
  private var done: UInt16?

  init(seed: UInt64) {
    choices = .seeded(seed)
    areHostile = seed % 2 == 1
    world = World(
      lifetime: [60, 300, 3600, 86_400][Int(seed / 2 % 4)], chance: .seeded(seed),
      rebinding: seed % 3 == 0 ? .register : .update, bootstrap: "coap://bs.example:5683",
      holdOff: holdOff, binding: seed % 4 < 2 ? .udp : .queuedUDP, awakeTime: 20_000)
    world.connect()
  }

  /// The request of the device that waits for an answer.
  private var request: Datagram? {
    let last = world.sent.last { $0.type == .confirmable && $0.code.isRequest }
    return last?.id == done ? nil : last
  }

  private mutating func answer(_ code: Code, maxAge: Int? = nil) {
    guard let request else { return }
    done = request.id
    world.deliver(
      Datagram(
        .acknowledgement, code, id: request.id, token: request.token,
        options: (code == .created ? Datagram.Field.location("rd/\(world.now)") : [])
          + (maxAge.map { [.number(.maxAge, $0)] } ?? [])))
  }

  private mutating func reset() {
    guard let request else { return }
    done = request.id
    world.deliver(Datagram(.reset, .empty, id: request.id))
  }

  /// The answer a server gives when all is well.
  mutating func agree() {
    guard let request else { return }
    switch (request.code, request.path) {
    case (.post, "bs"):
      answer(.changed)
      order(all: true)
    case (.post, "rd"): answer(.created)
    case (.delete, _): answer(.deleted)
    default: answer(.changed)
    }
  }

  /// A bootstrap server that does not give all orders has forgotten the rest.
  private mutating func order(all: Bool) {
    guard world.engine.takesOrders else { return }
    world.order(.delete, "")
    world.writes("/0/0", Order.access)
    guard all else { return }
    world.writes("/1/0", Order.server + (areHostile ? TLV.value(7, "UQ") : []))
    world.finish()
  }

  private mutating func suffer() {
    switch choices.next() % 20 {
    case 0...5: agree()
    case 6: answer(.serviceUnavailable, maxAge: Int(choices.next() % 9000))
    case 7, 8:
      guard request?.path == "bs" else { return }
      answer(.changed)
      order(all: choices.next() % 4 == 0)
    case 9: if areHostile { answer(.forbidden) }
    case 10: if areHostile { reset() }
    case 11:
      if areHostile, world.engine.standing == .registered {
        world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
        answer(.notFound)
      }
    case 12: world.loseLink()
    case 13: world.rebind()
    case 14: world.obstacle = choices.next() % 2 == 0 ? .unresolved : .socket
    case 15, 16: world.obstacle = nil
    case 17: if world.engine.standing == .registered { world.disable() }
    case 18:
      guard world.engine.standing == .registered else { return }
      world.lawGaveUp()
      world.request(.post, "/1/0/9")
    default: break
    }
  }

  mutating func live(until end: UInt64) {
    while world.now < end {
      suffer()
      // Some answers come in time.
      let isLong = choices.next() % 4 == 0
      world.advance(by: UInt64(choices.next() % (isLong ? 900_000 : 10_000)))
      lines += world.timetable()
    }
  }

  /// Everything arrives and is answered well. How long it takes to be registered.
  mutating func heal() -> UInt64? {
    let start = world.now
    world.obstacle = nil
    while world.engine.standing != .registered, world.now < start + 60 * hour {
      agree()
      if world.engine.standing != .registered { world.advance(to: world.dueTime ?? world.now + 1) }
      lines += world.timetable()
    }
    return world.engine.standing == .registered ? world.now - start : nil
  }

  /// Servers that do the same for ever.
  mutating func live(until end: UInt64, _ react: (inout BadServers) -> Void) {
    while world.now < end {
      // An answer may lead to the next request at once.
      for _ in 0..<3 { react(&self) }
      world.advance(to: min(end, max(world.dueTime ?? end, world.now + 1)))
      lines += world.timetable()
    }
  }

  /// Requests of the device in each hour, retransmissions as well, without the Updates of a device that is well.
  var requestsPerHour: [Int] {
    var counts = [Int](repeating: 0, count: Int(world.now / hour) + 1)
    for line in lines {
      let parts = line.split(separator: " ")
      guard let time = UInt64(parts[0]),
        ["Bootstrap-Request", "Register", "De-register"].contains(parts[1])
      else { continue }
      counts[Int(time / hour)] += 1
    }
    return counts
  }

  /// The access server answers each Register so, or not at all; the bootstrap server is well.
  mutating func answerRegister(_ code: Code?) {
    guard request?.path == "rd" else { return agree() }
    if let code { answer(code) }
  }

  mutating func refuse(_ code: Code) { answer(code) }

  /// Requests in the first two hours, each, and in any hour after them.
  func expectAtMost(first: Int, later: Int) {
    let counts = requestsPerHour
    #expect(counts.count > 2 && counts[0] > 0)
    #expect(counts[..<2].allSatisfy { $0 <= first }, "\(counts)")
    #expect(counts[2...].allSatisfy { $0 <= later }, "\(counts)")
  }
}

@Suite("Endurance with a bootstrap")
struct BootstrapEnduranceTests {
  @Test(
    "three days of bad servers, then registered: within 1 h, 2 x MAX_TRANSMIT_WAIT and the hold-off; a day when refused",
    arguments: 0..<48 as Range<UInt64>)
  func badDays(seed: UInt64) throws {
    var servers = BadServers(seed: seed)
    servers.live(until: 72 * hour)
    let healed = servers.heal()
    let wait = try #require(healed)
    let longest = servers.areHostile ? 24 * hour : hour
    #expect(wait <= longest + 2 * patience + UInt64(holdOff) * 1000)
    // What a socket costs that breaks after each registration.
    #expect(servers.requestsPerHour.allSatisfy { $0 <= 160 })
    #expect(servers.lines.filter { $0.contains("fault") } == [])
  }

  @Test("the days above have everything in them")
  func completeness() {
    let lines = (0..<24 as Range<UInt64>).flatMap { seed in
      var servers = BadServers(seed: seed)
      servers.live(until: 72 * hour)
      return servers.lines
    }
    for part in [
      "Bootstrap-Request again", "Register again", "De-register", "[bootstrapSucceeded]",
      "[bootstrapFailed]", "[bootstrapFailed 403]", "[bootstrapFailed 503]", "[registered 201]",
      "[registrationRefused 403]", "[registrationRefused 503]", "[registrationTimedOut]",
      "[deregistered 202]", "[connectFailed]", "[updated 204]", "[maySleep]",
    ] {
      #expect(lines.contains { $0.contains(part) }, "\(part) is missing")
    }
  }

  @Test(
    "nobody answers: 40 requests in an hour and 10 after the second, as without a bootstrap",
    arguments: 0..<8 as Range<UInt64>)
  func silence(seed: UInt64) {
    var servers = BadServers(seed: seed)
    servers.live(until: 72 * hour) { _ in }
    servers.expectAtMost(first: 40, later: 10)
  }

  @Test(
    "the access server is silent, the bootstrap server is not: 48 requests in an hour, then 12",
    arguments: 0..<8 as Range<UInt64>)
  func accessIsSilent(seed: UInt64) {
    var servers = BadServers(seed: seed)
    servers.live(until: 72 * hour) { $0.answerRegister(nil) }
    servers.expectAtMost(first: 48, later: 12)
  }

  @Test(
    "the access server refuses each new account: 14 requests in an hour, 2 in 18 h from the second day on",
    arguments: 0..<8 as Range<UInt64>)
  func accessRefuses(seed: UInt64) {
    var servers = BadServers(seed: seed)
    servers.live(until: 120 * hour) { $0.answerRegister(.forbidden) }
    servers.expectAtMost(first: 14, later: 4)
    #expect(servers.requestsPerHour[48...].reduce(0, +) <= 4 * 2)
  }

  @Test(
    "both refuse: 7 requests in an hour, then one in 18 h from the second day on",
    arguments: 0..<8 as Range<UInt64>)
  func bothRefuse(seed: UInt64) {
    var servers = BadServers(seed: seed)
    servers.live(until: 120 * hour) { $0.refuse(.forbidden) }
    servers.expectAtMost(first: 7, later: 2)
    #expect(servers.requestsPerHour[48...].reduce(0, +) <= 4)
  }

  @Test(
    "a busy access server keeps its account: 9 requests in an hour, then 2",
    arguments: 0..<8 as Range<UInt64>)
  func accessIsBusy(seed: UInt64) {
    var servers = BadServers(seed: seed)
    servers.live(until: 72 * hour) { $0.answerRegister(.serviceUnavailable) }
    servers.expectAtMost(first: 9, later: 2)
    #expect(servers.lines.filter { $0.hasSuffix("Bootstrap-Request") }.count == 1)
  }
}
