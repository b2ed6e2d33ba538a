import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Bootstrap-Write (LwM2M 1.0 section 5.2.7.1)")
struct BootstrapWriteTests {
  private func staged(_ world: World) -> Account { world.engine.accounts[.staged] }

  private func text(_ world: World, _ text: AccountText, of target: Target = .access) -> String {
    world.engine.accounts.withText(.staged, target, text, String.init(copying:))
  }

  @Test("an instance: every resource is taken, unknown optional ones are passed over")
  func instance() {
    let world = World.ordered()
    let more = TLV.value(4, [1, 2, 3]) + TLV.value(12, 7) + TLV.multiple(99, TLV.value(0, 1))
    #expect(world.writes("/0/5", Order.access + TLV.value(11, 9) + more) == 204)
    #expect(world.writes("/1/6", Order.server + TLV.value(44, 7)) == 204)
    let account = staged(world)
    #expect(account[.access].id == 5 && account[.access].shortID == 123)
    #expect(account[.access].mode == SecurityMode.none && account[.access].holdOff == 9)
    #expect(text(world, .uri) == "coap://access.example:5683")
    #expect(account.server.id == 6 && account.server.shortID == 123)
    #expect(account.server[1] == 300 && account.server[2] == 5)
    #expect(account.server[3] == 60 && account.server[5] == 3600)
    #expect(account.server.dropsNotifications && account.server.binding == .udp)
  }

  @Test("an object: its instances are written one after another", arguments: [11542, 1542])
  func object(format: Int) {
    let world = World.ordered()
    let boot = TLV.value(0, "coap://new-bs.example") + TLV.value(1, 1)
    #expect(
      world.writes("/0", TLV.instance(0, boot) + TLV.instance(3, Order.access), format: format)
        == 204)
    #expect(world.writes("/1", TLV.instance(2, Order.server), format: format) == 204)
    #expect(
      world.discovered("")
        == "205 lwm2m=\"1.0\",</0/0>,</0/3>;ssid=123,</1/2>;ssid=123,</3/0>,</3303/0>")
    #expect(text(world, .uri, of: .bootstrap) == "coap://new-bs.example")
    #expect(world.finish() == 204)
  }

  @Test("an instance may stand in a record of its own")
  func wrapped() {
    let world = World.ordered()
    #expect(world.writes("/0/3", TLV.instance(3, Order.access)) == 204)
    #expect(world.writes("/0/3", TLV.instance(4, Order.access)) == 400)
    #expect(world.writes("/0/3", TLV.instance(3, Order.access) + TLV.value(2, 3)) == 400)
  }

  @Test("an instance takes the place of what was there")
  func replaced() {
    let world = World.ordered()
    world.writes("/0/0", Order.access + TLV.value(3, "me"))
    world.writes("/0/0", TLV.value(0, "coap://b"))
    #expect(staged(world)[.access].shortID == 0 && text(world, .identity) == "")
    #expect(text(world, .uri) == "coap://b")
  }

  @Test("single resources: text, TLV, and base64 or opaque where they are opaque")
  func resources() {
    let world = World.ordered()
    #expect(world.order(.put, "/0/0/0", Array("coap://a".utf8)) == 204)
    #expect(world.writes("/0/0/1", text: "0") == 204)
    #expect(world.writes("/0/0/2", TLV.value(2, 0)) == 204)
    #expect(world.writes("/0/0/3", text: "bWU=") == 204)
    #expect(world.writes("/0/0/4", text: "bWU=") == 204)
    #expect(world.writes("/0/0/5", Array("secret".utf8), format: 42) == 204)
    #expect(world.writes("/0/0/10", text: "77") == 204)
    #expect(world.writes("/0/0/11", text: "10") == 204)
    #expect(text(world, .uri) == "coap://a" && text(world, .identity) == "me")
    #expect(text(world, .secret) == "secret")
    #expect(staged(world)[.access].mode == .preSharedKey && staged(world)[.access].shortID == 77)
    #expect(world.writes("/1/0/0", text: "77") == 204)
    #expect(world.writes("/1/0/1", text: "3600") == 204)
    #expect(world.writes("/1/0/6", text: "1") == 204)
    #expect(world.writes("/1/0/7", text: "UQ") == 204)
    #expect(staged(world).server.binding == .queuedUDP && staged(world).server[1] == 3600)
  }

  @Test(
    "a URI may lack its scheme and its port",
    arguments: [
      ("coap://h:1234", 1234), ("coap://h", 5683), ("h", 5683), ("h:99", 99),
      ("1.2.3.4:5683", 5683), ("[2001:db8::1]:7", 7), ("COAP://h", 5683),
    ])
  func uris(text: String, port: UInt16) {
    let world = World.ordered(.onenet)
    #expect(world.writes("/0/0/0", text: text) == 204)
    #expect(world.finish() == 204)
    #expect(world.engine.targetURI?.port == port && world.engine.targetURI?.isSecure == false)
  }

  @Test("the security mode says what a URI without a scheme leaves open")
  func modeOfURI() {
    let world = World.ordered(.onenet, secures: true)
    world.writes("/0/0/0", text: "h")
    world.writes("/0/0/2", text: "0")
    #expect(world.finish() == 204)
    #expect(world.engine.targetURI?.port == 5684 && world.engine.targetURI?.isSecure == true)
  }

  @Test(
    "4.00: a value that is none, and nothing of the order is done",
    arguments: [
      TLV.value(0, "http://x"), TLV.value(0, ""), TLV.value(0, "coap://"),
      TLV.value(0, [0xC3, 0x28]), TLV.value(1, 2), TLV.value(1, [0, 0]), TLV.value(2, 4),
      TLV.value(2, -1), TLV.value(2, [1, 2, 3]), TLV.value(10, 0), TLV.value(10, 65535),
      TLV.value(11, -1), TLV.multiple(0, TLV.value(0, "coap://x")), TLV.instance(0, Order.access),
      [0xC8], [0xC1, 0x00], [0x08, 0x00, 0x05, 0x01], [0x41, 0x00, 0x01],
    ])
  func badSecurity(value: [UInt8]) {
    let world = World.ordered()
    world.writes("/0/0", Order.access)
    let before = world.snapshotOfStaged()
    #expect(world.writes("/0/0", TLV.value(3, "other") + value) == 400)
    #expect(world.snapshotOfStaged() == before)
  }

  @Test(
    "4.00: a value of the Server object that is none",
    arguments: [
      TLV.value(0, 0), TLV.value(0, 65535), TLV.value(1, 14), TLV.value(1, 0x1000_0000),
      TLV.value(2, -1), TLV.value(3, [1, 2, 3]), TLV.value(6, 2), TLV.value(7, "S"),
      TLV.value(7, ""), TLV.value(7, "UQS"),
    ])
  func badServer(value: [UInt8]) {
    let world = World.ordered()
    world.writes("/1/0", Order.server)
    #expect(world.writes("/1/0", TLV.value(2, 77) + value) == 400)
    #expect(world.engine.accounts[.staged].server[2] == 5)
  }

  @Test("4.00: a single resource with a bad value, or the record of another")
  func badResource() {
    let world = World.ordered()
    #expect(world.writes("/0/0/0", text: "") == 400)
    #expect(world.writes("/0/0/2", text: "x") == 400)
    #expect(world.writes("/0/0/5", text: "not base64!") == 400)
    #expect(world.writes("/0/0/2", [3], format: 42) == 400)
    #expect(world.writes("/0/0/2", TLV.value(3, 3)) == 400)
    #expect(world.writes("/0/0/2", TLV.value(2, 3) + TLV.value(2, 3)) == 400)
    #expect(world.writes("/0/0/2", []) == 400)
    #expect(world.engine.accounts[.staged][.access].exists == false)
  }

  @Test("4.13: a text longer than there is room for")
  func tooLong() {
    let world = World.ordered()
    let long = "coap://" + String(repeating: "h", count: 58)
    #expect(world.writes("/0/0/0", text: long) == 413)
    #expect(world.writes("/0/0", TLV.value(3, String(repeating: "i", count: 33))) == 413)
    #expect(world.writes("/0/0/5", [UInt8](repeating: 1, count: 33), format: 42) == 413)
    #expect(world.writes("/0/0/5", [UInt8](repeating: 1, count: 32), format: 42) == 204)
    #expect(world.writes("/0/0/0", text: String(long.dropLast())) == 204)
  }

  @Test("4.15: a format that is not there, or not for this path")
  func formats() {
    let world = World.ordered()
    #expect(world.writes("/0/0", Order.access, format: 0) == 415)
    #expect(world.writes("/0", Order.access, format: 42) == 415)
    #expect(world.writes("/0/0/0", Array("{}".utf8), format: 11543) == 415)
  }

  @Test("4.04: no such resource, no such object; 4.05: the application's objects, /3 and the root")
  func elsewhere() {
    let world = World.ordered()
    #expect(world.writes("/0/0/6", text: "1") == 404)
    #expect(world.writes("/1/0/4", text: "1") == 404)
    #expect(world.writes("/2/0", []) == 404)
    #expect(world.writes("/x", []) == 404)
    #expect(world.writes("/3303/0", []) == 405)
    #expect(world.writes("/3/0/14", text: "+01:00") == 405)
    #expect(world.writes("", []) == 405)
    #expect(world.order(.post, "/0/0", Order.access, format: 11542) == 405)
    #expect(world.order(.post, "/bs/0") == 404)
    #expect(world.order(.post, "/bt") == 404)
    #expect(world.order(.get, "/1") == 405)
    #expect(world.order(.get, "/7") == 404)
    #expect(world.order(Code(rawValue: 5), "/1") == 405)
  }

  @Test("5.00: there is room for one server that is no bootstrap server, and one Server instance")
  func oneServer() {
    let world = World.ordered()
    world.writeAccount()
    #expect(world.writes("/0/2", Order.access) == 500)
    #expect(world.writes("/0/2/0", text: "coap://h") == 500)
    #expect(world.writes("/1/1", Order.server) == 500)
    #expect(world.writes("/0", TLV.instance(2, Order.access)) == 500)
    #expect(world.finish() == 204)
  }

  @Test("what an earlier bootstrap wrote gives way to another instance")
  func laterBootstrap() {
    let world = World.provisioned()
    world.request(.post, "/1/0/9")
    world.answer(.changed)
    #expect(world.writes("/0/7", TLV.value(0, "coap://h") + TLV.value(10, 9)) == 204)
    #expect(world.writes("/1/8", TLV.value(0, 9) + TLV.value(1, 60)) == 204)
    #expect(
      world.discovered("")
        == "205 lwm2m=\"1.0\",</0/1>,</0/7>;ssid=9,</1/8>;ssid=9,</3/0>,</3303/0>")
    #expect(world.finish() == 204)
  }

  @Test("resource 1 decides whose instance it is; the bootstrap server moves, and is never lost")
  func roles() {
    let world = World.ordered()
    #expect(world.writes("/0/1", Order.access) == 204)
    #expect(world.discovered("/0") == "205 lwm2m=\"1.0\",</0/0>,</0/1>;ssid=123")
    let boot = TLV.value(1, 1) + TLV.value(0, "coap://bs2")
    #expect(world.writes("/0/0", boot) == 204)
    #expect(text(world, .uri, of: .bootstrap) == "coap://bs2")
    #expect(world.writes("/0/1", boot) == 204)
    #expect(!staged(world)[.access].exists && staged(world)[.bootstrap].id == 1)
    #expect(world.writes("/0/1/1", text: "0") == 400)
    world.writeAccount()
    #expect(world.finish() == 204)
  }

  @Test("int-9: a bootstrap server that was overwritten by nonsense does not finish")
  func brokenBootstrapServer() {
    let world = World.ordered()
    world.writeAccount()
    #expect(world.writes("/0/1", TLV.value(1, 1)) == 204)
    #expect(world.finish() == 406)
  }
}

extension World {
  /// The numbers and texts an order might change.
  fileprivate func snapshotOfStaged() -> String {
    let account = engine.accounts[.staged]
    let texts = [AccountText.uri, .identity, .secret].map {
      engine.accounts.withText(.staged, .access, $0, String.init(copying:))
    }
    return "\(account[.access]) \(account.server) \(texts)"
  }
}

@Suite("Bootstrap-Discover and Bootstrap-Delete (LwM2M 1.0 sections 5.2.7.2 and 5.2.7.3)")
struct BootstrapDeleteTests {
  @Test("int-0: Discover names the version and all instances, with the short IDs of servers")
  func discover() {
    let world = World.ordered()
    #expect(world.discovered("") == "205 lwm2m=\"1.0\",</0/1>,</3/0>,</3303/0>")
    world.writeAccount()
    #expect(
      world.discovered("")
        == "205 lwm2m=\"1.0\",</0/0>;ssid=123,</0/1>,</1/0>;ssid=123,</3/0>,</3303/0>")
    #expect(world.discovered("/0") == "205 lwm2m=\"1.0\",</0/0>;ssid=123,</0/1>")
    #expect(world.discovered("/1") == "205 lwm2m=\"1.0\",</1/0>;ssid=123")
    #expect(world.discovered("/3303") == "205 lwm2m=\"1.0\",</3303/0>")
    #expect(world.discovered("/9") == "404 ")
    #expect(world.discovered("/0/0") == "405 ")
    #expect(world.sent.last?.format == nil)
    _ = world.discovered("/0")
    #expect(world.sent.last?.format == 40)
  }

  @Test("int-4, 4.3-9: Delete takes the server away and leaves the bootstrap server and /3")
  func delete() {
    for path in ["", "/0", "/0/0"] {
      let world = World.ordered()
      world.writeAccount()
      #expect(world.order(.delete, path) == 202)
      #expect(world.engine.accounts[.staged][.access].exists == false)
      #expect(world.engine.accounts[.staged].server.exists == (path != ""))
      #expect(world.discovered("/0") == "205 lwm2m=\"1.0\",</0/1>")
      #expect(world.discovered("/3") == "205 lwm2m=\"1.0\",</3/0>")
      #expect(world.finish() == 406)
    }
  }

  @Test("int-4: Delete of the Server object, or of its instance")
  func deleteServer() {
    for path in ["/1", "/1/0"] {
      let world = World.ordered()
      world.writeAccount()
      #expect(world.order(.delete, path) == 202)
      #expect(world.discovered("/1") == "205 lwm2m=\"1.0\"")
      #expect(world.engine.accounts[.staged][.access].exists)
    }
  }

  @Test("int-4: what is not there is deleted already; what stays says 4.05")
  func deleteOthers() {
    let world = World.ordered()
    for path in ["/0/7", "/1/7", "/0", "/1", ""] { #expect(world.order(.delete, path) == 202) }
    for path in ["/0/1", "/3", "/3/0", "/3303", "/3303/0", "/0/1/0", "/1/0/0"] {
      #expect(world.order(.delete, path) == 405)
    }
    #expect(world.order(.delete, "/7") == 404)
    #expect(world.order(.delete, "/bs") == 404)
    #expect(world.discovered("") == "205 lwm2m=\"1.0\",</0/1>,</3/0>,</3303/0>")
  }
}
