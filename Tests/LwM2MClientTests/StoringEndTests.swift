import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)

@Suite("What gives way, and what ends, in the store")
struct StoringEndTests {
  /// Two entries of a float.
  private static let two = NotificationStore.headLength + 2 * 19

  @Test("waiting → over: dropped as the oldest; a tombstone needs room as well")
  func oldest() {
    let world = observedWorld(Self.two + 3)
    breakLink(world)
    world.report(1, ack: 1)
    world.report(2, ack: 2)
    world.report(3, ack: 3)
    #expect(world.timetable() == ["0 [notificationDropped 1]"])
    reconnect(world)
    world.watch()
    #expect(
      acknowledgeAll(world) == [
        "205 3", "CON 205 2", "[notificationDelivered 2]", "CON 205 3",
        "[notificationDelivered 3]",
      ])
    #expect(world.engine.statistics[.stored].refused == 1)
  }

  @Test("With the policy newest the new one is refused, one without ack id is counted")
  func newest() {
    let world = observedWorld(Self.two, policy: .newest)
    breakLink(world)
    #expect(world.report(1, ack: 1) == nil)
    #expect(world.report(2, ack: 2) == nil)
    #expect(world.report(3, ack: 3) == .tableFull)
    world.report(4)
    #expect(world.engine.statistics[.stored].refused == 2)
    #expect(world.timetable() == [])
    reconnect(world)
    world.watch()
    #expect(acknowledgeAll(world).filter { $0.hasPrefix("CON") } == ["CON 205 1", "CON 205 2"])
  }

  @Test("waiting → over: replaced by a later one of the same resource")
  func latest() {
    let world = observedWorld(policy: .latest)
    world.add(Path(3303, 0, 5701), .integer, .integer(5))
    breakLink(world)
    world.report(1, ack: 1)
    world.notify(Path(3303, 0, 5701), ack: 2)
    world.report(2, ack: 3)
    world.report(3)
    #expect(
      world.timetable() == ["0 [notificationReplaced 1]", "0 [notificationReplaced 3]"])
    reconnect(world)
    world.watch("/3303/0/5701", token: [5])
    world.watch()
    #expect(
      acknowledgeAll(world).filter { !$0.hasPrefix("205") }
        == ["CON 205 5", "[notificationDelivered 2]", "CON 205 3"])
  }

  @Test("What is under way neither is dropped nor replaced")
  func underWay() {
    for policy in [StoringPolicy.oldest, .latest] {
      let world = observedWorld(Self.two, policy: policy)
      world.report(1, ack: 1)
      #expect(world.report(2, ack: 2) == nil)
      #expect(world.report(3, ack: 3) == (policy == .latest ? .tableFull : .tableFull))
      world.acknowledge()
      #expect(
        world.timetable() == ["0 CON 205 1", "0 [notificationDelivered 1]", "0 CON 205 2"])
    }
  }

  @Test("A value that finds no room at all is refused, and nothing gives way for it")
  func tooLong() {
    let world = observedWorld(Self.two)
    world.add(Path(3303, 0, 5750), .string, .text(String(repeating: "x", count: 60)))
    breakLink(world)
    world.report(1, ack: 1)
    #expect(world.notify(Path(3303, 0, 5750), ack: 2) == .tableFull)
    #expect(world.timetable() == [])
    #expect(world.engine.occupancy(of: .stored, now: .never).used == 19)
  }

  @Test(
    "Several instances, what cannot be read and the SDK's own are not stored; an ID is used once")
  func unfit() {
    let world = observedWorld()
    #expect(world.notify(Path(3, 0, 0), ack: 1) == .notStorable)
    #expect(world.notify(Path(3303, 0, 1), ack: 1) == .noSuchResource)
    breakLink(world)
    world.report(1, ack: 1)
    #expect(world.report(1, ack: 1) == .acknowledgementIDInUse)
  }

  @Test("waiting → over: the resource was removed; so is one that is under way")
  func removed() {
    let world = observedWorld()
    world.report(1, ack: 1)
    world.report(2, ack: 2)
    _ = world.timetable()
    world.lawGaveUp()
    world.remove(temperature)
    let lines = world.timetable()
    #expect(lines.contains("0 [notificationDropped 1]"))
    #expect(lines.contains("0 [notificationDropped 2]"))
    #expect(!lines.contains { $0.contains("205") })
  }

  @Test("waiting → over: the server cancelled the observation")
  func cancelled() {
    let world = observedWorld()
    world.add(Path(3303, 0, 5701), .integer, .integer(5))
    world.notify(Path(3303, 0, 5701), ack: 3)
    world.report(1, ack: 1)
    world.report(2, ack: 2)
    _ = world.timetable()
    world.lawGaveUp()
    world.request(.get, "/3303/0/5700", [.observe(1)], token: [4])
    let lines = world.timetable()
    #expect(lines.contains("0 [notificationDropped 1]"))
    #expect(lines.contains("0 [notificationDropped 2]"))
    #expect(!lines.contains("0 [notificationDropped 3]"))
    world.watch("/3303/0/5701", token: [6])
    #expect(acknowledgeAll(world) == ["205 5", "CON 205 5", "[notificationDelivered 3]"])
  }

  @Test("flying → over: it does not fit")
  func doesNotFit() {
    let world = observedWorld()
    world.add(Path(3303, 0, 5750), .string, .text(String(repeating: "x", count: 60)))
    world.watch("/3303/0/5750", token: [5])
    _ = world.timetable()
    world.bufferSize = 40
    world.notify(Path(3303, 0, 5750), ack: 1)
    #expect(world.timetable() == ["0 500", "0 [notificationDropped 1]"])
  }

  @Test("Closing keeps what is stored for the next registration")
  func closed() {
    let world = observedWorld()
    world.report(1)
    _ = world.timetable()
    world.deregister()
    world.report(22, ack: 1)
    world.answer(.deleted)
    world.report(23, ack: 2)
    _ = world.timetable()
    reconnect(world)
    world.watch()
    #expect(
      acknowledgeAll(world).filter { $0.hasPrefix("CON") } == ["CON 205 22", "CON 205 23"])
  }

  @Test("More events than the queue holds are all told")
  func events() {
    let world = observedWorld(1000)
    breakLink(world)
    world.holdsEvents = true
    for id in UInt16(1)...20 { world.report(Double(id), ack: id) }
    world.remove(temperature)
    world.holdsEvents = false
    world.advance(by: 1)
    let told = world.timetable().filter { $0.contains("notificationDropped") }
    #expect(told == (1...20).map { "0 [notificationDropped \($0)]" })
  }
}
