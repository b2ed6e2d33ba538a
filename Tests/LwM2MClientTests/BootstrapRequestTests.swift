import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

extension World {
  /// A device that knows a bootstrap server and nobody else.
  static func unprovisioned(
    _ profile: Profile = .standard, authCode: String = "", holdOff: UInt32 = 0,
    secures: Bool = false, chance: Chance = .shortest
  ) -> World {
    World(
      profile: profile, chance: chance, authCode: authCode, bootstrap: "coap://bs.example:5683",
      holdOff: holdOff, secures: secures)
  }
}

@Suite("Bootstrap-Request (LwM2M 1.0 section 5.2.5)")
struct BootstrapRequestTests {
  @Test(
    "int-0: idle → unprovisioned: connect without an account; connecting → requesting: the link is there; POST /bs?ep="
  )
  func asks() {
    let world = World.unprovisioned(authCode: "secret")
    world.connect()
    #expect(
      world.timetable() == ["0 [connected]", "0 [bootstrapStarted]", "0 Bootstrap-Request"])
    #expect(world.linked == World.bootstrapServer)
    #expect(world.engine.standing == .bootstrapping && world.engine.target == .bootstrap)
    let request = world.sent[0]
    #expect(request.type == .confirmable && request.code == .post)
    #expect(request.path == "bs" && request.queries == ["ep=dev"] && request.payload == [])
    #expect(request.option(.authCode) == nil)
  }

  @Test("OneNET: the Auth-Code goes with it in option 63")
  func authCode() {
    let world = World.unprovisioned(.onenet, authCode: "secret")
    world.connect()
    #expect(world.sent[0].option(.authCode) == Array("secret".utf8))
  }

  @Test("unprovisioned → holding: a hold-off; holding → connecting: the hold-off is over")
  func holdOff() {
    let world = World.unprovisioned(holdOff: 10)
    world.connect()
    #expect(world.engine.standing == .holdingOff)
    world.advance(to: 9_999)
    #expect(world.timetable() == [])
    world.advance(to: 10_000)
    #expect(
      world.timetable() == [
        "10000 [connected]", "10000 [bootstrapStarted]", "10000 Bootstrap-Request",
      ])
  }

  @Test(
    "unprovisioned → connecting: no hold-off; requesting → waiting: 4.xx; the code is told, and it is asked again after 60 s -25 %"
  )
  func refused() {
    let world = World.unprovisioned()
    world.connect()
    world.answer(.badRequest)
    #expect(world.engine.standing == .waiting(.refused))
    world.advance(to: 44_999)
    #expect(world.timetable().dropFirst(3) == ["0 [bootstrapFailed 400]"])
    world.advance(to: 45_000)
    world.answer(.forbidden)
    #expect(
      world.timetable() == [
        "45000 [connected]", "45000 [bootstrapStarted]", "45000 Bootstrap-Request",
        "45000 [bootstrapFailed 403]",
      ])
    #expect(world.dueTime == 135_000)
  }

  @Test("requesting → waiting: no answer; it is asked again after 30 s, then 60 s")
  func silent() {
    let world = World.unprovisioned()
    world.connect()
    world.advance(to: 62_000)
    #expect(
      world.timetable().suffix(2) == ["30000 Bootstrap-Request again", "62000 [bootstrapFailed]"])
    #expect(world.engine.standing == .waiting(.silent))
    #expect(world.dueTime == 84_500)
    world.advance(to: 146_500)
    #expect(world.dueTime == 191_500)
  }

  @Test("requesting → waiting: Reset; told without a code")
  func reset() {
    let world = World.unprovisioned()
    world.connect()
    world.reset()
    #expect(world.timetable().last == "0 [bootstrapFailed]")
    #expect(world.engine.standing == .waiting(.reset) && world.dueTime == 45_000)
  }

  @Test("requesting → waiting: 5.xx or 4.29; Max-Age is honoured")
  func overloaded() {
    let world = World.unprovisioned()
    world.connect()
    world.answer(.serviceUnavailable, [.number(.maxAge, 600)])
    #expect(world.dueTime == 600_000)
  }

  @Test("the bootstrap server's name does not resolve: as the access server's")
  func unresolved() {
    let world = World.unprovisioned()
    world.obstacle = .unresolved
    world.connect()
    #expect(world.timetable() == ["0 [connectFailed]"])
    world.obstacle = nil
    world.advance(to: 22_500)
    #expect(world.timetable().last == "22500 Bootstrap-Request")
  }

  @Test("requesting → waiting: the socket broke")
  func linkLost() {
    let world = World.unprovisioned()
    world.connect()
    world.loseLink()
    #expect(world.timetable().last == "0 [connectFailed]")
    world.advance(to: 22_500)
    #expect(world.timetable().last == "22500 Bootstrap-Request")
  }

  @Test("requesting → ordered: 2.04; ordered → waiting: no order within MAX_TRANSMIT_WAIT")
  func noOrders() {
    let world = World.unprovisioned()
    world.connect()
    world.answer(.changed)
    #expect(world.engine.standing == .bootstrapping)
    world.advance(to: 92_999)
    #expect(world.timetable().count == 3)
    world.advance(to: 93_000)
    #expect(world.timetable() == ["93000 [bootstrapFailed]"])
    #expect(world.engine.standing == .waiting(.silent))
  }

  @Test("any other → idle: close; in every state of a bootstrap")
  func close() {
    for steps in 0..<3 {
      let world = World.unprovisioned(holdOff: steps == 0 ? 10 : 0)
      world.connect()
      if steps == 2 { world.answer(.changed) }
      #expect(world.command { engine, _ in engine.deregister() } == false)
      #expect(world.engine.standing == .idle && world.dueTime == nil)
    }
  }

  @Test("a connect while a bootstrap is under way sends nothing new")
  func connectTwice() {
    let world = World.unprovisioned()
    world.connect()
    world.connect()
    #expect(world.sent.count == 1)
    world.answer(.changed)
    world.connect()
    #expect(world.sent.count == 1)
  }
}
