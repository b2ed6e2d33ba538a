import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// Milliseconds at which Register left, out of a timetable.
private func registers(_ lines: [String]) -> [UInt64] {
  lines.filter { $0.hasSuffix(" Register") }.compactMap { $0.split(separator: " ").first }
    .compactMap { UInt64($0) }
}

@Suite("Register that fails")
struct RegistrationRefusedTests {
  @Test("registering → waiting: 4.xx; waiting → connecting: the back-off is over; 60 s -25 %")
  func forbidden() {
    let world = World()
    world.connect()
    world.answer(.forbidden)
    #expect(world.engine.standing == .waiting(.refused))
    world.advance(to: 44_999)
    #expect(
      world.timetable() == ["0 [connected]", "0 Register", "0 [registrationRefused 403]"])
    world.advance(to: 45_000)
    #expect(world.timetable() == ["45000 [connected]", "45000 Register"])
  }

  @Test("the longest first wait after a refusal is 60 s +25 %")
  func longestWait() {
    let world = World(chance: .longest)
    world.connect()
    world.answer(.badRequest)
    world.advance(to: 74_998)
    #expect(registers(world.timetable()) == [0])
    world.advance(to: 75_000)
    #expect(registers(world.timetable()).count == 1)
  }

  /// The waits after each of `count` failures.
  private func waits(_ count: Int, _ fail: (World) -> Void) -> [UInt64] {
    let world = World()
    world.connect()
    var waits: [UInt64] = []
    for _ in 0..<count {
      fail(world)
      let before = world.now
      guard let due = world.dueTime else { return waits }
      waits.append((due - before) / 1000)
      world.advance(to: due)
    }
    return waits
  }

  @Test(
    "C Wakaama 1: 4.00, 4.01, 4.03 and 4.12 wait 60 s, doubled up to 24 h",
    arguments: [Code.badRequest, .unauthorized, .forbidden, .preconditionFailed])
  func doubling(code: Code) {
    let expected: [UInt64] = [
      45, 90, 180, 360, 720, 1440, 2880, 5760, 11_520, 23_040, 46_080, 64_800, 64_800,
    ]
    #expect(waits(13) { $0.answer(code) } == expected)
  }

  @Test(
    "registering → waiting: 5.xx or 4.29; 30 s, doubled up to 1 h",
    arguments: [Code.serviceUnavailable, .internalServerError, .tooManyRequests])
  func overloaded(code: Code) {
    let expected: [UInt64] = [22, 45, 90, 180, 360, 720, 1440, 2700, 2700]
    #expect(waits(9) { $0.answer(code) } == expected)
  }

  @Test("the spread is never more than a quarter either way", arguments: 0..<50 as Range<UInt64>)
  func spread(seed: UInt64) {
    let world = World(chance: .seeded(seed))
    world.connect()
    world.answer(.forbidden)
    #expect((45_000...75_000).contains(world.dueTime ?? 0))
  }

  @Test(
    "Max-Age of a 5.03 is honoured", arguments: [(20, 22_500), (600, 600_000), (9000, 3_600_000)])
  func maxAge(seconds: Int, wait: UInt64) {
    let world = World()
    world.connect()
    world.answer(.serviceUnavailable, [.number(.maxAge, seconds)])
    #expect(world.timetable().last == "0 [registrationRefused 503]")
    #expect(world.engine.standing == .waiting(.overloaded))
    #expect(world.dueTime == wait)
  }

  @Test("Max-Age of a 4.03 means nothing")
  func maxAgeOfRefusal() {
    let world = World()
    world.connect()
    world.answer(.forbidden, [.number(.maxAge, 600)])
    #expect(world.dueTime == 45_000)
  }

  @Test("registering → waiting: no answer; it is tried again after 30 s, then 60 s")
  func silence() {
    let world = World()
    world.connect()
    world.advance(to: 62_000 + 22_500 + 62_000 + 45_000)
    #expect(registers(world.timetable()) == [0, 84_500, 191_500])
  }

  @Test("registering → waiting: Reset; told without a code")
  func reset() {
    let world = World()
    world.connect()
    world.reset()
    #expect(world.timetable().last == "0 [registrationRefused]")
    #expect(world.engine.standing == .waiting(.reset))
    #expect(world.dueTime == 45_000)
  }

  @Test("waiting → connecting: connect; it tries now, and the back-off goes on where it was")
  func connectNow() {
    let world = World()
    world.connect()
    world.answer(.forbidden)
    _ = world.timetable()
    world.advance(to: 1000)
    world.connect()
    #expect(world.timetable() == ["1000 [connected]", "1000 Register"])
    world.answer(.forbidden)
    #expect(world.dueTime == 91_000)
  }

  @Test("a registration that succeeds starts the back-off over")
  func startsOver() {
    let world = World()
    world.connect()
    world.answer(.forbidden)
    world.advance(to: 45_000)
    world.answer(.forbidden)
    world.advance(to: 135_000)
    world.accept()
    world.loseLink()
    #expect(world.dueTime == 135_000 + 22_500)
  }

  @Test("connecting → waiting: the name does not resolve; nothing is sent")
  func unresolved() {
    let world = World()
    world.obstacle = .unresolved
    world.connect()
    #expect(world.timetable() == ["0 [connectFailed]"])
    #expect(world.engine.standing == .waiting(.unresolved))
    world.obstacle = nil
    world.advance(to: 22_500)
    #expect(world.timetable() == ["22500 [connected]", "22500 Register"])
  }

  @Test("connecting → waiting: no socket", arguments: [BackoffCause.socket, .silent])
  func noSocket(cause: BackoffCause) {
    let world = World()
    world.obstacle = cause
    world.connect()
    #expect(world.timetable() == ["0 [connectFailed]"])
    #expect(world.engine.standing == .waiting(cause))
    #expect(world.dueTime == 22_500)
  }

  @Test("registering → waiting: the socket broke")
  func linkLostWhileRegistering() {
    let world = World()
    world.connect()
    world.loseLink()
    #expect(world.engine.standing == .waiting(.socket))
    world.advance(to: 22_500)
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register", "0 [connectFailed]", "22500 [connected]", "22500 Register",
      ])
  }

  @Test("registered → waiting: the socket broke; it registers again")
  func linkLostWhileRegistered() {
    let world = World()
    world.register()
    world.advance(to: 5000)
    world.loseLink()
    #expect(world.engine.standing == .waiting(.socket))
    world.advance(to: 27_500)
    world.accept()
    #expect(
      world.timetable() == [
        "5000 [connectFailed]", "27500 [connected]", "27500 Register", "27500 [registered 201]",
      ])
  }

  @Test("any other → idle: close; while waiting it ends the attempts")
  func closeWhileWaiting() {
    let world = World()
    world.connect()
    world.answer(.forbidden)
    _ = world.timetable()
    #expect(world.command { engine, _ in engine.deregister() } == false)
    #expect(world.engine.standing == .idle)
    #expect(world.dueTime == nil)
    world.advance(to: 1_000_000)
    #expect(world.timetable() == [])
  }
}
