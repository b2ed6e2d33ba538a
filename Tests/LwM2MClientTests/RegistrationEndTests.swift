import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("De-register")
struct RegistrationEndTests {
  private func deregistering() -> World {
    let world = World()
    world.register()
    world.advance(to: 1000)
    world.deregister()
    return world
  }

  @Test(
    "int-103: registered → deregistering: close; deregistering → idle: 2.02; DELETE on the location"
  )
  func deregisters() {
    let world = deregistering()
    #expect(world.engine.standing == .deregistering)
    #expect(world.sent.last?.code == .delete)
    #expect(world.sent.last?.payload == [])
    world.answer(.deleted)
    #expect(world.timetable() == ["1000 De-register /rd/5a3f", "1000 [deregistered 202]"])
    #expect(world.engine.standing == .idle)
    #expect(world.dueTime == nil)
  }

  @Test("deregistering → idle: any other answer", arguments: [Code.notFound, .internalServerError])
  func refused(code: Code) {
    let world = deregistering()
    world.answer(code)
    #expect(world.timetable().last == "1000 [deregistered \(code.decimal)]")
    #expect(world.engine.standing == .idle)
  }

  @Test("deregistering → idle: Reset")
  func reset() {
    let world = deregistering()
    world.reset()
    #expect(world.timetable().last == "1000 [deregistered]")
    #expect(world.engine.standing == .idle)
  }

  @Test("deregistering → idle: no answer after all retransmissions")
  func silence() {
    let world = deregistering()
    world.advance(to: 63_000)
    #expect(
      world.timetable() == [
        "1000 De-register /rd/5a3f", "3000 De-register /rd/5a3f again",
        "7000 De-register /rd/5a3f again", "15000 De-register /rd/5a3f again",
        "31000 De-register /rd/5a3f again", "63000 [deregistered]",
      ])
    #expect(world.engine.standing == .idle)
  }

  @Test("deregistering → idle: the socket broke")
  func linkLost() {
    let world = deregistering()
    world.loseLink()
    #expect(world.engine.standing == .idle)
    #expect(world.dueTime == nil)
  }

  @Test("deregistering → idle: close ran out of time; nothing follows")
  func abandoned() {
    let world = deregistering()
    world.command { engine, _ in engine.abandon() }
    world.advance(to: 500_000)
    #expect(world.timetable() == ["1000 De-register /rd/5a3f", "1000 [deregistered]"])
    #expect(world.engine.standing == .idle)
  }

  @Test("requests are ignored while it de-registers, and after")
  func ignored() {
    let world = deregistering()
    world.request(.get, "/3303/0/5700")
    world.deregister()
    world.request(.get, "/3303/0/5700")
    #expect(world.timetable() == ["1000 De-register /rd/5a3f"])
    #expect(world.dropped(.early) == 2)
  }

  @Test("any → free: the registration is left; an Update under way gives way to De-register")
  func replacesUpdate() {
    let world = World()
    world.register()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    world.advance(to: 1000)
    world.deregister()
    world.advance(to: 2500)
    #expect(world.timetable() == ["0 Update /rd/5a3f", "1000 De-register /rd/5a3f"])
  }

  @Test("any → over: close; the device may register again")
  func again() {
    let world = World()
    world.register()
    world.request(.get, "/3303/0/5700", [.observe(0)], token: [4])
    world.deregister()
    world.answer(.deleted)
    #expect(world.engine.occupancy(of: .observations, now: .never).used == 0)
    _ = world.timetable()
    world.connect()
    world.accept()
    #expect(world.timetable() == ["0 [connected]", "0 Register", "0 [registered 201]"])
  }

  @Test("De-register carries the Auth-Code in the OneNET profile")
  func authCode() {
    let world = World(profile: .onenet, authCode: "secret")
    world.register()
    world.deregister()
    #expect(world.sent.last?.option(.authCode) == Array("secret".utf8))
  }
}
