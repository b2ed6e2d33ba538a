import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)

@Suite("Queue mode")
struct QueueModeTests {
  private func registered(_ consultation: Consultation = Consultation()) -> World {
    let world = World(consultation: consultation, binding: .queuedUDP)
    world.register()
    return world
  }

  private func notify(_ world: World, _ acknowledgementID: UInt16 = 0) throws {
    try world.command { engine, now in
      try engine.notify(temperature, acknowledgementID: acknowledgementID, now: now)
    }
  }

  @Test("int-108: Register has b=UQ, and /1/0/7 and /3/0/16 say it")
  func binding() {
    let world = World(binding: .queuedUDP)
    world.connect()
    #expect(world.sent[0].queries.contains("b=UQ"))
    world.accept()
    _ = world.timetable()
    world.request(.get, "/1/0/7")
    world.request(.get, "/3/0/16")
    #expect(world.timetable() == ["0 205 UQ", "0 205 UQ"])
  }

  @Test(
    "int-109, 4.3-14: MAX_TRANSMIT_WAIT after the last message it may sleep, told once")
  func sleeps() {
    let world = registered()
    world.advance(to: 10_000)
    world.request(.get, "/3303/0/5700")
    world.advance(to: 86_307_000)
    #expect(
      world.timetable() == [
        "10000 205 21.5", "103000 [maySleep]", "86307000 Update /rd/5a3f",
      ])
  }

  @Test("int-109: a request that was queued is served after the next Update, in a new window")
  func queued() {
    let world = registered()
    world.advance(to: 86_307_000)
    _ = world.timetable()
    world.answer(.changed)
    world.advance(by: 50_000)
    world.request(.get, "/3303/0/5700")
    world.advance(by: 93_000)
    #expect(
      world.timetable() == [
        "86307000 [updated 204]", "86357000 205 21.5", "86450000 [maySleep]",
      ])
  }

  @Test("4.3-14, LwM2M 1.0 8.3: a notification wakes the device by itself and opens a window")
  func notification() throws {
    let world = registered()
    world.request(.get, "/3303/0/5700", [.observe(0)])
    world.advance(to: 200_000)
    _ = world.timetable()
    try notify(world)
    world.advance(to: 400_000)
    #expect(world.timetable() == ["200000 205 21.5", "293000 [maySleep]"])
  }

  @Test("LwM2M 1.0 8.3: no sleep before a report is acknowledged or given up")
  func report() throws {
    let world = World(chance: .longest, binding: .queuedUDP, awakeTime: 5000)
    world.register()
    world.request(.get, "/3303/0/5700", [.observe(0)])
    world.advance(to: 20_000)
    _ = world.timetable()
    try notify(world, 7)
    world.advance(to: 200_000)
    let lines = world.timetable()
    #expect(Set(lines.suffix(2)) == ["113000 [notificationFailed]", "113000 [maySleep]"])
    #expect(lines.filter { $0.contains("maySleep") }.count == 1)
  }

  @Test("LwM2M 1.0 8.3: no sleep when one observer is given up and the next is told")
  func reportToTheNext() throws {
    let world = World(chance: .longest, binding: .queuedUDP, awakeTime: 5000)
    world.register()
    world.request(.get, "/3303/0/5700", [.observe(0)])
    world.request(.get, "/3303", [.observe(0)])
    world.advance(to: 20_000)
    _ = world.timetable()
    try notify(world, 7)
    world.advance(to: 300_000)
    let lines = world.timetable()
    #expect(lines.contains("113000 CON 205 21.5"))
    #expect(lines.filter { $0.contains("maySleep") } == ["206000 [maySleep]"])
  }

  @Test("LwM2M 1.0 8.3: no sleep while the application owes an answer")
  func deferredAnswer() {
    let device = ServedDevice(
      [.one(temperature, .float, .float(1))],
      consultation: Consultation(beforeRead: true, mayDefer: true), binding: .queuedUDP,
      awakeTime: 3000)
    device.verdict = { _ in .pending }
    device.deliver(device.request(.get, "/3303/0/5700"))
    let sent = device.pass(9000)
    #expect(sent.map(\.at) == [1000])
    #expect(device.takeEvents().isEmpty)
    device.verdict = { _ in .agreed }
    let late = device.respond(device.handles[0])!
    device.acknowledge(late[0])
    device.pass(2999)
    #expect(device.takeEvents().map { $0[0] } == [21])
    device.pass(1)
    #expect(device.takeEvents() == [[100, 0]])
  }

  @Test("What is due at the end of the window goes first, and the window begins anew")
  func dueAtTheEnd() {
    let world = registered()
    world.request(.get, "/3303/0/5700", [.observe(0)])
    world.request(.put, "/1/0/3", [.format(0)], payload: "93")
    _ = world.timetable()
    world.advance(to: 200_000)
    #expect(world.timetable() == ["93000 205 21.5", "186000 205 21.5"])
  }

  @Test(
    "4.3-14: while asleep nothing is due but the Update; without queue mode nobody is told to sleep"
  )
  func plain() {
    let world = registered()
    world.advance(to: 100_000)
    #expect(world.timetable() == ["93000 [maySleep]"])
    #expect(world.dueTime == 86_307_000)
    let other = World()
    other.register()
    other.advance(to: 1_000_000)
    #expect(other.timetable() == [])
  }

  @Test("A binding the server writes starts and ends it")
  func written() {
    let world = World()
    world.register()
    world.request(.put, "/1/0/7", [.format(0)], payload: "UQ")
    world.answer(.changed)
    _ = world.timetable()
    world.advance(to: 50_000)
    world.request(.put, "/1/0/7", [.format(0)], payload: "U")
    world.answer(.changed)
    _ = world.timetable()
    world.advance(to: 1_000_000)
    #expect(world.timetable() == [])
    world.request(.put, "/1/0/7", [.format(0)], payload: "UQ")
    world.answer(.changed)
    _ = world.timetable()
    world.advance(to: 1_200_000)
    #expect(world.timetable() == ["1093000 [maySleep]"])
  }

  @Test(
    "A device that waits to register again may sleep too; one disabled or closed is told nothing")
  func waiting() {
    let world = World(binding: .queuedUDP)
    world.connect()
    world.answer(.forbidden)
    _ = world.timetable()
    world.obstacle = .socket
    world.advance(to: 1_000_000)
    #expect(world.timetable().filter { $0.contains("maySleep") } == ["93000 [maySleep]"])
    for end in [World.disable, World.deregister] {
      let other = registered()
      end(other)()
      other.answer(.deleted)
      _ = other.timetable()
      other.advance(to: 1_000_000)
      #expect(other.timetable() == [])
    }
  }
}
