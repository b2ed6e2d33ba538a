import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let blob = Path(3311, 0, 5900)
private let name = Path(3311, 0, 5750)
private let dimmer = Path(3311, 0, 5851)
private let resources: [Given] = [
  .one(blob, .opaque, .bytes([1]), room: 1000), .one(name, .string, .text("a"), room: 100),
  .one(dimmer, .integer, .integer(10)), .one(Path(3311, 0, 5700), .integer, .integer(3), .readable),
  .one(Path(3311, 0, 5751), .string, .text("x")), .action(Path(3311, 0, 5605)),
]

private func device(
  body: Int = 512, transfers: Int = 1, _ consultation: Consultation = Consultation()
) -> ServedDevice {
  ServedDevice(resources, consultation: consultation, transfers: transfers, body: body)
}

private func blob(_ count: Int, _ seed: Int = 0) -> Block {
  Block(path: "/3311/0/5900", body: pattern(count, seed))
}

@Suite struct Block1BodyTests {
  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.5: none → collecting: block 0; collecting → collecting: the expected block; collecting → over: the last block"
  )
  func stored() {
    let device = device()
    let block = blob(200)
    for offset in [0, 64, 128] {
      #expect(device.send(block, offset).code == .continue)
      #expect(device.value(blob) == .bytes([1]))
      #expect(device.occupancy.body == offset + 64)
    }
    let last = device.send(block, 192)
    #expect(last.code == .changed)
    #expect(last.unsigned(.block1) == 0x32)
    #expect(device.value(blob) == .bytes(block.body))
    #expect(device.occupancy.body == 0)
    #expect(device.statistics[.body].peak == 200)
  }

  @Test(
    "Everything that has a payload comes in blocks: TLV of an instance, base64, arguments, Create")
  func kinds() {
    let device = device(Consultation(executes: true, mayDefer: true, creates: true))
    device.verdict = { [unowned device] question in
      if question.kind == .create {
        _ = device.bring(.one(Path(3311, 7, 5851), .integer, .integer(0)))
      }
      return .agreed
    }
    let values: [UInt8] =
      [0xE1, 0x16, 0xDB, 7, 0xE8, 0x16, 0x76, 60] + Array(repeating: 98, count: 60)
    var block = Block(path: "/3311/0", method: .post, format: 11542, body: values)
    block.exponent = 0
    #expect(device.sendAll(block).last?.code == .changed)
    #expect(device.value(dimmer) == .integer(7))
    #expect(device.value(name) == .text(String(repeating: "b", count: 60)))
    block = Block(
      path: "/3311/0/5900", exponent: 0, format: 0, body: Array("AAECAwQFBgcICQoLDA0ODw==".utf8))
    #expect(device.sendAll(block).last?.code == .changed)
    #expect(device.value(blob) == .bytes(Array(0...15)))
    _ = device.takeConversation()
    block = Block(
      path: "/3311/0/5605", method: .post, exponent: 0, format: nil,
      body: Array("0='abcdefghijklmnopq',1".utf8))
    #expect(device.sendAll(block).last?.code == .changed)
    #expect(device.takeConversation() == ["execute /3311/0/5605 0='abcdefghijklmnopq',1"])
    device.pass(300_000)
    let instance: [UInt8] =
      [0x08, 7, 18, 0xE1, 0x16, 0xDB, 9, 0xC8, 1, 11] + Array(repeating: 0, count: 11)
    block = Block(path: "/3311", method: .post, exponent: 0, format: 11542, body: instance)
    device.send(block, 0)
    let created = device.deliver(block.message(device, 16)).first
    #expect(created?.code == .created)
    #expect(created?.unsigned(.block1) == 0x10)
    #expect(device.value(Path(3311, 7, 5851)) == .integer(9))
  }

  @Test("The application is asked about the whole, and told about it")
  func asked() {
    let device = device(Consultation(beforeWrite: true, mayDefer: true))
    #expect(device.sendAll(blob(200)).last?.code == .changed)
    #expect(device.takeConversation() == ["write /3311/0/5900"])
    #expect(device.value(blob) == .bytes(pattern(200)))
    device.verdict = { _ in .refused(.forbidden) }
    let refused = device.sendAll(blob(201)).last
    #expect(refused?.code == .forbidden)
    #expect(refused?.unsigned(.block1) == 0x32)
    #expect(device.value(blob) == .bytes(pattern(200)))
  }

  @Test("An answer that comes later repeats the Block1 of the last block")
  func deferred() throws {
    let device = device(Consultation(beforeWrite: true, mayDefer: true))
    device.verdict = { _ in .pending }
    let block = blob(100)
    device.send(block, 0)
    #expect(device.deliver(block.message(device, 64)).isEmpty)
    device.pass(5000)
    // Another request in between leaves no trace in it.
    #expect(device.get("/3311/0/5851").text == "10")
    let answer = try #require(device.respond(device.handles[0])?.first)
    #expect(answer.code == .changed)
    #expect(answer.unsigned(.block1) == 0x12)
    #expect(device.value(blob) == .bytes([1]))
  }

  @Test(
    "What is refused whatever the body holds is refused at its first block",
    arguments: [
      (Code.put, "/0/0/0", 401), (.put, "/9/0/0", 404), (.put, "/3311/1", 404),
      (.put, "/3311/0/5700", 405), (.put, "/3311/0/5751", 405), (.put, "/3311/0/5605", 405),
      (.post, "/3311/0/5851", 405), (.post, "/3311", 405), (.put, "/3311", 405), (.put, "/x", 404),
      (.put, "/", 404), (.post, "/77", 404), (.put, "/0/x", 401),
    ])
  func refused(method: Code, path: String, code: Int32) {
    let device = device()
    let answer = device.send(Block(path: path, method: method, body: pattern(100)), 0)
    #expect(answer.code.decimal == code)
    #expect(answer.unsigned(.block1) == 0x02)
    #expect(device.occupancy.transfers == 0)
  }

  @Test("A method without a body, and Write-Attributes, have no blocks")
  func withoutBody() {
    let device = device()
    for option in [0x08, 0x10, 0x18] {
      #expect(device.ask(.get, "/3311/0/5851", [.number(.block1, option)]).code == .badOption)
      #expect(device.ask(.delete, "/3311/0", [.number(.block1, option)]).code == .badOption)
    }
    #expect(device.ask(.get, "/3311/0/5851", [.number(.block1, 0)]).text == "10")
    let attributes = device.ask(
      .put, "/3311/0/5851", [.query("pmin=5"), .number(.block1, 0x08)], payload: pattern(16))
    #expect(attributes.code == .badRequest)
    #expect(device.attributes("/3311/0/5851", "pmin=5") == 204)
    let single = device.ask(.put, "/3311/0/5851", [.query("pmin=6"), .number(.block1, 0)])
    #expect(single.code == .changed)
  }

  @Test("4.1 RFC 7959 2.9.3: collecting → none: too long; 4.13 with the most there is room for")
  func tooLong() {
    let device = device(body: 200)
    var block = blob(300)
    let grown = device.sendAll(block)
    #expect(grown.map(\.code) == [.continue, .continue, .continue, .requestEntityTooLarge])
    #expect(grown.last?.unsigned(.block1) == 0x32)
    #expect(grown.last?.unsigned(.size1) == 488)
    #expect(device.send(block, 192).code == .requestEntityIncomplete)
    block.size = 300
    let announced = device.send(block, 0)
    #expect(announced.code == .requestEntityTooLarge)
    #expect(announced.unsigned(.size1) == 484)
    #expect(device.value(blob) == .bytes([1]))
    #expect(device.statistics[.body].refused == 2)
    #expect(device.sendAll(blob(200)).last?.code == .changed)
  }

  @Test("Without a body buffer the first block is 4.13, one that is the whole body is taken")
  func none() {
    let device = device(body: 0)
    let answer = device.send(blob(100), 0)
    #expect(answer.code == .requestEntityTooLarge)
    #expect(answer.unsigned(.block1) == 0x02)
    #expect(device.send(blob(50), 0).code == .changed)
    #expect(device.occupancy.transfers == 0)
  }

  @Test("One body at a time: another one is 5.03, a value in one datagram is not")
  func busy() {
    let device = device(transfers: 2)
    device.send(blob(200), 0)
    let other = Block(path: "/3311/0/5750", format: 0, body: Array(repeating: 99, count: 90))
    let answer = device.send(other, 0)
    #expect(answer.code == .serviceUnavailable)
    #expect(answer.maxAge == 30)
    #expect(device.put("/3311/0/5750", text: "z").code == .changed)
    for offset in [64, 128, 192] { device.send(blob(200), offset) }
    #expect(device.value(blob) == .bytes(pattern(200)))
    #expect(device.sendAll(other).last?.code == .changed)
  }

  @Test("any → none: a value in one datagram; it ends what came in blocks to the same path")
  func overtaken() {
    let device = device()
    device.send(blob(200), 0)
    let whole = device.ask(.put, "/3311/0/5900", [.format(42), .number(.block1, 2)], payload: [9])
    #expect(whole.code == .changed)
    #expect(device.send(blob(200), 64).code == .requestEntityIncomplete)
    #expect(device.value(blob) == .bytes([9]))
  }

  @Test("collecting → collecting: block 0 anew; what came before is forgotten")
  func restarted() {
    let device = device()
    device.send(blob(300, 1), 0)
    device.send(blob(300, 1), 64)
    #expect(device.sendAll(blob(300, 2)).last?.code == .changed)
    #expect(device.value(blob) == .bytes(pattern(300, 2)))
  }

  @Test("A body that is wrong changes nothing, and the next one is taken")
  func atomic() {
    let device = device()
    let values: [UInt8] =
      [0xE1, 0x16, 0xDB, 7, 0xE8, 0x16, 0x76, 60] + Array(repeating: 98, count: 59)
    let block = Block(path: "/3311/0", method: .post, exponent: 1, format: 11542, body: values)
    #expect(device.sendAll(block).last?.code == .badRequest)
    #expect(device.stored.isEmpty)
    #expect(device.sendAll(blob(300)).last?.code == .changed)
  }
}
