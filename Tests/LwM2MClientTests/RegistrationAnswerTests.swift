import CoAPExchange
import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Answers to Register")
struct RegistrationAnswerTests {
  private static let stranger = PeerAddress(
    family: 4, high: 0xC633_6408 << 32, low: 0, port: 5683)

  private func registering() -> (World, Datagram) {
    let world = World()
    world.connect()
    _ = world.timetable()
    return (world, world.sent[0])
  }

  private func created(_ request: Datagram, _ type: MessageType = .acknowledgement) -> Datagram {
    Datagram(
      type, .created, id: request.id, token: request.token,
      options: Datagram.Field.location("rd/1"))
  }

  @Test(
    "4.1 RFC 7252 5.2.2: awaiting response → free: a response; empty ACK, then CON 2.01, acknowledged"
  )
  func separate() {
    let (world, register) = registering()
    world.advance(to: 500)
    world.acknowledge()
    world.advance(to: 40_000)
    #expect(world.timetable() == [], "no retransmission after the ACK")
    world.respondSeparately(to: register, .created, Datagram.Field.location("rd/1"))
    #expect(world.timetable() == ["40000 [registered 201]", "40000 ACK"])
    #expect(world.sent.last?.id == 0x7001)
  }

  @Test("4.1 RFC 7252 4.5: its retransmission is acknowledged again, and changes nothing")
  func separateAgain() {
    let (world, register) = registering()
    world.acknowledge()
    let response = world.respondSeparately(
      to: register, .created, Datagram.Field.location("rd/1"))
    _ = world.timetable()
    world.advance(to: 2000)
    world.deliver(response)
    #expect(world.timetable() == ["2000 ACK"])
    #expect(world.sent.last?.id == response.id)
    #expect(world.dropped(.unmatched) == 0)
  }

  @Test("awaiting ACK → free: a response; separate, and its empty ACK was lost")
  func lostAcknowledgement() {
    let (world, register) = registering()
    world.respondSeparately(to: register, .created, Datagram.Field.location("rd/1"))
    world.advance(to: 10_000)
    #expect(world.timetable() == ["0 [registered 201]", "0 ACK"])
  }

  @Test("a non-confirmable separate response is taken, and not acknowledged")
  func nonConfirmable() {
    let (world, register) = registering()
    world.acknowledge()
    world.respondSeparately(to: register, .created, type: .nonConfirmable)
    #expect(world.timetable() == ["0 [registered 201]"])
  }

  @Test(
    "awaiting response → free: no response; MAX_TRANSMIT_WAIT after the empty ACK that is silence")
  func onlyAcknowledged() {
    let (world, _) = registering()
    world.advance(to: 1000)
    world.acknowledge()
    #expect(world.dueTime == 94_000)
    world.advance(to: 94_000)
    #expect(world.timetable() == ["94000 [registrationTimedOut]"])
  }

  @Test("4.1 RFC 7252 5.3.1: a response on the ACK with a wrong token is dropped and counted")
  func wrongToken() {
    let (world, register) = registering()
    var forged = created(register)
    forged.token[0] ^= 1
    world.deliver(forged)
    #expect(world.dropped(.unmatched) == 1)
    #expect(world.engine.standing == .registering)
    #expect(world.timetable() == [])
  }

  @Test("a response on the ACK with a wrong message ID is dropped and counted")
  func wrongID() {
    let (world, register) = registering()
    var forged = created(register)
    forged.id &+= 1
    world.deliver(forged)
    #expect(world.dropped(.unmatched) == 1)
    #expect(world.engine.standing == .registering)
  }

  @Test("4.1 RFC 7252 4.2: a confirmable response with a wrong token is reset")
  func unwantedConfirmable() {
    let (world, _) = registering()
    world.deliver(Datagram(.confirmable, .created, id: 0x7777, token: [1]))
    #expect(world.timetable() == ["0 RST"])
    #expect(world.sent.last?.id == 0x7777)
    #expect(world.dropped(.unmatched) == 1)
  }

  @Test(
    "4.1 RFC 7252 5.3.2: a response from another address is dropped and counted, however well it is forged"
  )
  func spoofed() {
    let (world, register) = registering()
    world.deliver(created(register), from: RegistrationAnswerTests.stranger)
    var otherPort = World.server
    otherPort.port += 1
    world.deliver(created(register), from: otherPort)
    #expect(world.dropped(.source) == 2)
    #expect(world.engine.standing == .registering)
    world.deliver(created(register))
    #expect(world.timetable() == ["0 [registered 201]"])
  }

  @Test("a Reset or an ACK with another message ID means nothing")
  func strayEmpty() {
    let (world, register) = registering()
    world.deliver(Datagram(.acknowledgement, .empty, id: register.id &+ 5))
    world.deliver(Datagram(.reset, .empty, id: register.id &- 5))
    #expect(world.dropped(.unmatched) == 2)
    world.advance(to: 2000)
    #expect(world.timetable() == ["2000 Register again"])
  }

  @Test("the second copy of a 2.01 changes nothing")
  func duplicateAnswer() {
    let (world, register) = registering()
    world.deliver(created(register))
    world.deliver(created(register))
    #expect(world.timetable() == ["0 [registered 201]"])
    #expect(world.dropped(.unmatched) == 1)
  }

  @Test("int-101, 4.3-2: requests before the 2.01 are ignored, and counted")
  func early() {
    let (world, _) = registering()
    world.request(.get, "/3303/0/5700")
    world.request(.post, "/1/0/8")
    #expect(world.timetable() == [])
    #expect(world.dropped(.early) == 2)
    world.accept()
    _ = world.timetable()
    world.request(.get, "/3303/0/5700")
    #expect(world.timetable() == ["0 205 21.5"])
  }

  @Test(
    "4.1 RFC 7252 4.2: a ping is answered by a Reset, before and after the 2.01 (RFC 7252 section 4.3)"
  )
  func ping() {
    let (world, _) = registering()
    world.ping()
    #expect(world.timetable() == ["0 RST"])
    world.deliver(created(world.sent[0]))
    world.ping()
    #expect(world.timetable() == ["0 [registered 201]", "0 RST"])
    world.advance(to: 1000)
    world.deregister()
    world.ping()
    #expect(world.timetable() == ["1000 De-register /rd/1", "1000 RST"])
  }

  @Test("an answer after the device has given up comes too late")
  func tooLate() {
    let (world, register) = registering()
    world.advance(to: 62_000)
    world.deliver(created(register))
    #expect(world.engine.standing == .waiting(.silent))
    #expect(world.dropped(.unmatched) == 1)
  }
}
