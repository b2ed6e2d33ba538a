import CoAPWire
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

private let sensor = Path(3303, 0, 5700)

extension World {
  /// The value changes, and the application says so.
  fileprivate func change(_ path: Path, _ value: Double) {
    command { engine, now in
      engine.store.set(.float(value), in: engine.resource(at: path)!.slot)
      try? engine.notify(path, acknowledgementID: 0, now: now)
    }
  }

  fileprivate func observe(_ path: String, token: [UInt8]) {
    request(.get, path, [.observe(0)], token: token)
  }
}

/// A world whose Register was answered after `roundTrip`, with /3303/0/5700 observed.
private func world(roundTrip: UInt64) -> World {
  let world = World(chance: .longest)
  world.add(Path(3303, 1, 5700), .float, .float(5))
  world.connect()
  world.advance(by: roundTrip)
  world.accept()
  world.observe("/3303/0/5700", token: [1])
  _ = world.timetable()
  return world
}

@Suite struct PaceTests {
  @Test("4.1 RFC 7641 4.5.1: eight notifications at once, then one in a round-trip time")
  func burst() {
    let world = world(roundTrip: 800)
    for value in 1...12 { world.change(sensor, Double(value)) }
    // The values behind the eighth are one notification, the last.
    world.advance(by: 2000)
    #expect(world.timetable() == (1...8).map { "800 205 \($0)" } + ["1600 205 12"])
    for value in 20...22 {
      world.change(sensor, Double(value))
      world.advance(by: 100)
    }
    world.advance(to: 5000)
    #expect(world.timetable() == ["2800 205 20", "3200 205 22"])
  }

  @Test("4.1 RFC 7641 4.5.1: on average one in a round-trip time, however often it changes")
  func average() {
    let world = world(roundTrip: 500)
    let sent = world.sent.count
    for value in 1...600 {
      world.change(sensor, Double(value))
      world.advance(by: 100)
    }
    #expect(world.sent.count - sent == 8 + 60 * 2)
    #expect(!world.timetable().contains { $0.contains("fault") })
  }

  @Test("4.1 RFC 7641 4.5.1: without a measurement it is one in three seconds")
  func unmeasured() {
    let world = World(chance: .shortest)
    world.connect()
    world.advance(by: 2500)
    // Which of the two datagrams this answers, nobody knows (Karn).
    world.accept()
    world.observe("/3303/0/5700", token: [1])
    _ = world.timetable()
    for value in 1...9 { world.change(sensor, Double(value)) }
    world.advance(by: 10_000)
    #expect(world.timetable().suffix(2) == ["2500 205 8", "5500 205 9"])
  }

  @Test("A link faster than 100 ms has no bound", arguments: [0, 99])
  func fast(roundTrip: UInt64) {
    let world = world(roundTrip: roundTrip)
    for value in 1...100 { world.change(sensor, Double(value)) }
    #expect(world.timetable().count == 100)
  }

  @Test("An eighth of each measurement counts; a retransmitted message measures nothing")
  func smoothed() {
    var pace = Pace()
    func spacing() -> UInt64 {
      var pace = pace
      for _ in 0..<8 { pace.spend(now: Instant(milliseconds: 1_000_000)) }
      return pace.opens.milliseconds - 1_000_000
    }
    #expect(spacing() == 3000)
    pace.measured(Milliseconds(800))
    #expect(spacing() == 800)
    pace.measured(Milliseconds(1600))
    #expect(spacing() == 900)
    for _ in 0..<100 { pace.measured(Milliseconds(.max)) }
    #expect((65_500...65_535).contains(spacing()))
  }

  @Test("A report and an Update measure the round trip too")
  func measuredByReports() {
    let world = world(roundTrip: 0)
    for _ in 0..<40 {
      world.command { engine, now in
        try? engine.notify(sensor, acknowledgementID: 1, now: now)
      }
      world.advance(by: 1000)
      world.acknowledge()
    }
    _ = world.timetable()
    for value in 1...9 { world.change(sensor, Double(value)) }
    #expect(world.timetable().count == 8)
    let due = world.dueTime! - world.now
    #expect((900...1000).contains(due))
  }

  @Test("What was held back leaves in its turn, and nobody starves")
  func fair() {
    let world = world(roundTrip: 1000)
    world.observe("/3303/1/5700", token: [2])
    for value in 1...8 { world.change(sensor, Double(value)) }
    let before = world.sent.count
    for _ in 0..<10 {
      world.change(sensor, 1)
      world.change(Path(3303, 1, 5700), 2)
      world.advance(by: 1000)
    }
    let tokens = world.sent.suffix(from: before).filter { $0.code == .content }.map(\.token)
    #expect(tokens.count == 10)
    #expect(tokens.filter { $0 == [1] }.count == 5)
  }

  @Test("Reports, replies and what a server has to be told leave past what is held back")
  func others() {
    let world = world(roundTrip: 1000)
    for value in 1...9 { world.change(sensor, Double(value)) }
    _ = world.timetable()
    world.request(.get, "/3303/0/5700")
    world.command { engine, now in
      try? engine.notify(sensor, acknowledgementID: 1, now: now)
    }
    #expect(world.timetable() == ["1000 205 9", "1000 CON 205 9"])
    world.acknowledge()
    // The report said it all.
    world.advance(by: 5000)
    #expect(world.timetable() == ["1000 [notificationDelivered]"])
  }
}
