import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let hour: UInt64 = 3_600_000

/// A world whose link is bad for days, in ways that follow from its seed.
private struct BadLink {
  let world: World
  var choices: Chance
  var lines: [String] = []

  init(seed: UInt64) {
    choices = .seeded(seed)
    let lifetimes: [UInt32] = [60, 300, 3600, 86_400]
    world = World(
      lifetime: lifetimes[Int(seed % 4)], chance: .seeded(seed),
      rebinding: seed % 3 == 0 ? .register : .update)
    world.connect()
  }

  /// The last request of the device; it may be over.
  private var request: Datagram? {
    world.sent.last { $0.type == .confirmable && $0.code.isRequest }
  }

  private var success: Code { request?.path == "rd" ? .created : .changed }

  private func answer(_ code: Code, maxAge: Int? = nil) {
    guard let request else { return }
    let location = code == .created ? Datagram.Field.location("rd/\(world.now)") : []
    world.deliver(
      Datagram(
        .acknowledgement, code, id: request.id, token: request.token,
        options: location + (maxAge.map { [.number(.maxAge, $0)] } ?? [])))
  }

  /// The server acknowledges what else is confirmable.
  private func acknowledge() {
    guard let last = world.sent.last(where: { $0.type == .confirmable }), !last.code.isRequest
    else { return }
    world.deliver(Datagram(.acknowledgement, .empty, id: last.id))
  }

  private mutating func suffer() {
    switch choices.next() % 24 {
    case 0...3: answer(success)
    case 4:
      answer(success)
      answer(success)
    case 5: answer(.serviceUnavailable, maxAge: Int(choices.next() % 9000))
    case 6: if success == .changed { answer(.notFound) }
    case 7: request.map { _ = world.respondSeparately(to: $0, success, [.location("rd/s")[0]]) }
    case 8: world.loseLink()
    case 9: world.rebind()
    case 10: world.obstacle = choices.next() % 2 == 0 ? .unresolved : .socket
    case 11, 12: world.obstacle = nil
    case 13: world.request(.get, "/3303/0/5700", [.observe(0)], token: [7])
    case 14: notify(UInt16(choices.next() % 500))
    case 15:
      notify(UInt16(choices.next() % 500))
      acknowledge()
    case 16: acknowledge()
    case 17: world.ping()
    case 18: world.add(Path(3311, UInt16(choices.next() % 8), 5850), .boolean, .boolean(true))
    case 19: if choices.next() % 8 == 0 { world.connect() }
    case 20:
      world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
      answer(.serviceUnavailable)
    default: break
    }
  }

  private func notify(_ acknowledgementID: UInt16) {
    try? world.command { engine, now in
      try engine.notify(Path(3303, 0, 5700), acknowledgementID: acknowledgementID, now: now)
    }
  }

  mutating func live(until end: UInt64) {
    while world.now < end {
      suffer()
      world.advance(by: UInt64(choices.next() % 400_000))
      lines += world.timetable()
    }
  }

  /// Everything arrives and is answered well. How long it takes to be registered.
  mutating func heal() -> UInt64? {
    let start = world.now
    world.obstacle = nil
    while world.engine.standing != .registered, world.now < start + 2 * hour {
      answer(success)
      acknowledge()
      if world.engine.standing != .registered { world.advance(to: world.dueTime ?? world.now + 1) }
      lines += world.timetable()
    }
    return world.engine.standing == .registered ? world.now - start : nil
  }

  /// Days without trouble end what is still under way.
  mutating func settle() {
    for _ in 0..<500 {
      acknowledge()
      answer(success)
      world.advance(by: 20_000)
      lines += world.timetable()
    }
    answer(success)
    lines += world.timetable()
  }
}

@Suite("Endurance")
struct EnduranceTests {
  @Test(
    "three days of bad link, then registered within 1 h and MAX_TRANSMIT_WAIT, and nothing left",
    arguments: 0..<48 as Range<UInt64>)
  func badDays(seed: UInt64) {
    var link = BadLink(seed: seed)
    link.live(until: 72 * hour)
    let wait = link.heal()
    #expect(wait.map { $0 <= hour + 93_000 } == true)
    link.settle()
    #expect(link.world.engine.standing == .registered)
    #expect(link.world.engine.occupancy(of: .outstanding, now: .never).used == 0)
    #expect(link.world.engine.occupancy(of: .deferred, now: .never).used == 0)
    #expect(link.lines.filter { $0.contains("fault") } == [])
  }

  @Test("the days above have everything in them")
  func completeness() {
    let lines = (0..<24 as Range<UInt64>).flatMap { seed in
      var link = BadLink(seed: seed)
      link.live(until: 72 * hour)
      return link.lines
    }
    for part in [
      "Register again", "Update /rd/", "objects", "[registered 201]", "[updated 204]",
      "[updateTimedOut]", "[updateRefused 404]", "[updateRefused 503]", "[lifetimeExpired]",
      "[registrationTimedOut]", "[registrationRefused 503]", "[connectFailed]",
      "[notificationDelivered]", "[notificationFailed]", "CON 205", "RST",
    ] {
      #expect(lines.contains { $0.contains(part) }, "\(part)")
    }
  }
}
