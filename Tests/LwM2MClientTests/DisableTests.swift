import CoAPExchange
import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Disable")
struct DisableTests {
  private func disabling(timeout: String = "60") -> World {
    let world = World()
    world.register()
    world.request(.put, "/1/0/5", [.format(0)], payload: timeout)
    world.advance(to: 1000)
    _ = world.timetable()
    world.request(.post, "/1/0/4")
    return world
  }

  @Test(
    "int-103: registered → disabling: Disable; disabling → disabled: 2.02; disabled → connecting: the disable timeout is over"
  )
  func disables() {
    let world = disabling()
    #expect(world.timetable() == ["1000 204", "1000 De-register /rd/5a3f"])
    #expect(world.engine.standing == .deregistering)
    world.advance(to: 1500)
    world.answer(.deleted)
    #expect(world.timetable() == ["1500 [deregistered 202]"])
    #expect(world.engine.standing == .disabled)
    world.advance(to: 61_499)
    #expect(world.timetable() == [])
    world.advance(to: 61_500)
    #expect(world.timetable() == ["61500 [connected]", "61500 Register"])
    world.accept()
    #expect(world.engine.standing == .registered)
  }

  @Test("int-555, LwM2M 1.0 E.2: without a written timeout it is a day")
  func day() {
    let world = World()
    world.register()
    world.request(.post, "/1/0/4")
    world.answer(.deleted)
    _ = world.timetable()
    #expect(world.dueTime == 86_400_000)
  }

  @Test("int-555, LwM2M 1.0 E.2: a timeout of 0 registers again at once")
  func none() {
    let world = disabling(timeout: "0")
    world.answer(.deleted)
    #expect(
      world.timetable().suffix(3)
        == ["1000 [deregistered 202]", "1000 [connected]", "1000 Register"])
  }

  @Test("LwM2M 1.0 E.2: a disabled device is deaf, and connect does not break its silence")
  func silent() {
    let world = disabling()
    world.answer(.deleted)
    _ = world.timetable()
    world.advance(to: 10_000)
    world.connect()
    #expect(!world.rebind())
    world.request(.get, "/3/0/0")
    world.ping()
    #expect(world.timetable() == ["10000 RST"])
    #expect(world.dropped(.early) == 1)
    #expect(world.engine.standing == .disabled)
    #expect(world.dueTime == 61_000)
  }

  @Test("any other → idle: close; a device that is disabled then connects at once")
  func closed() {
    let world = disabling()
    world.answer(.deleted)
    _ = world.timetable()
    let hadOne = world.command { engine, _ in engine.deregister() }
    #expect(!hadOne)
    #expect(world.engine.standing == .idle)
    #expect(world.dueTime == nil)
    world.connect()
    #expect(world.timetable() == ["1000 [connected]", "1000 Register"])
  }

  @Test("disabling → deregistering: close; the De-register goes on")
  func closedMeanwhile() {
    let world = disabling()
    let hadOne = world.command { engine, _ in engine.deregister() }
    #expect(hadOne)
    world.answer(.deleted)
    #expect(
      world.timetable() == [
        "1000 204", "1000 De-register /rd/5a3f", "1000 [deregistered 202]",
      ])
    #expect(world.engine.standing == .idle)
  }

  @Test("disabling → disabled: no answer after all retransmissions")
  func unanswered() {
    let world = disabling()
    world.advance(to: 63_000)
    #expect(world.timetable().last == "63000 [deregistered]")
    #expect(world.engine.standing == .disabled)
    #expect(world.dueTime == 123_000)
  }

  @Test(
    "disabling → disabled: any other answer; disabling → disabled: Reset",
    arguments: [Code.notFound, .empty])
  func refused(code: Code) {
    let world = disabling()
    if code == .empty { world.reset() } else { world.answer(code) }
    #expect(world.engine.standing == .disabled)
  }

  @Test("disabling → disabled: the socket broke; a later loss changes nothing")
  func linkLost() {
    let world = disabling()
    world.loseLink()
    #expect(world.timetable().last == "1000 [deregistered]")
    #expect(world.engine.standing == .disabled)
    world.loseLink()
    #expect(world.timetable() == [])
    #expect(world.dueTime == 61_000)
  }

  @Test("LwM2M 1.0 E.2: without a network when the time is over it waits like any other")
  func obstacle() {
    let world = disabling()
    world.answer(.deleted)
    _ = world.timetable()
    world.obstacle = .socket
    world.advance(to: 61_000)
    #expect(world.timetable() == ["61000 [connectFailed]"])
    #expect(world.engine.standing == .waiting(.socket))
  }

  @Test("LwM2M 1.0 E.2: what the server wrote to /1 survives its Disable")
  func kept() {
    let world = disabling()
    world.answer(.deleted)
    world.advance(to: 61_000)
    world.accept()
    _ = world.timetable()
    world.request(.get, "/1/0/5")
    #expect(world.timetable() == ["61000 205 60"])
  }

  @Test("Disable does not wait for an Update under way, nor for a report")
  func hurry() {
    let world = World()
    world.register()
    world.request(.post, "/1/0/8")
    world.disable()
    #expect(
      world.timetable() == ["0 204", "0 Update /rd/5a3f", "0 204", "0 De-register /rd/5a3f"])
  }

  @Test("4.1 RFC 7252 4.5: a duplicate of Disable does nothing more")
  func duplicate() {
    let world = World()
    world.register()
    let disable = world.request(.post, "/1/0/4")
    world.deliver(disable)
    #expect(world.timetable() == ["0 204", "0 De-register /rd/5a3f"])
    #expect(world.dropped(.early) == 1)
  }
}
