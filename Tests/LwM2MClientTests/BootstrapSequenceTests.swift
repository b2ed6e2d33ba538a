import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Client-initiated bootstrap (LwM2M 1.0 section 5.2)")
struct BootstrapSequenceTests {
  @Test(
    "int-0, int-1: ordered → provisioned: Finish; provisioned → connecting: the answer has left")
  func standard() {
    let world = World.unprovisioned()
    world.connect()
    world.advance(to: 100)
    world.answer(.changed)
    world.advance(to: 200)
    #expect(world.order(.delete, "") == 202)
    #expect(world.writes("/0/0", Order.access) == 204)
    #expect(world.writes("/1/0", Order.server) == 204)
    #expect(world.finish() == 204)
    world.advance(to: 300)
    world.accept()
    #expect(
      world.timetable() == [
        "0 [connected]", "0 [bootstrapStarted]", "0 Bootstrap-Request", "200 202", "200 204",
        "200 204", "200 [bootstrapSucceeded]", "200 204", "200 [connected]", "200 Register",
        "300 [registered 201]",
      ])
    #expect(world.linked == World.server && world.engine.target == .access)
    #expect(world.sent.last?.queries == ["ep=dev", "lt=300", "lwm2m=1.0", "b=U"])
    #expect(world.engine.store.content(BuiltInSlot.serverID) == .integer(123))
    #expect(world.engine.store.content(BuiltInSlot.lifetime) == .integer(300))
  }

  @Test("the Server instance is lived by: binding, lifetime, periods, disable timeout, storing")
  func serverInstance() {
    let world = World.ordered()
    world.writeAccount()
    world.writes("/1/0/7", text: "UQ")
    world.finish()
    #expect(world.sent.last?.queries == ["ep=dev", "lt=300", "lwm2m=1.0", "b=UQ"])
    #expect(world.engine.minimumPeriod == 5 && world.engine.maximumPeriod == 60)
    let store = world.engine.store
    #expect(store.content(BuiltInSlot.minimumPeriod) == .integer(5))
    #expect(store.content(BuiltInSlot.maximumPeriod) == .integer(60))
    #expect(store.content(BuiltInSlot.disableTimeout) == .integer(3600))
    #expect(store.content(BuiltInSlot.storing) == .boolean(false))
    #expect(store.content(BuiltInSlot.binding) == .text("UQ"))
  }

  @Test("OneNET: the URI alone, as text and without a scheme, and Finish")
  func onenet() {
    let world = World.ordered(.onenet)
    #expect(world.writes("/0/0/0", text: "183.230.40.40:5683") == 204)
    #expect(world.finish() == 204)
    #expect(world.timetable().suffix(2) == ["0 [connected]", "0 Register"])
    #expect(world.engine.withTargetText(.uri) { $0.count } == 18)
    #expect(world.engine.targetURI?.port == 5683 && world.engine.targetURI?.isSecure == false)
    #expect(world.sent.last?.queries == ["ep=dev", "lt=86400", "b=U"])
  }

  @Test("OneNET: ordered → provisioned: no order for 20 s, and the account is usable")
  func withoutFinish() {
    let world = World.ordered(.onenet)
    world.advance(to: 1000)
    world.writes("/0/0/0", text: "coap://183.230.40.40:5683")
    world.advance(to: 20_999)
    #expect(world.timetable() == ["1000 204"])
    world.advance(to: 21_000)
    #expect(
      world.timetable() == ["21000 [bootstrapSucceeded]", "21000 [connected]", "21000 Register"])
  }

  @Test("OneNET: without a usable account silence is a failure after MAX_TRANSMIT_WAIT")
  func withoutAnything() {
    let world = World.ordered(.onenet)
    world.advance(to: 1000)
    world.writes("/0/0/2", text: "3")
    world.advance(to: 94_000)
    #expect(world.timetable() == ["1000 204", "94000 [bootstrapFailed]"])
  }

  @Test("standard: a usable account without Finish is none, and MAX_TRANSMIT_WAIT counts anew")
  func finishMissing() {
    let world = World.ordered()
    world.advance(to: 50_000)
    world.writeAccount()
    world.advance(to: 142_999)
    #expect(world.timetable() == ["50000 204", "50000 204"])
    world.advance(to: 143_000)
    #expect(world.timetable() == ["143000 [bootstrapFailed]"])
    #expect(world.engine.standing == .waiting(.silent) && !world.engine.wantsStore)
  }

  @Test("requesting → ordered: an order before the 2.04; it counts as the answer")
  func acknowledgementLost() {
    let world = World.unprovisioned()
    world.connect()
    world.advance(to: 500)
    let request = world.sent[0]
    world.writeAccount()
    world.deliver(Datagram(.acknowledgement, .changed, id: request.id, token: request.token))
    world.advance(to: 10_000)
    world.finish()
    #expect(
      world.timetable().dropFirst(3) == [
        "500 204", "500 204", "10000 [bootstrapSucceeded]", "10000 204", "10000 [connected]",
        "10000 Register",
      ])
  }

  @Test("int-9, 4.3-9: Finish without a server is refused by 4.06; mended, it is accepted")
  func refusedFinish() {
    let world = World.ordered()
    #expect(world.finish() == 406)
    world.writes("/0/0", Order.access)
    #expect(world.finish() == 406)
    world.writes("/1/0", TLV.value(0, 124) + TLV.value(1, 300))
    #expect(world.finish() == 406)
    world.writes("/1/0/0", text: "123")
    #expect(world.finish() == 204)
    #expect(world.timetable().last == "0 Register")
  }

  @Test("int-9: a server this device cannot reach is none", arguments: [false, true])
  func secured(secures: Bool) {
    let world = World.ordered(secures: secures)
    world.writes(
      "/0/0",
      TLV.value(0, "coaps://access.example") + TLV.value(2, 0) + TLV.value(3, "me")
        + TLV.value(5, "secret") + TLV.value(10, 123))
    world.writes("/1/0", Order.server)
    #expect(world.finish() == (secures ? 204 : 406))
    guard secures else { return }
    #expect(world.engine.targetURI?.isSecure == true && world.engine.targetURI?.port == 5684)
    #expect(world.engine.withTargetText(.identity, String.init(copying:)) == "me")
    #expect(world.engine.withTargetText(.secret, String.init(copying:)) == "secret")
  }

  @Test("int-9: certificates are no means of this device; a secure scheme without security is none")
  func unknownMeans() {
    let world = World.ordered(secures: true)
    world.writeAccount()
    for mode in ["1", "2"] {
      world.writes("/0/0/2", text: mode)
      #expect(world.finish() == 406)
    }
    world.writes("/0/0/2", text: "3")
    world.writes("/0/0/0", text: "coaps://access.example")
    #expect(world.finish() == 406)
    world.writes("/0/0/2", text: "0")
    #expect(world.finish() == 204)
  }

  @Test("an order that comes twice is done once, and answered the same")
  func duplicates() {
    let world = World.ordered()
    let options = Datagram.Field.path("/0/0/0") + [.format(0)]
    let first = Datagram(
      .confirmable, .put, id: 1, token: [1], options: options, payload: Array("coap://a".utf8))
    world.deliver(first)
    world.writes("/0/0/0", text: "coap://b")
    world.deliver(first)
    #expect(world.timetable() == ["0 204", "0 204", "0 204"])
    #expect(world.engine.accounts.withText(.staged, .access, .uri) { $0[7] } == UInt8(ascii: "b"))
    #expect(world.engine.statistics[.duplicates] == 1)
  }

  @Test("more orders than the filter remembers do not keep Finish out")
  func manyOrders() {
    let world = World.ordered()
    for _ in 0..<12 { world.writes("/0/0/0", text: "coap://a") }
    world.writeAccount()
    #expect(world.finish() == 204)
  }

  @Test("orders come from the bootstrap server alone, and only while there is a bootstrap")
  func strangers() {
    let world = World.ordered()
    world.deliver(
      Datagram(.confirmable, .delete, id: 9, token: [1], options: Datagram.Field.path("/0")),
      from: World.server)
    #expect(world.dropped(.source) == 1)
    world.writeAccount()
    world.finish()
    #expect(world.order(.delete, "/0") == nil)
    world.accept()
    #expect(world.writes("/0/0/0", text: "coap://evil") == 401)
    #expect(world.finish() == 404)
  }

  @Test("a non-confirmable order is answered by a non-confirmable response")
  func nonConfirmable() {
    let world = World.ordered()
    world.deliver(
      Datagram(.nonConfirmable, .delete, id: 9, token: [1], options: Datagram.Field.path("/0")))
    #expect(world.sent.last?.type == .nonConfirmable && world.sent.last?.code == .deleted)
  }
}

@Suite("What a bootstrap leaves (LwM2M 1.0 section 5.2)")
struct BootstrapAccountTests {
  /// The URI the device would register at.
  private func uri(_ world: World) -> String {
    world.engine.accounts.withText(.active, .access, .uri, String.init(copying:))
  }

  @Test("int-6: an account that was restored is tried before the bootstrap server")
  func accountFirst() {
    let world = World.unprovisioned()
    #expect(world.restore(World.provisioned().snapshot()))
    world.connect()
    #expect(world.timetable() == ["0 [connected]", "0 Register"])
    #expect(world.linked == World.server)
    #expect(world.sent[0].queries[1] == "lt=300")
  }

  @Test("int-7: registering → unprovisioned: 4.xx, and a bootstrap is configured")
  func refused() {
    let world = World.provisioned()
    world.deregister()
    world.answer(.deleted)
    world.connect()
    world.answer(.forbidden)
    #expect(
      world.timetable() == [
        "0 De-register /rd/5a3f", "0 [deregistered 202]", "0 [connected]", "0 Register",
        "0 [registrationRefused 403]", "0 [connected]", "0 [bootstrapStarted]",
        "0 Bootstrap-Request",
      ])
  }

  @Test("int-7: registering → unprovisioned: no answer, and a bootstrap is configured")
  func silent() {
    let world = World.provisioned()
    world.loseLink()
    world.advance(to: 22_500 + 62_000)
    #expect(
      world.timetable().suffix(4) == [
        "84500 [registrationTimedOut]", "84500 [connected]", "84500 [bootstrapStarted]",
        "84500 Bootstrap-Request",
      ])
  }

  @Test("connecting → unprovisioned: the access server's name does not resolve")
  func unresolved() {
    let world = World.provisioned()
    world.loseLink()
    world.obstacle = .unresolved
    world.advance(to: 22_500)
    #expect(
      world.timetable() == ["0 [connectFailed]", "22500 [connectFailed]", "22500 [connectFailed]"])
    #expect(world.engine.target == .access)
    #expect(world.engine.standing == .waiting(.unresolved))
  }

  @Test("a busy access server is waited for, not replaced")
  func overloaded() {
    let world = World.provisioned()
    world.loseLink()
    world.advance(to: 22_500)
    world.answer(.serviceUnavailable)
    #expect(world.engine.standing == .waiting(.overloaded) && world.engine.target == .access)
  }

  @Test("a registration refused right after a bootstrap backs off before the next bootstrap")
  func freshRefused() {
    let world = World.ordered()
    world.writeAccount()
    world.finish()
    world.answer(.forbidden)
    #expect(world.timetable().last == "0 [registrationRefused 403]")
    #expect(world.dueTime == 45_000 && world.engine.target == .bootstrap)
    world.advance(to: 45_000)
    #expect(world.timetable().last == "45000 Bootstrap-Request")
    world.answer(.forbidden)
    #expect(world.dueTime == 45_000 + 90_000)
  }

  @Test("an account that was good so far is tried again after a bootstrap that failed")
  func oldAccountAgain() {
    let world = World.provisioned()
    world.loseLink()
    world.advance(to: 22_500)
    world.answer(.forbidden)
    world.answer(.badRequest)
    _ = world.timetable()
    world.advance(to: 112_500)
    #expect(world.timetable() == ["112500 [connected]", "112500 Register"])
    #expect(world.linked == World.server)
  }

  @Test(
    "whatever ends a bootstrap half-way leaves the account as it was",
    arguments: ["silence", "link", "close"])
  func halfWay(end: String) {
    let world = World.provisioned()
    world.request(.post, "/1/0/9")
    world.answer(.changed)
    #expect(world.order(.delete, "") == 202)
    world.writes("/0/0/0", text: "coap://other.example")
    switch end {
    case "silence": world.advance(by: 93_000)
    case "link": world.loseLink()
    default: world.command { engine, _ in _ = engine.deregister() }
    }
    #expect(uri(world) == "coap://access.example:5683")
    #expect(!world.engine.wantsStore || world.engine.isConfirmed)
    world.connect()
    #expect(world.linked == World.server)
    #expect(world.timetable().last?.hasSuffix(" Register") == true)
  }

  @Test("int-5: registered → unprovisioned: Execute /1/0/9; 2.04, no De-register, then POST /bs")
  func serverInitiated() {
    let world = World.provisioned()
    world.advance(to: 1000)
    world.request(.post, "/1/0/9")
    #expect(
      world.timetable() == [
        "1000 204", "1000 [connected]", "1000 [bootstrapStarted]", "1000 Bootstrap-Request",
      ])
  }

  @Test("a hold-off the bootstrap server writes (/0/x/11) lasts a day at most")
  func longestHoldOff() {
    let world = World.ordered()
    #expect(world.writes("/0/1/11", text: "4294967295") == 204)
    world.writeAccount()
    world.finish()
    world.accept()
    world.request(.post, "/1/0/9")
    #expect(world.engine.standing == .holdingOff)
    #expect(world.dueTime == 86_400_000)
  }

  @Test("/1/0/9 is there only where there is a bootstrap server")
  func noTrigger() {
    let world = World()
    world.register()
    world.request(.post, "/1/0/9")
    #expect(world.timetable() == ["0 404"])
  }

  @Test("an Update under way when /1/0/9 is executed is given up")
  func updateUnderWay() {
    let world = World.provisioned()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    world.lawGaveUp()
    world.request(.post, "/1/0/9")
    world.advance(by: 10)
    #expect(world.timetable().last == "0 Bootstrap-Request")
  }

  @Test("Security resource 11: the hold-off of the account counts more than the configured one")
  func writtenHoldOff() {
    let world = World.ordered()
    world.writes(
      "/0/1", TLV.value(0, "coap://bs.example") + TLV.value(1, 1) + TLV.value(11, 30))
    world.writeAccount()
    world.finish()
    world.accept()
    _ = world.timetable()
    world.request(.post, "/1/0/9")
    world.advance(to: 29_999)
    #expect(world.timetable() == ["0 204"])
    #expect(world.engine.standing == .holdingOff)
    world.advance(to: 30_000)
    #expect(world.timetable().last == "30000 Bootstrap-Request")
  }

  @Test("ordered → waiting: the socket broke")
  func linkLost() {
    let world = World.ordered()
    world.loseLink()
    #expect(world.timetable() == ["0 [connectFailed]"])
    #expect(world.engine.standing == .waiting(.socket) && world.engine.target == .bootstrap)
  }
}
