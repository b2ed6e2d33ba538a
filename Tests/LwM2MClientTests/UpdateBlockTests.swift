import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Update in blocks (RFC 7959)")
struct UpdateBlockTests {
  /// Registered at rd/7, with the instances 0 ... 16 of /3303, in blocks of 64 bytes.
  private func registered(
    rebinding: Rebinding = .register, consultation: Consultation = Consultation(),
    binding: Binding = .udp
  ) -> World {
    let world = World(
      consultation: consultation, rebinding: rebinding, binding: binding, resources: 64)
    world.bufferSize = 128
    for instance in 1...16 {
      world.add(Path(3303, UInt16(instance), 5700), .float, .float(1))
    }
    world.connect()
    world.takeBlocks()
    world.accept(location: "rd/7")
    _ = world.timetable()
    return world
  }

  private let all = instanceList(0...16)

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.5: registered → registered: 2.31 to a block of an Update; to the location"
  )
  func blocks() {
    let world = registered()
    world.add(Path(3303, 20, 5700), .float, .float(1))
    world.advance(to: 100)
    #expect(world.engine.standing == .updating)
    world.answer(.continue, [block1(0, 1, 64)])
    world.answer(.continue, [block1(1, 1, 64)])
    world.takeBlocks()
    world.answer(.changed)
    #expect(
      world.timetable() == [
        "0 Update /rd/7 objects 0/1/64", "100 Update /rd/7 objects 1/1/64",
        "100 Update /rd/7 objects 2/1/64", "100 Update /rd/7 objects 3/0/64", "100 [updated 204]",
      ])
    #expect(world.body == all + ",</3303/20>")
    #expect(world.sent.last?.format == 40)
    #expect(world.dueTime == 100 + 86_400_000 - 93_000)
  }

  @Test("what goes with the list goes with each block")
  func options() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: 120, withObjects: true) }
    world.takeBlocks()
    #expect(world.timetable().allSatisfy { $0.contains("Update /rd/7 lt=120 objects ") })
    #expect(world.body == all)
  }

  @Test("an Update without the list goes as a whole")
  func small() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: 120, withObjects: false) }
    #expect(world.timetable() == ["0 Update /rd/7 lt=120"])
  }

  @Test("requests are served and notifications leave between blocks")
  func served() {
    let world = registered()
    world.request(.get, "/3303/0/5700", [.observe(0)])
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    _ = world.timetable()
    world.request(.get, "/3303/1/5700")
    world.command { engine, now in engine.changed(Path(3303, 0, 5700), now: now) }
    #expect(world.timetable() == ["0 205 1", "0 205 21.5"])
    let update = world.sent.first { $0.path == "rd/7" }!
    world.deliver(
      Datagram(
        .acknowledgement, .continue, id: update.id, token: update.token,
        options: [block1(0, 1, 64)]))
    #expect(world.timetable() == ["0 Update /rd/7 objects 1/1/64"])
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.9.2: registered → registered: 4.08 to a block of an Update; from block 0, once"
  )
  func incomplete() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue)
    world.answer(.requestEntityIncomplete)
    world.takeBlocks()
    world.answer(.changed)
    #expect(world.body == all)
    #expect(
      world.timetable().prefix(3) == [
        "0 Update /rd/7 objects 0/1/64", "0 Update /rd/7 objects 1/1/64",
        "0 Update /rd/7 objects 0/1/64",
      ])
    #expect(world.engine.standing == .registered)
  }

  @Test("int-105: 4.08 again, and 4.04 at once, make a device with a large list register")
  func refused() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.requestEntityIncomplete)
    world.answer(.requestEntityIncomplete)
    #expect(
      world.timetable().suffix(2) == ["0 [updateRefused 408]", "0 Register 0/1/64"])
    world.takeBlocks()
    world.accept(location: "rd/8")
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue)
    _ = world.timetable()
    world.answer(.notFound)
    #expect(world.timetable() == ["0 [updateRefused 404]", "0 Register 0/1/64"])
  }

  @Test(
    "4.1 RFC 7959 2.9.3: registered → registered: 4.13 with a smaller block to an Update; from block 0"
  )
  func shrunk() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: 300, withObjects: true) }
    world.answer(.continue)
    world.answer(.requestEntityTooLarge, [block1(1, 1, 32)])
    #expect(world.timetable().last == "0 Update /rd/7 lt=300 objects 0/1/32")
    world.takeBlocks()
    world.answer(.changed)
    #expect(world.body == all)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.3: registered → registering: a piece was taken for the whole; 2.04 to the first block of an Update without Block1"
  )
  func ignored() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.changed)
    #expect(
      world.timetable() == [
        "0 Update /rd/7 objects 0/1/64", "0 [updateRefused 413]", "0 Register 0/1/64",
      ])
  }

  @Test("5.03 to a block: the Update again later, from block 0, and still registered")
  func overloaded() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue, [block1(0, 1, 16)])
    world.answer(.serviceUnavailable)
    #expect(world.engine.standing == .registered)
    _ = world.timetable()
    world.advance(to: 22_500)
    #expect(world.timetable() == ["22500 Update /rd/7 objects 0/1/64"])
  }

  @Test("no answer to a block of an Update is no answer to the Update")
  func silence() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue)
    world.advance(to: 62_000)
    #expect(
      world.timetable().suffix(2) == ["62000 [updateTimedOut]", "62000 Register 0/1/64"])
  }

  @Test(
    "registered → registered: the list changes between blocks of an Update; from block 0, with all that is wanted"
  )
  func changed() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue)
    world.lawGaveUp()
    world.remove(Path(3303, 16, 5700))
    #expect(
      world.timetable().suffix(2) == [
        "0 Update /rd/7 objects 1/1/64", "0 Update /rd/7 objects 0/1/64",
      ])
    world.lawGaveUp()
    world.request(.put, "/1/0/1", [.format(0)], payload: "600")
    #expect(world.timetable() == ["0 204", "0 Update /rd/7 lt=600 objects 0/1/64"])
    world.takeBlocks()
    world.answer(.changed)
    #expect(world.body == instanceList(0...15))
    #expect(world.timetable().last == "0 [updated 204]")
    #expect(world.dueTime == 600_000 - 93_000)
  }

  @Test("an Update that is to tell more begins anew, once; the same again leaves the blocks alone")
  func patience() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue)
    world.lawGaveUp()
    for _ in 0..<3 {
      world.command { engine, _ in engine.update(lifetime: 86_400, withObjects: true) }
      world.answer(.continue)
    }
    world.answer(.changed)
    #expect(
      world.timetable() == [
        "0 Update /rd/7 objects 0/1/64", "0 Update /rd/7 objects 1/1/64",
        "0 Update /rd/7 lt=86400 objects 0/1/64", "0 Update /rd/7 lt=86400 objects 1/1/64",
        "0 Update /rd/7 lt=86400 objects 2/1/64", "0 Update /rd/7 lt=86400 objects 3/0/64",
        "0 [updated 204]",
      ])
  }

  @Test("the list grows too long while its Update is unanswered: blocks, with a new ID")
  func grown() {
    let world = World(resources: 64)
    world.bufferSize = 128
    world.register(location: "rd/7")
    for instance in 1...5 { world.add(Path(3303, UInt16(instance), 1), .float, .float(1)) }
    for instance in 6...9 { world.add(Path(3303, UInt16(instance), 1), .float, .float(1)) }
    world.advance(to: 2000)
    #expect(
      world.timetable() == ["0 Update /rd/7 objects", "2000 Update /rd/7 objects 0/1/64"])
    #expect(world.sent[1].id != world.sent[2].id)
  }

  @Test("with a policy of Update after a rebind: what was in blocks begins anew at the new address")
  func rebound() {
    let world = registered(rebinding: .update)
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue, [block1(0, 1, 16)])
    _ = world.timetable()
    world.rebind()
    #expect(world.timetable() == ["0 [connected]", "0 Update /rd/7 objects 0/1/64"])
    world.takeBlocks()
    world.answer(.changed)
    #expect(world.body == all)
    #expect(world.engine.standing == .registered)
  }

  @Test("close between blocks: De-register at once")
  func closed() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue)
    world.deregister()
    #expect(world.timetable().last == "0 De-register /rd/7")
    #expect(world.sent.last?.option(.block1) == nil)
  }

  @Test("the lifetime runs out between blocks: Register, from block 0")
  func expired() {
    let world = registered()
    world.command { engine, _ in engine.update(lifetime: 15, withObjects: true) }
    world.takeBlocks()
    world.answer(.changed)
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
    world.answer(.continue)
    _ = world.timetable()
    world.advance(to: 15_000)
    #expect(
      world.timetable().suffix(2) == ["15000 [lifetimeExpired]", "15000 Register 0/1/64"])
  }
}
