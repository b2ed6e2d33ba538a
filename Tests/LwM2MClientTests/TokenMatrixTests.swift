import CoAPExchange
import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let number = Path(3311, 0, 5851)
private let text = Path(3311, 0, 5750)

private func device() -> ServedDevice {
  ServedDevice(
    [
      .one(number, .integer, .integer(10)),
      .one(text, .string, .text(String(repeating: "x", count: 600)), room: 800),
      .action(Path(3311, 0, 5605)),
    ],
    consultation: Consultation(beforeRead: true, executes: true, mayDefer: true),
    duplicates: 64, body: 800)
}

/// Tokens of 0 ... 8 bytes, with zeros in front and behind.
private let tokens: [[UInt8]] = (0...8).flatMap { length in
  [0, 0x80, 0xFF].map { [UInt8](repeating: $0, count: length) }
    + [Array((0..<UInt8(length)).reversed()), Array(0..<UInt8(length))]
}

@Suite struct TokenMatrixTests {
  @Test("4.1 RFC 7252 5.3.1: whatever is answered at once has the request's token, all of it")
  func answers() {
    for token in tokens {
      let device = device()
      let requests: [(Code, String, [Datagram.Field], [UInt8], Code)] = [
        (.get, "/3311/0/5851", [], [], .content), (.get, "/3311", [.accept(40)], [], .content),
        (.get, "/3311/0/5750", [.block2(1, 4)], [], .content), (.get, "/9", [], [], .notFound),
        (.get, "/3311/0/5851", [.raw(9)], [], .badOption),
        (.get, "/3311/0/5851", [.accept(60)], [], .notAcceptable),
        (.get, "/0", [], [], .unauthorized), (.post, "/3311/0/5605", [], [], .changed),
        (.put, "/3311/0/5851", [.format(0)], [0x37], .changed),
        (.put, "/3311/0/5750", [.format(0), .number(.block1, 8)], pattern(16), .continue),
        (.put, "/3311/0/5851", [.query("pmin=1")], [], .changed),
        (Code(rawValue: 5), "/3311/0", [], [1], .methodNotAllowed),
      ]
      for (code, path, options, payload, wanted) in requests {
        // `ask` compares the tokens.
        let answer = device.ask(code, path, options, token: token, payload: payload)
        #expect(answer.code == wanted, "\(path)")
        if wanted == .badOption { continue }
        let other = device.ask(
          code, path, options, type: .nonConfirmable, token: token, payload: payload)
        #expect(other.type == .nonConfirmable && other.code == wanted, "\(path)")
      }
    }
  }

  @Test("4.1 RFC 7252 5.3.1: so has what comes later: a separate response, notifications, reports")
  func later() throws {
    for token in tokens {
      let device = device()
      device.verdict = { _ in .pending }
      let request = device.request(.get, "/3311/0/5851", [.observe(0)], token: token)
      #expect(device.deliver(request).isEmpty)
      #expect(device.pass(1500).map(\.sent.token) == [[]], "an acknowledgement has none")
      let late = try #require(device.respond(device.handles[0])?.first)
      #expect(late.type == .confirmable && late.token == token && late.observe != nil)
      device.acknowledge(late)
      device.verdict = { _ in .agreed }
      #expect(device.change(number, .integer(11)).map(\.token) == [token])
      let report = try #require(device.notify(number, ack: 3).first)
      #expect(report.token == token)
      #expect(device.pass(3000).map(\.sent.token) == [token])
      device.acknowledge(report)
      #expect(device.remove(number).map(\.token) == [token])
    }
  }

  @Test("4.1 RFC 7252 5.3.1: a token that is longer, shorter or has a zero more is another one")
  func others() {
    for token in tokens {
      let device = device()
      device.observe("/3311/0/5851", token: token)
      for other in tokens where other != token {
        #expect(device.get("/3311/0/5851", [.observe(1)], token: other).code == .content)
        #expect(device.occupancy.observations == 1, "\(token) ended by \(other)")
      }
      device.get("/3311/0/5851", [.observe(1)], token: token)
      #expect(device.occupancy.observations == 0)
    }
  }

  @Test(
    "4.1 RFC 7252 5.3.1: an answer to the device has to have its token, all of it and nothing else")
  func ownAnswers() throws {
    let device = device()
    let update = try #require(device.deliver(device.request(.post, "/1/0/8")).last)
    let right = update.token
    #expect(right.count == 8)
    var wrong = (0..<8).map { Array(right.prefix($0)) } + [Array(right.reversed())]
    for bit in 0..<64 {
      var token = right
      token[bit / 8] ^= 1 << UInt8(bit % 8)
      wrong.append(token)
    }
    for token in wrong where token != right {
      let answer = Datagram(.acknowledgement, .notFound, id: update.id, token: token)
      #expect(device.deliver(answer).isEmpty)
    }
    #expect(device.takeEvents() == [])
    device.deliver(Datagram(.acknowledgement, .changed, id: update.id, token: right))
    #expect(device.takeEvents() == [[11, 0]])
  }

  @Test(
    "4.1 RFC 7252 5.3.1: the device's tokens are eight random bytes, no two alike, in every life")
  func unpredictable() {
    var seen: Set<[UInt8]> = []
    var ones = [Int](repeating: 0, count: 64)
    for seed in 1...40 as ClosedRange<UInt64> {
      let world = World(chance: .seeded(seed))
      world.register()
      for _ in 0..<50 {
        world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
        world.answer(.changed)
      }
      for token in world.sent.map(\.token) {
        #expect(token.count == 8)
        seen.insert(token)
        for bit in 0..<64 { ones[bit] += Int(token[bit / 8] >> UInt8(bit % 8) & 1) }
      }
    }
    #expect(seen.count == 40 * 51)
    #expect(ones.allSatisfy { (900...1140).contains($0) }, "\(ones)")
  }
}
