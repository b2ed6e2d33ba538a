import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("What is stored, over a loss of power")
struct StoringPowerTests {
  private func device(_ record: [UInt8] = []) -> World {
    let world = World(stored: 256, keepsStored: true, restoring: record)
    world.register()
    return world
  }

  @Test("What had not left is delivered in the next life, oldest first")
  func waiting() {
    let world = device()
    world.report(1, ack: 1)
    world.report(2)
    world.report(2, ack: 2)
    let next = device(world.kept)
    #expect(next.timetable() == [])
    next.watch()
    #expect(next.timetable() == ["0 205 21.5", "0 CON 205 1"])
    next.acknowledge()
    #expect(next.timetable() == ["0 [notificationDelivered 1]", "0 CON 205 2"])
    next.acknowledge()
    #expect(next.timetable() == ["0 [notificationDelivered 2]"])
    #expect(next.kept == [])
  }

  @Test("sent → over: the power went; what had left is not sent again, and nobody knows")
  func sent() {
    let world = device()
    world.watch()
    world.report(1, ack: 1)
    world.report(2, ack: 2)
    #expect(world.timetable().suffix(1) == ["0 CON 205 1"])
    let next = device(world.kept)
    next.watch()
    #expect(next.timetable() == ["0 205 21.5", "0 CON 205 2"])
    let told = World(stored: 256, keepsStored: true, restoring: world.kept)
    told.advance(to: 1)
    #expect(told.timetable() == ["0 [notificationFailed 1]"])
  }

  @Test("The record that says that an entry leaves is kept before it leaves")
  func before() {
    let world = device()
    world.report(1, ack: 1)
    #expect(world.kept.first == UInt8(4))
    world.watch()
    // Kept at the end of the pass of the report, and before the message left.
    #expect(world.keepings == 2)
    #expect(world.kept.first == UInt8(2 << 3 | 4))
    world.advance(to: 60_000)
    #expect(world.keepings == 2)
    world.acknowledge()
    #expect(world.kept == [])
    #expect(world.keepings == 3)
  }

  @Test("An ID of a former life is in use until its event was told")
  func inUse() {
    let world = device()
    world.report(1, ack: 1)
    let next = device(world.kept)
    #expect(next.report(2, ack: 1) == .acknowledgementIDInUse)
  }

  @Test(
    "A resource that came back with another type drops what was stored of it; one that is missing keeps it"
  )
  func changedType() {
    let world = device()
    world.report(1, ack: 1)
    world.add(Path(3303, 0, 5701), .integer, .integer(5))
    world.notify(Path(3303, 0, 5701), ack: 2)
    let next = device(world.kept)
    _ = next.timetable()
    next.watch("/3303/0")
    #expect(next.timetable().suffix(1).allSatisfy { $0.contains("CON") })
    next.acknowledge()
    #expect(next.timetable() == ["0 [notificationDelivered 1]"])
    next.add(Path(3303, 0, 5701), .string, .text("a"))
    next.advance(by: 1)
    #expect(next.timetable() == ["0 [notificationDropped 2]"])
  }

  @Test("A factory reset drops what is stored, each with its event")
  func forgotten() {
    let world = device()
    world.report(1, ack: 1)
    world.report(2, ack: 2)
    _ = world.timetable()
    world.command { engine, _ in engine.forgetStored() }
    #expect(world.timetable() == ["0 [notificationDropped 1]", "0 [notificationDropped 2]"])
    #expect(world.kept == [])
  }

  @Test("A damaged record traps nowhere, and what it says is delivered or told once")
  func damaged() {
    let world = device()
    world.report(1, ack: 1)
    world.add(Path(3303, 0, 5750), .string, .text("text"))
    world.notify(Path(3303, 0, 5750), ack: 2)
    let whole = world.kept
    #expect(whole.count > 19)
    for index in whole.indices {
      for bit in 0..<8 {
        var damaged = whole
        damaged[index] ^= 1 << bit
        let next = World(stored: 64, keepsStored: true, restoring: damaged)
        next.register()
        next.watch("/3303")
        for _ in 0..<3 where next.sent.last?.type == .confirmable { next.acknowledge() }
        #expect(!next.timetable().contains { $0.contains("fault") })
      }
    }
  }
}
