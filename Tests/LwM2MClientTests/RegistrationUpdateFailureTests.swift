import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Update that fails")
struct RegistrationUpdateFailureTests {
  private func updating(lifetime: UInt32 = 86_400) -> World {
    let world = World(lifetime: lifetime)
    world.register()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    _ = world.timetable()
    return world
  }

  @Test(
    "int-105: registered → registering: 4.xx to an Update; Register at once",
    arguments: [Code.notFound, .badRequest, .forbidden])
  func discarded(code: Code) {
    let world = updating()
    world.advance(to: 1000)
    world.answer(code)
    #expect(
      world.timetable() == ["1000 [updateRefused \(code.decimal)]", "1000 Register"])
    world.accept(location: "rd/new")
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    #expect(world.timetable() == ["1000 [registered 201]", "1000 Update /rd/new"])
  }

  @Test("int-105: that Register is one: when it is refused too, the back-off begins")
  func discardedAndRefused() {
    let world = updating()
    world.answer(.notFound)
    world.answer(.forbidden)
    #expect(
      world.timetable() == [
        "0 [updateRefused 404]", "0 Register", "0 [registrationRefused 403]",
      ])
    #expect(world.dueTime == 45_000)
  }

  @Test("registered → registering: Reset to an Update")
  func reset() {
    let world = updating()
    world.reset()
    #expect(world.timetable() == ["0 [updateRefused]", "0 Register"])
  }

  @Test("observations are kept until the new Register succeeds, and gone then")
  func observations() {
    let world = World()
    world.register()
    world.request(.get, "/3303/0/5700", [.observe(0)], token: [4])
    #expect(world.engine.occupancy(of: .observations, now: .never).used == 1)
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    world.answer(.notFound)
    #expect(world.engine.occupancy(of: .observations, now: .never).used == 1)
    world.accept()
    #expect(world.engine.occupancy(of: .observations, now: .never).used == 0)
  }

  @Test("nothing is notified while it registers again")
  func silentMeanwhile() throws {
    let world = World()
    world.register()
    world.request(.get, "/3303/0/5700", [.observe(0)], token: [4])
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    world.answer(.notFound)
    _ = world.timetable()
    try world.command { engine, now in
      try engine.notify(Path(3303, 0, 5700), acknowledgementID: 0, now: now)
    }
    #expect(world.timetable() == [])
    world.accept()
    #expect(world.timetable() == ["0 [registered 201]"])
  }

  @Test(
    "registered → registered: 5.xx or 4.29 to an Update; again after 30 s or Max-Age, at most 1 h",
    arguments: [(nil, 22_500), (10, 22_500), (300, 300_000), (7200, 3_600_000)])
  func overloaded(maxAge: Int?, wait: UInt64) {
    for code in [Code.serviceUnavailable, .tooManyRequests] {
      let world = World()
      world.register()
      world.command { engine, _ in engine.update(lifetime: 7000, withObjects: true) }
      _ = world.timetable()
      world.answer(code, maxAge.map { [.number(.maxAge, $0)] } ?? [])
      world.advance(to: wait)
      #expect(
        world.timetable() == [
          "0 [updateRefused \(code.decimal)]", "\(wait) Update /rd/5a3f lt=7000 objects",
        ])
    }
  }

  @Test("a server that puts off every Update is left alone for longer each time, up to 1 h")
  func overloadedForLong() {
    let world = updating()
    var waits: [UInt64] = []
    for _ in 0..<9 {
      world.answer(.serviceUnavailable)
      let before = world.now
      world.advance(to: world.dueTime ?? 0)
      waits.append((world.now - before) / 1000)
    }
    #expect(waits == [22, 45, 90, 180, 360, 720, 1440, 2700, 2700])
    world.answer(.changed)
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    world.answer(.serviceUnavailable)
    #expect(world.dueTime == world.now + 22_500)
  }

  @Test("a change meanwhile joins the Update that was put off")
  func joined() {
    let world = updating()
    world.answer(.serviceUnavailable)
    world.advance(to: 10_000)
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    world.advance(to: 22_500)
    #expect(
      world.timetable() == ["0 [updateRefused 503]", "22500 Update /rd/5a3f objects"])
  }

  @Test("registered → registering: the lifetime is over; the server has put off Updates until then")
  func expires() {
    let world = World(lifetime: 60)
    world.register()
    world.advance(to: 30_000)
    world.answer(.serviceUnavailable, [.number(.maxAge, 600)])
    world.advance(to: 60_000)
    #expect(
      world.timetable() == [
        "30000 Update /rd/5a3f", "30000 [updateRefused 503]", "60000 [lifetimeExpired]",
        "60000 Register",
      ])
  }

  @Test("registered → registering: no answer to an Update")
  func silence() {
    let world = updating()
    world.advance(to: 62_000)
    #expect(
      world.timetable() == [
        "2000 Update /rd/5a3f again", "6000 Update /rd/5a3f again", "14000 Update /rd/5a3f again",
        "30000 Update /rd/5a3f again", "62000 [updateTimedOut]", "62000 Register",
      ])
  }

  @Test(
    "4.3-4: a full cycle of retransmissions fits between the Update and the end of the lifetime")
  func fits() {
    let world = World(lifetime: 300, chance: .longest)
    world.register()
    world.advance(to: 300_000)
    let lines = world.timetable()
    #expect(lines.first == "207000 Update /rd/5a3f")
    #expect(lines.suffix(2) == ["300000 [updateTimedOut]", "300000 Register"])
  }

  @Test("a short lifetime ends while the Update is still retransmitted")
  func shortLifetime() {
    let world = World(lifetime: 60)
    world.register()
    world.advance(to: 60_000)
    #expect(
      world.timetable() == [
        "30000 Update /rd/5a3f", "32000 Update /rd/5a3f again", "36000 Update /rd/5a3f again",
        "44000 Update /rd/5a3f again", "60000 [lifetimeExpired]", "60000 Register",
      ])
  }
}
