import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Update")
struct RegistrationUpdateTests {
  private func registered(lifetime: UInt32 = 86_400, profile: Profile = .standard) -> World {
    let world = World(profile: profile, lifetime: lifetime, authCode: "secret")
    world.register()
    return world
  }

  @Test(
    "4.3-4: registered → registered: 2.04 to an Update; it leaves at max(lt/2, lt - 93 s), no parameters",
    arguments: [(60, 30), (186, 93), (300, 207), (86_400, 86_307), (0x0FFF_FFFF, 0x0FFF_FFFF - 93)])
  func automatic(lifetime: UInt32, leavesAt: UInt64) {
    let world = registered(lifetime: lifetime)
    world.advance(to: leavesAt * 1000 - 1)
    #expect(world.timetable() == [])
    world.advance(to: leavesAt * 1000)
    #expect(world.timetable() == ["\(leavesAt * 1000) Update /rd/5a3f"])
    #expect(world.engine.standing == .updating)
    world.answer(.changed)
    #expect(world.timetable() == ["\(leavesAt * 1000) [updated 204]"])
    #expect(world.dueTime == leavesAt * 2000)
  }

  @Test("4.3-4: the lifetime is counted from when the request left, not from its answer")
  func countedFromRequest() {
    let world = World(lifetime: 60)
    world.connect()
    world.advance(to: 20_000)
    world.accept()
    #expect(world.dueTime == 30_000)
  }

  @Test("int-102, int-107, 4.3-3: a written lifetime is reported at once, and holds from then on")
  func writtenLifetime() {
    let world = registered()
    world.advance(to: 1000)
    world.request(.put, "/1/0/1", [.format(0)], payload: "60")
    #expect(world.timetable() == ["1000 204", "1000 Update /rd/5a3f lt=60"])
    world.answer(.changed)
    _ = world.timetable()
    world.advance(to: 31_000)
    #expect(world.timetable() == ["31000 Update /rd/5a3f"])
  }

  @Test("the lifetime that holds already is not reported")
  func sameLifetime() {
    let world = registered()
    world.request(.put, "/1/0/1", [.format(0)], payload: "86400")
    #expect(world.timetable() == ["0 204"])
  }

  @Test("int-104: Registration Update Trigger sends an Update without parameters")
  func trigger() {
    let world = registered()
    world.request(.post, "/1/0/8")
    #expect(world.timetable() == ["0 204", "0 Update /rd/5a3f"])
    #expect(world.sent.last?.payload == [])
    #expect(world.sent.last?.format == nil)
  }

  @Test("a new object instance sends the object list; a second resource of it does not")
  func added() {
    let world = registered()
    world.add(Path(3303, 0, 5701), .integer, .integer(1))
    #expect(world.timetable() == [])
    world.add(Path(3303, 1, 5700), .float, .float(1))
    #expect(world.timetable() == ["0 Update /rd/5a3f objects"])
    #expect(world.sent.last?.format == 40)
    #expect(
      world.sent.last?.text == "</>;rt=\"oma.lwm2m\",</1/0>,</3/0>,</3303/0>,</3303/1>")
  }

  @Test("the end of an object instance sends the object list")
  func removed() {
    let world = registered()
    world.remove(Path(3303, 0, 5700))
    #expect(world.timetable() == ["0 Update /rd/5a3f objects"])
    #expect(world.sent.last?.text == "</>;rt=\"oma.lwm2m\",</1/0>,</3/0>")
  }

  @Test("the command carries what it is told to")
  func command() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: 120, withObjects: true) }
    #expect(world.timetable() == ["0 Update /rd/5a3f lt=120 objects"])
    world.answer(.changed)
    _ = world.timetable()
    world.command { engine, _ in engine.update(lifetime: 120, withObjects: false) }
    #expect(world.timetable() == ["0 Update /rd/5a3f lt=120"])
  }

  @Test("in the OneNET profile it carries the Auth-Code, otherwise not")
  func authCode() {
    for (profile, code) in [(Profile.onenet, Array("secret".utf8)), (.standard, nil)] {
      let world = registered(profile: profile)
      world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
      #expect(world.sent.last?.option(.authCode) == code)
    }
  }

  @Test("what changes while an Update is under way goes into the next one, once it is answered")
  func changedMeanwhile() {
    let world = registered()
    world.request(.post, "/1/0/8")
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    world.request(.put, "/1/0/1", [.format(0)], payload: "600")
    #expect(world.timetable() == ["0 204", "0 Update /rd/5a3f", "0 204"])
    let update = world.sent[2]
    world.deliver(Datagram(.acknowledgement, .changed, id: update.id, token: update.token))
    #expect(world.timetable() == ["0 [updated 204]", "0 Update /rd/5a3f lt=600 objects"])
  }

  @Test("retransmissions are byte for byte the same")
  func retransmissions() {
    let world = registered()
    world.request(.post, "/1/0/8")
    _ = world.timetable()
    world.advance(to: 30_000)
    #expect(
      world.timetable() == [2000, 6000, 14_000, 30_000].map { "\($0) Update /rd/5a3f again" })
  }

  @Test("a retransmission whose content changed has a new message ID (RFC 7641 section 4.5.2)")
  func changedContent() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    world.advance(to: 2000)
    let updates = world.sent.suffix(2)
    #expect(updates.first?.id != updates.last?.id)
    #expect(updates.first?.token == updates.last?.token)
    #expect(updates.last?.text.hasSuffix(",</3311/0>") == true)
  }

  @Test("changes before the registration need no Update")
  func changedBefore() {
    let world = World()
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    world.register()
    world.advance(to: 1000)
    #expect(world.timetable() == [])
  }
}
