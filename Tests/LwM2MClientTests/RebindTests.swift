import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("A new address")
struct RebindTests {
  private func registered(_ rebinding: Rebinding, lifetime: UInt32 = 86_400) -> World {
    let world = World(lifetime: lifetime, rebinding: rebinding)
    world.register()
    world.request(.get, "/3303/0/5700", [.observe(0)], token: [4])
    _ = world.timetable()
    return world
  }

  private func observations(_ world: World) -> Int {
    world.engine.occupancy(of: .observations, now: .never).used
  }

  @Test("4.3-6: registered → connecting: rebind; a new address registers again, at once")
  func registersAgain() {
    let world = registered(.register)
    world.advance(to: 1000)
    #expect(world.rebind())
    #expect(world.timetable() == ["1000 [connected]", "1000 Register"])
    #expect(observations(world) == 1)
    world.accept()
    #expect(observations(world) == 0)
    #expect(world.timetable() == ["1000 [registered 201]"])
  }

  @Test("C Anjay 5, 4.3-6: registering → registered: 2.04; an Update tells the new address")
  func updates() throws {
    let world = registered(.update)
    world.advance(to: 1000)
    #expect(world.rebind())
    #expect(world.timetable() == ["1000 [connected]", "1000 Update /rd/5a3f"])
    #expect(world.engine.standing == .registering)
    try world.command { engine, now in
      try engine.notify(Path(3303, 0, 5700), acknowledgementID: 0, now: now)
    }
    #expect(world.timetable() == [])
    world.answer(.changed)
    #expect(world.timetable() == ["1000 [updated 204]", "1000 205 21.5"])
    #expect(world.engine.standing == .registered)
    #expect(observations(world) == 1)
    #expect(world.dueTime == 1000 + (86_400 - 93) * 1000)
  }

  @Test(
    "registering → registering: 4.xx to the Update; one Register at once",
    arguments: [Code.notFound, .badRequest, .forbidden])
  func refused(code: Code) {
    let world = registered(.update)
    world.rebind()
    world.answer(code)
    #expect(world.timetable().suffix(2) == ["0 [updateRefused \(code.decimal)]", "0 Register"])
    world.answer(.forbidden)
    #expect(world.timetable() == ["0 [registrationRefused 403]"])
    #expect(world.dueTime == 45_000)
  }

  @Test(
    "registering → registering: Reset to the Update; registering → registering: no answer to the Update"
  )
  func unanswered() {
    let world = registered(.update)
    world.rebind()
    world.reset()
    #expect(world.timetable().suffix(2) == ["0 [updateRefused]", "0 Register"])
    world.accept()
    world.rebind()
    world.advance(to: 62_000)
    #expect(world.timetable().suffix(2) == ["62000 [updateTimedOut]", "62000 Register"])
  }

  @Test("registering → registering: 5.xx or 4.29 to the Update; it is sent again")
  func putOff() {
    let world = registered(.update)
    world.rebind()
    world.answer(.serviceUnavailable, [.number(.maxAge, 40)])
    world.advance(to: 40_000)
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Update /rd/5a3f", "0 [updateRefused 503]", "40000 Update /rd/5a3f",
      ])
    world.answer(.changed)
    #expect(world.engine.standing == .registered)
  }

  @Test("registered → waiting: the socket broke; an Update after the back-off, by the policy")
  func brokenSocket() {
    let world = registered(.update)
    world.loseLink()
    #expect(world.engine.standing == .waiting(.socket))
    world.obstacle = .socket
    world.advance(to: 22_500)
    world.obstacle = nil
    world.advance(to: 67_500)
    #expect(
      world.timetable() == [
        "0 [connectFailed]", "22500 [connectFailed]", "67500 [connected]", "67500 Update /rd/5a3f",
      ])
    world.answer(.changed)
    #expect(observations(world) == 1)
    world.loseLink()
    #expect(world.dueTime == 67_500 + 22_500)
  }

  @Test("waiting → waiting: the lifetime is over; no link yet, and then a Register")
  func lifetimeWithoutLink() {
    let world = registered(.update, lifetime: 60)
    world.advance(to: 20_000)
    world.obstacle = .socket
    world.loseLink()
    world.advance(to: 60_000)
    world.obstacle = nil
    world.advance(to: 87_500)
    #expect(
      world.timetable() == [
        "20000 [connectFailed]", "42500 [connectFailed]", "60000 [lifetimeExpired]",
        "87500 [connected]", "87500 Register",
      ])
  }

  @Test("registering → registering: the lifetime is over; the Update was not answered")
  func lifetimeOver() {
    let world = registered(.update, lifetime: 60)
    world.advance(to: 25_000)
    world.rebind()
    world.advance(to: 60_000)
    #expect(world.timetable().suffix(2) == ["60000 [lifetimeExpired]", "60000 Register"])
  }

  @Test("what an Update was to tell goes with the Update from the new address")
  func keepsContent() {
    let world = registered(.update)
    world.command { engine, _ in engine.update(lifetime: 7000, withObjects: false) }
    world.rebind()
    world.loseLink()
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    world.advance(to: 22_500)
    #expect(world.timetable().last == "22500 Update /rd/5a3f lt=7000 objects")
    world.answer(.changed)
    world.rebind()
    #expect(world.timetable().last == "22500 Update /rd/5a3f")
  }

  @Test("any → free: the socket goes; what was under way fails, and is told")
  func failsExchanges() throws {
    for rebinding in [Rebinding.register, .update] {
      let world = registered(rebinding)
      try world.command { engine, now in
        try engine.notify(Path(3303, 0, 5700), acknowledgementID: 9, now: now)
      }
      world.rebind()
      #expect(world.timetable().prefix(2) == ["0 CON 205 21.5", "0 [connected]"])
      #expect(world.engine.occupancy(of: .outstanding, now: .never).used == 0)
    }
  }

  @Test("registering → connecting: rebind; Register was under way, and a new one leaves")
  func whileRegistering() {
    let world = World()
    world.connect()
    world.advance(to: 500)
    #expect(world.rebind())
    #expect(
      world.timetable() == ["0 [connected]", "0 Register", "500 [connected]", "500 Register"])
    world.accept()
    #expect(world.engine.standing == .registered)
  }

  @Test("requesting → connecting: rebind; ordered → connecting: rebind; the bootstrap begins again")
  func whileBootstrapping() {
    let world = World.unprovisioned()
    world.connect()
    for _ in 0..<2 {
      _ = world.timetable()
      #expect(world.rebind())
      #expect(
        world.timetable() == ["0 [connected]", "0 [bootstrapStarted]", "0 Bootstrap-Request"])
      world.answer(.changed)
    }
    #expect(world.engine.standing == .bootstrapping)
  }

  @Test("idle, de-registering: there is nothing to rebind; waiting: the back-off goes on")
  func elsewhere() {
    let world = World()
    #expect(!world.rebind())
    world.connect()
    world.answer(.forbidden)
    #expect(world.rebind())
    #expect(world.dueTime == 45_000)
    world.advance(to: 45_000)
    world.accept()
    world.deregister()
    #expect(!world.rebind())
    #expect(world.engine.standing == .deregistering)
  }

  @Test("registering → deregistering: close; the Update with the new address was not answered")
  func closes() {
    let world = registered(.update)
    world.rebind()
    world.deregister()
    #expect(world.timetable().last == "0 De-register /rd/5a3f")
    world.answer(.deleted)
    #expect(world.engine.standing == .idle)
    #expect(observations(world) == 0)
  }
}
