import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Register")
struct RegistrationFirstTests {
  @Test(
    "int-101: idle → connecting: connect; connecting → registering: the link is there; Register at once; registering → registered: 2.01"
  )
  func registers() {
    let world = World()
    #expect(world.engine.standing == .idle)
    world.connect()
    #expect(world.timetable() == ["0 [connected]", "0 Register"])
    #expect(world.engine.standing == .registering)
    world.advance(to: 1500)
    world.accept()
    #expect(world.timetable() == ["1500 [registered 201]"])
    #expect(world.engine.standing == .registered)
  }

  @Test("int-101: a standard Register has ep, lt, lwm2m, b and all object instances")
  func standard() {
    let world = World(profile: .standard, lifetime: 3600, authCode: "secret")
    world.add(Path(3303, 0, 5701), .integer, .integer(1))
    world.add(Path(3303, 2, 5700), .float, .float(1))
    world.connect()
    let register = world.sent[0]
    #expect(register.type == .confirmable && register.code == .post)
    #expect(register.path == "rd")
    #expect(register.queries == ["ep=dev", "lt=3600", "lwm2m=1.0", "b=U"])
    #expect(register.format == 40)
    #expect(register.token.count == 8)
    #expect(
      register.text == "</>;rt=\"oma.lwm2m\",</1/0>,</3/0>,</3303/0>,</3303/2>")
    #expect(register.option(.authCode) == nil)
  }

  @Test("a OneNET Register has no lwm2m, no objects 1 and 3, and the Auth-Code in option 63")
  func onenet() {
    let world = World(profile: .onenet, endpoint: "imei;imsi", authCode: "secret")
    world.connect()
    let register = world.sent[0]
    #expect(register.path == "rd")
    #expect(register.queries == ["ep=imei;imsi", "lt=86400", "b=U"])
    #expect(register.format == 40)
    #expect(register.text == "</>;rt=\"oma.lwm2m\",</3303/0>")
    #expect(register.option(.authCode) == Array("secret".utf8))
  }

  @Test("without an Auth-Code there is no option 63")
  func noAuthCode() {
    let world = World(profile: .onenet)
    world.connect()
    #expect(world.sent[0].option(.authCode) == nil)
  }

  @Test(
    "4.1 RFC 7252 4.8: Register is sent five times with doubled waits, then given up (RFC 7252 section 4.2)",
    arguments: [
      (Chance.shortest, [2000, 6000, 14_000, 30_000, 62_000]),
      (Chance.longest, [3000, 9000, 21_000, 45_000, 93_000]),
    ])
  func retransmissions(chance: Chance, ends: [Int]) {
    let world = World(chance: chance)
    world.connect()
    world.advance(to: UInt64(ends[4]))
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register", "\(ends[0]) Register again", "\(ends[1]) Register again",
        "\(ends[2]) Register again", "\(ends[3]) Register again",
        "\(ends[4]) [registrationTimedOut]",
      ])
    #expect(Set(world.sent.map(\.bytes)).count == 1)
    #expect(world.engine.statistics[.retransmissions] == 4)
    #expect(world.engine.standing == .waiting(.silent))
  }

  @Test("a later answer to a retransmission registers")
  func lateAnswer() {
    let world = World()
    world.connect()
    world.advance(to: 20_000)
    world.accept()
    world.advance(to: 100_000)
    #expect(world.timetable().suffix(2) == ["14000 Register again", "20000 [registered 201]"])
  }

  @Test("a connect while connecting, registering or registered sends nothing new")
  func connectTwice() {
    let world = World()
    world.connect()
    world.connect()
    #expect(world.timetable() == ["0 [connected]", "0 Register"])
    world.accept()
    world.connect()
    #expect(world.timetable() == ["0 [registered 201]"])
  }

  @Test(
    "4.1 RFC 7252 4.4, 4.1 RFC 7252 5.3.1: each registration has a token and a message ID of its own"
  )
  func freshNames() {
    let world = World()
    world.connect()
    world.answer(.forbidden)
    world.advance(to: 45_000)
    #expect(world.sent.count == 2)
    #expect(world.sent[0].token != world.sent[1].token)
    #expect(world.sent[0].id != world.sent[1].id)
  }

  @Test("a resource added while Register is under way: a new message, then an Update")
  func changedMeanwhile() {
    let world = World()
    world.connect()
    world.advance(to: 1000)
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    world.advance(to: 2000)
    #expect(world.timetable() == ["0 [connected]", "0 Register", "2000 Register"])
    #expect(world.sent[0].id != world.sent[1].id)
    #expect(world.sent[1].text.hasSuffix(",</3311/0>"))
    world.accept()
    #expect(world.timetable() == ["2000 [registered 201]", "2000 Update /rd/5a3f objects"])
  }

  @Test("registering → waiting: Register does not fit; nothing leaves")
  func tooLarge() {
    let world = World()
    world.bufferSize = 40
    world.connect()
    world.advance(to: 40_000)
    #expect(world.timetable() == ["0 [connected]", "0 [registrationRefused 413]"])
    #expect(world.engine.statistics[.sendBuffer].refused == 1)
  }
}

@Suite("Location-Path (LwM2M 1.0 section 5.3.1)")
struct RegistrationLocationTests {
  @Test("Update and De-register go to every segment of the Location-Path, in order")
  func segments() {
    let world = World()
    world.register(location: "rd/a/0123456789abcdef/x")
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    #expect(world.timetable() == ["0 Update /rd/a/0123456789abcdef/x"])
    world.answer(.changed)
    world.deregister()
    #expect(
      world.timetable() == ["0 [updated 204]", "0 De-register /rd/a/0123456789abcdef/x"])
  }

  @Test("a long segment is kept whole")
  func longSegment() {
    let name = String(repeating: "x", count: 60)
    let world = World(location: 64)
    world.register(location: "rd/\(name)")
    world.deregister()
    #expect(world.timetable() == ["0 De-register /rd/\(name)"])
  }

  @Test("one that does not fit refuses the registration with 4.13")
  func tooLong() {
    let world = World(location: 32)
    world.connect()
    world.accept(location: "rd/\(String(repeating: "x", count: 40))")
    #expect(world.timetable().last == "0 [registrationRefused 413]")
    #expect(world.engine.standing == .waiting(.refused))
  }

  @Test("the next registration replaces it")
  func replaced() {
    let world = World()
    world.register(location: "rd/first")
    world.deregister()
    world.answer(.deleted)
    world.register(location: "rd/second")
    world.deregister()
    #expect(world.timetable() == ["0 De-register /rd/second"])
  }

  @Test("a server that gives none is updated at /rd")
  func none() {
    let world = World()
    world.connect()
    world.answer(.created)
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    #expect(world.timetable().last == "0 Update /rd")
  }
}
