import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// One life of a device: a story, told twice with different timing of calls.
private func life(_ world: World, seed: UInt64) -> [String] {
  var choices = Chance.seeded(seed)
  var lines: [String] = []
  world.connect()
  for turn in 0..<60 {
    act(world, choices.next() % 14, turn: turn)
    world.advance(by: UInt64(choices.next() % 40_000))
    lines += world.timetable()
  }
  return lines
}

private func act(_ world: World, _ choice: UInt32, turn: Int) {
  guard let last = world.sent.last else { return world.connect() }
  switch choice {
  case 0, 1, 2:
    let code: Code = last.code == .delete ? .deleted : last.path == "rd" ? .created : .changed
    world.answer(code, code == .created ? Datagram.Field.location("rd/\(turn)") : [])
  case 3: world.answer(.serviceUnavailable, [.number(.maxAge, 40)])
  case 4: world.answer(.notFound)
  case 5: world.acknowledge()
  case 6: world.respondSeparately(to: last, .changed)
  case 7: write(world, turn)
  case 8: world.add(Path(3311, UInt16(turn), 5850), .boolean, .boolean(true))
  case 9: world.request(.get, "/3303/0/5700", [.observe(0)])
  case 12, 13: report(world, UInt16(turn + 1))
  case 10: turn % 3 == 0 ? world.loseLink() : world.connect()
  default: turn % 4 == 0 ? world.deregister() : world.connect()
  }
}

/// The server writes one of its own resources, or disables the device.
private func write(_ world: World, _ turn: Int) {
  switch turn % 5 {
  case 0: world.disable()
  case 1: world.request(.put, "/1/0/7", [.format(0)], payload: turn % 2 == 0 ? "U" : "UQ")
  case 2: world.request(.put, "/1/0/3", [.format(0)], payload: "\(turn)")
  case 3: world.request(.put, "/1/0/5", [.format(0)], payload: "\(turn)")
  default: world.request(.put, "/1/0/1", [.format(0)], payload: "\(60 + turn)")
  }
}

/// A confirmable notification, when there is somebody to get it.
private func report(_ world: World, _ acknowledgementID: UInt16) {
  try? world.command { engine, now in
    try engine.notify(Path(3303, 0, 5700), acknowledgementID: acknowledgementID, now: now)
  }
}

@Suite("Deadlines")
struct RegistrationDeadlineTests {
  @Test(
    "calls at deadlines alone suffice, calls in between change nothing, and the wire stays lawful",
    arguments: 0..<40 as Range<UInt64>)
  func lives(seed: UInt64) {
    let calm = World(lifetime: 300, chance: .seeded(seed))
    let nervous = World(lifetime: 300, chance: .seeded(seed))
    nervous.isNervous = true
    let story = life(calm, seed: seed)
    #expect(story == life(nervous, seed: seed))
    #expect(story.filter { $0.contains("fault") } == [])
    #expect(story.contains { $0.hasSuffix("Register") })
  }

  @Test("the lives above have everything in them")
  func completeness() {
    let stories = (0..<40 as Range<UInt64>).flatMap {
      life(World(lifetime: 300, chance: .seeded($0)), seed: $0)
    }
    for part in [
      "Register again", "Update /rd/", "objects", "lt=", "De-register", "CON 205", "ACK", "RST",
      "[registrationTimedOut]", "[registrationRefused 503]", "[registrationRefused 404]",
      "[updated 204]", "[updateRefused 404]", "[updateTimedOut]", "[deregistered 202]",
      "[notificationDelivered]", "[notificationFailed]",
    ] {
      #expect(stories.contains { $0.contains(part) }, "\(part)")
    }
  }

  @Test("a server that never answers is asked ever more rarely, and never given up")
  func hours() {
    let world = World()
    world.connect()
    world.advance(to: 24 * 3_600_000)
    let attempts = world.timetable().filter { $0.hasSuffix(" Register") }
    #expect((30...45).contains(attempts.count))
    #expect(world.dueTime != nil)
  }

  @Test("a registered device with a huge lifetime sleeps until the Update")
  func sleeps() {
    let world = World(lifetime: 0x0FFF_FFFF)
    world.register()
    #expect(world.dueTime == (0x0FFF_FFFF - 93) * 1000)
  }

  @Test("an idle device has no deadline")
  func idle() {
    let world = World()
    #expect(world.dueTime == nil)
    world.advance(to: 1_000_000)
    #expect(world.timetable() == [])
  }
}
