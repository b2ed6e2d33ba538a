import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Register in blocks, and what comes in between")
struct RegistrationBlockBetweenTests {
  @Test(
    "registering → registering: the list changes between blocks; from block 0, and no Update follows"
  )
  func changed() {
    let world = listDevice(16)
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.advance(to: 500)
    world.lawGaveUp()
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "0 Register 1/1/64", "500 Register 0/1/64",
      ])
    #expect(world.sent[0].token != world.sent[2].token)
    world.takeBlocks()
    world.accept()
    #expect(world.body == instanceList(0...16) + ",</3311/0>")
    #expect(world.timetable().last == "500 [registered 201]")
    #expect(world.dueTime ?? 0 > 80_000_000)
  }

  @Test("an instance that goes between blocks, too; a resource of one that stays does not matter")
  func removed() {
    let world = listDevice(16)
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.add(Path(3303, 3, 5701), .integer, .integer(1))
    #expect(world.timetable().last == "0 Register 1/1/64")
    world.lawGaveUp()
    world.remove(Path(3303, 16, 5700))
    #expect(world.timetable() == ["0 Register 0/1/64"])
    world.takeBlocks()
    world.accept()
    #expect(world.body == instanceList(0...15))
    #expect(world.timetable().last == "0 [registered 201]")
  }

  @Test("an answer to a block from before the list changed is of no account")
  func late() {
    let world = listDevice(16)
    world.connect()
    let early = world.sent[0]
    world.lawGaveUp()
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    _ = world.timetable()
    world.deliver(
      Datagram(
        .acknowledgement, .continue, id: early.id, token: early.token, options: [block1(0, 1, 64)]))
    #expect(world.timetable() == [])
    #expect(world.dropped(.unmatched) == 1)
  }

  @Test("a lifetime that changes between blocks changes their options: from block 0")
  func lifetime() {
    let world = listDevice(16)
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.lawGaveUp()
    world.command { engine, _ in engine.update(lifetime: 600, withObjects: false) }
    world.takeBlocks()
    world.accept()
    #expect(world.sent.suffix(4).allSatisfy { $0.queries.contains("lt=600") })
    #expect(world.body == instanceList(0...16))
    #expect(
      world.timetable().suffix(2) == ["0 [registered 201]", "0 Update /rd/5a3f lt=600"],
      "the command has its Update")
  }

  @Test("Updates that are wanted between blocks and change nothing leave the blocks alone")
  func patience() {
    let world = listDevice(16)
    world.connect()
    for _ in 0..<3 {
      world.command { engine, _ in engine.update(lifetime: 86_400, withObjects: true) }
      world.answer(.continue)
    }
    world.accept()
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "0 Register 1/1/64", "0 Register 2/1/64",
        "0 Register 3/0/64", "0 [registered 201]", "0 Update /rd/5a3f lt=86400 objects 0/1/64",
      ])
  }

  @Test("a plain Update that is wanted between blocks waits for the end of the list")
  func plain() {
    let world = listDevice(16)
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    world.takeBlocks()
    world.accept()
    #expect(
      world.timetable().suffix(3) == [
        "0 Register 3/0/64", "0 [registered 201]", "0 Update /rd/5a3f",
      ])
  }

  @Test("the lifetime counts from when the last block left")
  func expiry() {
    let world = listDevice(16)
    world.connect()
    for instant in [20_000, 40_000, 60_000] as [UInt64] {
      world.advance(to: instant)
      world.answer(.continue)
    }
    world.accept()
    #expect(world.dueTime == 60_000 + 86_400_000 - 93_000)
  }

  @Test("RFC 7252 5.2.2: a separate 2.31 is acknowledged, then the next block leaves")
  func separate() {
    let world = listDevice(16)
    world.connect()
    world.acknowledge()
    world.advance(to: 3000)
    world.respondSeparately(to: world.sent[0], .continue, [block1(0, 1, 64)])
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "3000 ACK", "3000 Register 1/1/64",
      ])
  }

  @Test("RFC 7252 4.5: the duplicate of an answer changes nothing")
  func duplicate() {
    let world = listDevice(16)
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    let first = world.sent[0]
    world.deliver(
      Datagram(
        .acknowledgement, .continue, id: first.id, token: first.token, options: [block1(0, 1, 64)]))
    #expect(world.timetable().last == "0 Register 1/1/64")
  }

  @Test("the link goes between blocks: the next Register begins with block 0 of the largest size")
  func linkLost() {
    let world = listDevice(16)
    world.connect()
    world.answer(.continue, [block1(0, 1, 16)])
    world.loseLink()
    #expect(world.timetable().last == "0 [connectFailed]")
    world.advance(to: 22_500)
    #expect(world.timetable() == ["22500 [connected]", "22500 Register 0/1/64"])
  }

  @Test("so it does after a rebind, and after a close and a connect")
  func rebindAndClose() {
    let world = listDevice(16)
    world.connect()
    world.answer(.continue, [block1(0, 1, 16)])
    world.rebind()
    #expect(world.timetable().suffix(2) == ["0 [connected]", "0 Register 0/1/64"])
    world.answer(.continue, [block1(0, 1, 16)])
    world.lawGaveUp()
    world.command { engine, _ in engine.abandon() }
    #expect(world.engine.standing == .idle)
    _ = world.timetable()
    world.connect()
    #expect(world.timetable() == ["0 [connected]", "0 Register 0/1/64"])
  }
}
