import CoAPWire
import Fixtures
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite struct StoringModelTests {
  @Test(
    "Any mix of reports, answers, silence and outages: one event each, in order, never more than there is room",
    arguments: 1...40)
  func agrees(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let policy = StoringPolicy(rawValue: UInt8(seed % 3))!
    let room = 80 + Int(seed) * 5
    let world = observedWorld(NotificationStore.headLength + room, policy: policy)
    var accepted: [UInt16] = []
    var lines: [String] = []
    var id: UInt16 = 0
    for _ in 0..<300 {
      switch random.next() % 10 {
      case 0...3:
        id += 1
        if world.report(Double(id), ack: id) == nil { accepted.append(id) }
      case 4, 5:
        if let last = world.sent.last(where: { $0.type == .confirmable }), last.code == .content {
          world.deliver(Datagram(.acknowledgement, .empty, id: last.id))
        }
      case 6:
        if let last = world.sent.last(where: { $0.type == .confirmable }), last.code == .content,
          random.next() % 4 == 0
        {
          world.deliver(Datagram(.reset, .empty, id: last.id))
        }
      case 7: if world.engine.standing == .registered { world.watch() }
      case 8:
        world.loseLink()
        if random.next() % 2 == 0 { world.report(Double(random.next() % 1000)) }
        world.connect()
        world.accept()
      default:
        world.advance(by: random.next() % 30_000)
        // Who was silent for too long is registered with anew.
        if world.sent.last?.summary == "Register" { world.accept() }
      }
      lines += world.timetable()
      #expect(world.engine.occupancy(of: .stored, now: .never).used <= room)
    }
    recover(world, &lines)
    #expect(!lines.contains { $0.contains("fault") }, "\(lines.filter { $0.contains("fault") })")
    let events = lines.filter { $0.contains("[notification") }
      .compactMap { $0.split(separator: " ").last?.dropLast() }.compactMap { UInt16($0) }
    #expect(events.sorted() == accepted, "each has one event")
    let delivered = lines.filter { $0.contains("notificationDelivered") }
      .compactMap { $0.split(separator: " ").last?.dropLast() }.compactMap { UInt16($0) }
    #expect(delivered == delivered.sorted(), "in the order they were made")
  }

  /// The server is well again, and acknowledges all there is.
  private func recover(_ world: World, _ lines: inout [String]) {
    for _ in 0..<100 {
      if world.engine.standing != .registered {
        world.connect()
        if world.sent.last?.summary == "Register" { world.accept() }
      }
      world.watch()
      lines += world.timetable()
      let left = acknowledgeAll(world)
      lines += left.map { "0 " + $0 }
      if world.engine.occupancy(of: .stored, now: .never).used == 0 { break }
      world.advance(by: 1000)
    }
  }
}
