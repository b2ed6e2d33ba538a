import CoAPExchange
import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

// What the peers get wrong, and the rules that clients break: one test each, named after them.

private let number = Path(3311, 0, 5851)
private let name = Path(3311, 0, 5750)
private let flag = Path(3311, 0, 5850)
private let fixed = Path(3311, 0, 5700)
private let secret = Path(3311, 0, 5900)

private func device(
  _ consultation: Consultation = Consultation(executes: true), profile: Profile = .standard
) -> ServedDevice {
  ServedDevice(
    [
      .one(number, .integer, .integer(10)), .one(name, .string, .text("a"), room: 8),
      .one(flag, .boolean, .boolean(false)), .one(fixed, .integer, .integer(3), .readable),
      .one(secret, .integer, .integer(7), .writable), .action(Path(3311, 0, 5605)),
    ], profile: profile, consultation: consultation)
}

@Suite struct PeerDefectTests {
  @Test(
    "C Wakaama 2, 4.1 RFC 8132: FETCH, PATCH and iPATCH are 4.05, never an acknowledgement and silence"
  )
  func otherMethods() {
    let device = device()
    for method in [5, 6, 7] as [UInt8] {
      for type in [MessageType.confirmable, .nonConfirmable] {
        let answer = device.ask(Code(rawValue: method), "/3311/0", type: type, payload: [1])
        #expect(answer.code == .methodNotAllowed)
      }
    }
  }

  @Test(
    "C Wakaama 3, 4.1 RFC 7252 5.10: a Content-Format nobody knows is 4.15, not text",
    arguments: [4711, 65535])
  func unknownFormat(format: Int) {
    let device = device()
    for path in ["/3311/0/5851", "/3311/0"] {
      let answer = device.ask(.put, path, [.format(format)], payload: [0x31])
      #expect(answer.code == .unsupportedContentFormat)
    }
    #expect(device.value(number) == .integer(10))
  }

  @Test("C Wakaama 4: a second Write-Attributes takes effect")
  func secondAttributes() {
    let device = device()
    device.observe("/3311/0/5851", token: [1])
    #expect(device.attributes("/3311/0/5851", "pmax=100") == 204)
    #expect(device.attributes("/3311/0/5851", "pmax=10") == 204)
    #expect(device.pass(11_000).map { $0.at } == [10_000])
  }

  @Test(
    "C Wakaama 5: an object link as text is what was written, however long its numbers are",
    arguments: ["0:0", "3:0", "33:1", "3311:22", "3311:12345", "65534:65534"])
  func objectLinks(link: String) {
    let device = ServedDevice([.one(name, .string, .text("a"), room: 16)])
    let text = Array(link.utf8)
    #expect(device.ask(.put, "/3311/0/5750", [.format(0)], payload: text).code == .changed)
    #expect(device.value(name) == .text(link))
    #expect(device.ask(.get, "/3311/0/5750").payload == text)
  }

  @Test("C Zephyr 9: a URI that is written to an object of the application keeps its query")
  func query() {
    let package = Path(5, 0, 1)
    let uri = "coap://10.0.0.9:5683/fw/a.bin?v=1.2&id=a%20b"
    let device = ServedDevice([.one(package, .string, .text(""), room: 80)])
    #expect(device.ask(.put, "/5/0/1", [.format(0)], payload: Array(uri.utf8)).code == .changed)
    #expect(device.value(package) == .text(uri))
  }

  @Test("C Wakaama 1: 4.01 to an Update leads to another message, and 4.01 to that to a wait")
  func unauthorized() {
    let world = World()
    world.register()
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    let update = world.sent.last
    world.answer(.unauthorized)
    let register = world.sent.last
    #expect(register?.id != update?.id && register?.token != update?.token)
    world.answer(.unauthorized)
    let count = world.sent.count
    world.advance(to: 44_000)
    #expect(world.sent.count == count)
    world.advance(to: 46_000)
    #expect(world.sent.count == count + 1)
    #expect(world.sent.last?.id != register?.id)
  }

  @Test("C Zephyr 1, C Anjay Lite 2: non-confirmable requests are answered, whatever they ask")
  func nonConfirmable() {
    let device = device()
    let requests: [(Code, String, [Datagram.Field], [UInt8], Code)] = [
      (.get, "/3311/0/5851", [], [], .content), (.get, "/3311", [.accept(40)], [], .content),
      (.put, "/3311/0/5851", [.format(0)], [0x37], .changed),
      (.post, "/3311/0", [.format(11542)], [0xE1, 0x16, 0xDB, 9], .changed),
      (.post, "/3311/0/5605", [], [], .changed), (.put, "/3311", [.query("pmin=1")], [], .changed),
      (.get, "/9", [], [], .notFound), (.delete, "/3311/0", [], [], .methodNotAllowed),
      (.get, "/0/0", [], [], .unauthorized),
    ]
    for (code, path, options, payload, expected) in requests {
      let answer = device.ask(code, path, options, type: .nonConfirmable, payload: payload)
      #expect(answer.type == .nonConfirmable && answer.code == expected)
    }
  }

  @Test("C Zephyr 3, 4.1 RFC 7641 4.1: an observer whose first read fails is no observer")
  func failingRead() {
    let device = device()
    #expect(device.observe("/3311/0/5900", token: [1]).code == .methodNotAllowed)
    #expect(device.observe("/3311/0/9", token: [2]).code == .notFound)
    #expect(device.observe("/3311/0/5851", [.accept(60)], token: [3]).code == .notAcceptable)
    #expect(device.occupancy.observations == 0)
    #expect(device.change(number, .integer(11)).isEmpty)
  }

  @Test("C Zephyr 10: a report nobody acknowledges ends that observation, and no other")
  func timedOutReport() {
    let device = device()
    device.observe("/3311/0/5851", token: [1])
    device.observe("/3311/0/5850", token: [2])
    device.notify(number, ack: 5)
    let sent = device.pass(100_000).map(\.sent)
    #expect(sent.allSatisfy { $0.code == .content })
    #expect(device.takeEvents() == [[25, 5]])
    #expect(device.change(flag, .boolean(true)).map(\.token) == [[2]])
  }

  @Test("C Zephyr 7: a Location-Path longer than 32 bytes is kept whole")
  func longLocation() {
    let long = String(repeating: "x", count: 60)
    let world = World()
    world.register(location: "rd/" + long.prefix(58))
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    #expect(world.sent.last?.path == "rd/" + long.prefix(58))
  }

  @Test("C Zephyr 7: an endpoint name longer than 32 bytes is sent whole")
  func longName() {
    let name = String(repeating: "n", count: 64)
    let world = World(endpoint: name)
    world.connect()
    #expect(world.sent[0].queries.contains("ep=\(name)"))
  }

  @Test("C Wakaama 6, 4.1 RFC 3986: what is in an option is not percent-encoded, whatever it is")
  func unencoded() {
    let world = World(endpoint: "a&b=c d/%20é")
    world.connect()
    #expect(world.sent[0].queries.contains("ep=a&b=c d/%20é"))
  }

  @Test(
    "C Zephyr 6: any number of answers in blocks side by side, beside a body that comes in blocks"
  )
  func severalTransfers() {
    let first = Path(3311, 0, 5750)
    let second = Path(3311, 1, 5750)
    let long = (String(repeating: "a", count: 150), String(repeating: "b", count: 150))
    let device = ServedDevice(
      [
        .one(first, .string, .text(long.0)), .one(second, .string, .text(long.1)),
        .one(Path(5, 0, 0), .opaque, .bytes([]), .writable | .streamed),
      ], duplicates: 64)
    device.bufferSize = 128
    let image = Block(body: pattern(150))
    var texts = ("", "")
    for block in 0..<3 {
      texts.0 += device.get("/3311/0/5750", [.block2(block, 2)]).text
      device.send(image, 64 * block)
      texts.1 += device.get("/3311/1/5750", [.block2(block, 2)]).text
    }
    #expect(texts == long)
    #expect(device.streamed == image.body)
    #expect(device.send(image, 64).code == .continue)
    #expect(device.send(Block(format: 60, body: image.body), 64).code == .requestEntityIncomplete)
  }

  @Test("C Wakaama 9: a body of more than 2,048 bytes is put together")
  func longBody() {
    let device = ServedDevice(
      [.one(name, .string, .text(""), room: 5000)], duplicates: 64, body: 5000)
    let block = Block(
      path: "/3311/0/5750", exponent: 4, format: 0,
      body: Array(String(repeating: "w", count: 5000).utf8))
    #expect(device.sendAll(block).last?.code == .changed)
    #expect(device.value(name) == .text(String(repeating: "w", count: 5000)))
  }

  @Test("C Leshan 1: b is what /1/0/7 says, also after the server wrote it")
  func binding() {
    let world = World()
    world.register()
    world.request(.put, "/1/0/7", payload: "UQ")
    #expect(world.sent.last?.queries.contains("b=UQ") == true)
  }

  @Test("C Leshan 2: a request from another port gets no answer, least of all 5.00")
  func otherPort() {
    let device = device()
    let other = PeerAddress(family: 4, high: 0x7F00_0001, low: 0, port: 5684)
    #expect(device.deliver(device.request(.get, "/3311/0/5851").bytes, from: other).isEmpty)
  }

  @Test("C Anjay Lite 5: a Location-Path has as many segments as the server likes")
  func manySegments() {
    let path = (0..<20).map { String($0) }.joined(separator: "/")
    let world = World()
    world.register(location: path)
    world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    #expect(world.sent.last?.path == path)
    world.answer(.changed)
    world.deregister()
    #expect(world.sent.last?.path == path)
  }

  @Test("C Anjay 1: what is wrong about a path is 4.04, never 4.02")
  func pathErrors() {
    let device = device()
    for path in [
      "/9", "/3311/9", "/3311/0/9", "/3311/0/5851/0", "/x", "/3311/0/5851/0/0", "/70000",
    ] {
      #expect(device.get(path).code == .notFound)
    }
  }

  @Test("C Anjay Lite 3, 4.1 RFC 7252 5.10: an Accept that cannot be met is 4.06, not 4.15")
  func accept() {
    let device = device()
    for (path, format) in [("/3311/0/5851", 42), ("/3311/0", 0), ("/3311", 110)] {
      #expect(device.get(path, [.accept(format)]).code == .notAcceptable)
    }
  }

  @Test("C Anjay Lite 4: more than fifteen options are fine")
  func manyOptions() {
    let device = device()
    let options = (0..<40).map { Datagram.Field.raw(UInt16(100 + 2 * $0), [UInt8($0)]) }
    #expect(device.get("/3311/0/5851", options).text == "10")
    let queries = ["pmin=1", "pmax=9", "gt=5", "lt=1", "st=1"].map { Datagram.Field.query($0) }
    #expect(device.ask(.put, "/3311/0/5851", queries + options).code == .changed)
  }

  @Test("C Anjay Lite 1, 4.1 RFC 7252 4.2: what is malformed or unexpected gets its answer")
  func unexpected() {
    let device = device()
    func answer(_ bytes: [UInt8]) -> [MessageType] { device.deliver(bytes).map(\.type) }
    #expect(answer([0x40, 0, 0, 1]) == [.reset])
    #expect(answer([0x49, 1, 0, 2] + [UInt8](repeating: 0, count: 9)) == [.reset])
    #expect(answer([0x40, 1, 0, 3, 0xFF]) == [.reset])
    #expect(answer([0x40, 0xE1, 0, 4]) == [.reset])
    #expect(answer([0x41, 0x45, 0, 5, 1]) == [.reset])
    #expect(device.get("/3311/0/5851", [.raw(9)]).code == .badOption)
    #expect(device.get("/3311/0/5851").text == "10")
  }
}

@Suite struct RuleTests {
  @Test("4.1 RFC 7252 4.5: each request that arrives twice is answered the same and done once")
  func identicalRequests() {
    let device = device(Consultation(beforeWrite: true, executes: true))
    let requests = [
      device.request(.get, "/3311/0/5851"), device.request(.get, "/3311", [.accept(40)]),
      device.request(.put, "/3311/0/5851", [.format(0)], payload: [0x37]),
      device.request(.post, "/3311/0/5605"), device.request(.delete, "/3311/0"),
      device.request(.put, "/3311", [.query("pmin=1")]), device.request(.get, "/9"),
      device.request(.put, "/3311/0/5700", [.format(0)], payload: [0x37]),
    ]
    for request in requests { #expect(device.deliver(request) == device.deliver(request)) }
    #expect(device.takeConversation() == ["write /3311/0/5851", "execute /3311/0/5605 "])
  }

  @Test("4.3-1, int-221: every operation on the Security object is 4.01, and nothing lists it")
  func security() {
    let device = device(Consultation(executes: true, creates: true, removes: true))
    for code in [Code.get, .put, .post, .delete] {
      for path in ["/0", "/0/0", "/0/0/1"] {
        #expect(device.ask(code, path, [.format(11542)]).code == .unauthorized)
      }
    }
    #expect(device.takeConversation() == [])
  }

  @Test("4.3-5: a Reset ends that observation, an Update keeps all, a new Register none")
  func observations() throws {
    let device = device()
    device.observe("/3311/0/5851", token: [1])
    device.observe("/3311/0/5850", token: [2])
    device.reset(try #require(device.change(number, .integer(1)).first))
    #expect(device.occupancy.observations == 1)
    let update = try #require(device.deliver(device.request(.post, "/1/0/8")).last)
    device.deliver(Datagram(.acknowledgement, .changed, id: update.id, token: update.token))
    #expect(device.occupancy.observations == 1)
    let next = try #require(device.deliver(device.request(.post, "/1/0/8")).last)
    let register = device.deliver(
      Datagram(.acknowledgement, .notFound, id: next.id, token: next.token))[0]
    device.deliver(Datagram(.acknowledgement, .created, id: register.id, token: register.token))
    #expect(device.occupancy.observations == 0)
  }

  @Test("4.3-8: lt < gt, and lt + 2 st < gt, or 4.00 and nothing changes")
  func thresholds() {
    let device = device()
    #expect(device.attributes("/3311/0/5851", "lt=5", "gt=5") == 400)
    #expect(device.attributes("/3311/0/5851", "lt=1", "gt=5", "st=2") == 400)
    #expect(device.occupancy.attributes == 0)
    #expect(device.attributes("/3311/0/5851", "lt=1", "gt=5", "st=1") == 204)
  }

  @Test("4.3-10: a Write is all or nothing, passes over what is unknown, and leaves the rest")
  func write() {
    for method in [Code.put, .post] {
      let device = device()
      let good: [UInt8] = [0xC1, 99, 1, 0xE1, 0x16, 0xDB, 77]
      #expect(device.tlv(method, "/3311/0", good + [0xE1, 0x16, 0xDA, 2]).code == .badRequest)
      #expect(
        device.tlv(method, "/3311/0", good + [0xE1, 0x16, 0x44, 2]).code == .methodNotAllowed)
      #expect(device.value(number) == .integer(10) && device.stored == [])
      #expect(device.tlv(method, "/3311/0", good).code == .changed)
      #expect(device.value(number) == .integer(77) && device.value(name) == .text("a"))
    }
  }

  @Test("LwM2M 1.0 7.3.2.2: what a resource does not support is 4.05, and nothing else happens")
  func unsupported() {
    let device = device()
    #expect(device.get("/3311/0/5900").code == .methodNotAllowed)
    #expect(device.get("/3311/0/5605").code == .methodNotAllowed)
    #expect(device.put("/3311/0/5700", text: "4").code == .methodNotAllowed)
    #expect(device.put("/3311/0/5605", text: "4").code == .methodNotAllowed)
    #expect(device.ask(.post, "/3311/0/5851").code == .methodNotAllowed)
    #expect(device.value(fixed) == .integer(3) && device.takeConversation() == [])
  }

  @Test("LwM2M 1.0 7.3.2.3: a Read of an instance or object leaves out what cannot be read")
  func readable() {
    let device = device()
    let all: [UInt8] = [
      0xE1, 0x16, 0x44, 3, 0xE1, 0x16, 0x76, 97, 0xE1, 0x16, 0xDA, 0, 0xE1, 0x16, 0xDB, 10,
    ]
    #expect(device.get("/3311/0").payload == all)
    #expect(device.get("/3311").payload == [0x08, 0, 16] + all)
    // A Write still reaches it, and an instance with nothing to read is empty.
    #expect(device.put("/3311/0/5900", text: "8").code == .changed)
    let mute = ServedDevice([.one(secret, .integer, .integer(7), .writable)])
    #expect(mute.get("/3311/0").code == .content && mute.get("/3311/0").payload == [])
  }

  @Test(
    "LwM2M 1.0 7.3.2.4: Write, Execute and Delete on an object are 4.05; Execute of an instance")
  func onObjects() {
    let device = device(Consultation(executes: true, removes: true))
    for code in [Code.put, .post, .delete] {
      #expect(device.tlv(code, "/3311", [0xE1, 0x16, 0xDB, 1]).code == .methodNotAllowed)
    }
    #expect(device.ask(.post, "/3311/0", [.format(0)], payload: [0x31]).code.group == 4)
    #expect(device.stored == [] && device.takeConversation() == [])
  }
}
