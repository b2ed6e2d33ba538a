import CoAPExchange
import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let dimmer = Path(3311, 0, 5851)

private func device() -> ServedDevice {
  ServedDevice([
    .one(dimmer, .integer, .integer(10)), .one(Path(3311, 0, 5750), .string, .text("a"), room: 8),
    .one(Path(3311, 0, 5900), .opaque, .bytes([1]), room: 8),
    .many(Path(3311, 0, 11), .integer, [(1, .integer(1))]), .action(Path(3311, 0, 5605)),
  ])
}

/// Bytes of a message whose header says otherwise than its rest.
struct Malformed: CustomStringConvertible, Sendable {
  let name: String
  /// Everything behind the type, which a test chooses: token length, code, ID, rest.
  let tokenLength: UInt8
  let code: UInt8
  let rest: [UInt8]
  let cause: DropCause

  init(_ name: String, _ cause: DropCause, tokenLength: UInt8 = 0, code: UInt8 = 1, _ rest: [UInt8])
  {
    self.name = name
    self.cause = cause
    self.tokenLength = tokenLength
    self.code = code
    self.rest = rest
  }

  func bytes(_ type: MessageType) -> [UInt8] {
    [0x40 | type.rawValue << 4 | tokenLength, code, 0x12, 0x34] + rest
  }

  var description: String { name }

  static let all: [Malformed] =
    (9...15).map {
      Malformed(
        "token length \($0)", .tokenLength, tokenLength: $0, [UInt8](repeating: 0, count: 20))
    } + [
      Malformed("token cut short", .tokenLength, tokenLength: 4, [1, 2, 3]),
      Malformed("option delta 15", .option, [0xF0, 1]),
      Malformed("option length 15", .option, [0x0F, 1]),
      Malformed("option value cut short", .option, [0xB4, 51, 51, 49]),
      Malformed("extended delta cut short", .option, [0xD0]),
      Malformed("extended length cut short", .option, [0xBE, 1]),
      Malformed("option number above 65535", .option, [0xE0, 0xFF, 0xFF, 0xE0, 0xFF, 0xFF]),
      Malformed("payload marker without payload", .payload, [0xFF]),
      Malformed("payload marker behind options", .payload, [0xB1, 51, 0xFF]),
      Malformed("class 1", .codeClass, code: 0x21, []),
      Malformed("class 3", .codeClass, code: 0x61, []),
      Malformed("class 6", .codeClass, code: 0xC1, []),
      Malformed("class 7", .codeClass, code: 0xE1, []),
      Malformed("empty with a token", .codeClass, tokenLength: 1, code: 0, [1]),
      Malformed("empty with an option", .codeClass, code: 0, [0xB1, 51]),
      Malformed("empty with a payload", .codeClass, code: 0, [0xFF, 1]),
    ]
}

@Suite struct MalformedDatagramTests {
  @Test(
    "4.1 RFC 7252 3, 4.1 RFC 7252 4.2: confirmable and malformed is rejected with a Reset",
    arguments: Malformed.all)
  func confirmable(malformed: Malformed) {
    let device = device()
    #expect(
      device.deliver(malformed.bytes(.confirmable)) == [Datagram(.reset, .empty, id: 0x1234)])
    #expect(device.dropped(malformed.cause) == 1)
    #expect(device.get("/3311/0/5851").text == "10")
  }

  @Test(
    "4.1 RFC 7252 3: malformed and anything else is ignored, and counted", arguments: Malformed.all)
  func others(malformed: Malformed) {
    let device = device()
    for type in [MessageType.nonConfirmable, .acknowledgement, .reset] {
      #expect(device.deliver(malformed.bytes(type)).isEmpty)
    }
    #expect(device.dropped(malformed.cause) == 3)
    #expect(device.get("/3311/0/5851").text == "10")
  }

  @Test("What is shorter than a header is ignored", arguments: 0...3)
  func short(length: Int) {
    let device = device()
    #expect(device.deliver(Array([0x40, 1, 2, 3].prefix(length))).isEmpty)
    #expect(device.dropped(.short) == 1)
  }

  @Test(
    "4.1 RFC 7252 3: another version is ignored without a word", arguments: [0, 2, 3] as [UInt8])
  func version(version: UInt8) {
    let device = device()
    var bytes = device.request(.get, "/3311/0/5851").bytes
    bytes[0] = bytes[0] & 0x3F | version << 6
    #expect(device.deliver(bytes).isEmpty)
    #expect(device.dropped(.version) == 1)
  }

  @Test("4.1 RFC 7252 4.2: a ping is answered by a Reset")
  func ping() {
    let device = device()
    let answer = device.deliver(Datagram(.confirmable, .empty, id: 0xBEEF))
    #expect(answer == [Datagram(.reset, .empty, id: 0xBEEF)])
    #expect(device.deliver(Datagram(.nonConfirmable, .empty, id: 1)).isEmpty)
  }

  @Test("Requests in acknowledgements and Resets are ignored")
  func requestsInReplies() {
    let device = device()
    for type in [MessageType.acknowledgement, .reset] {
      #expect(device.deliver(device.request(.get, "/3311/0/5851", type: type)).isEmpty)
    }
    #expect(device.dropped(.codeClass) == 2)
  }

  @Test(
    "4.1 RFC 7252 4.2: a response nobody asked for is rejected when it wants an acknowledgement")
  func unmatched() {
    let device = device()
    let message = Datagram(.confirmable, .content, id: 9, token: [1])
    #expect(device.deliver(message) == [Datagram(.reset, .empty, id: 9)])
    for type in [MessageType.nonConfirmable, .acknowledgement] {
      #expect(device.deliver(Datagram(type, .content, id: 9, token: [1])).isEmpty)
    }
    #expect(device.deliver(Datagram(.acknowledgement, .empty, id: 9)).isEmpty)
    #expect(device.deliver(Datagram(.reset, .empty, id: 9)).isEmpty)
    #expect(device.dropped(.unmatched) == 5)
  }

  @Test(
    "4.1 RFC 7252 5.3.2: only the server is heard",
    arguments: [
      PeerAddress(family: 4, high: 0x7F00_0002, low: 0, port: 5683),
      PeerAddress(family: 4, high: 0x7F00_0001, low: 0, port: 5684),
      PeerAddress(family: 6, high: 0x7F00_0001, low: 0, port: 5683),
      PeerAddress(family: 4, high: 0x7F00_0001, low: 1, port: 5683),
    ])
  func source(address: PeerAddress) {
    let device = device()
    #expect(device.deliver(device.request(.get, "/3311/0/5851").bytes, from: address).isEmpty)
    #expect(device.deliver(Datagram(.confirmable, .empty, id: 1).bytes, from: address).isEmpty)
    #expect(device.deliver(Malformed.all[0].bytes(.confirmable), from: address).isEmpty)
    #expect(device.dropped(.source) == 3)
  }

  @Test("Requests to a device that is not registered are ignored, a ping is not")
  func early() {
    let device = device()
    device.deregister()
    #expect(device.deliver(device.request(.get, "/3311/0/5851")).isEmpty)
    #expect(device.dropped(.early) == 1)
    let answer = device.deliver(Datagram(.confirmable, .empty, id: 7))
    #expect(answer == [Datagram(.reset, .empty, id: 7)])
  }
}

@Suite struct RandomDatagramTests {
  private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(roll(256)) } }
  }

  /// A request with plausible parts, so that most get far.
  private func plausible(_ dice: inout Dice) -> [UInt8] {
    let paths = [
      "/3311/0/5851", "/3311/0/5750", "/3311/0/5900", "/3311/0/11", "/3311/0/5605", "/3311/0",
      "/3311", "/3/0", "/1/0/1", "/0/0/0", "/9", "", "/3311/0/5851/0",
    ]
    var options = Datagram.Field.path(paths[dice.roll(paths.count)])
    if dice.roll(2) == 0 { options.append(.format([0, 42, 40, 1542, 11542][dice.roll(5)])) }
    if dice.roll(4) == 0 { options.append(.accept([0, 42, 40, 1542, 11542, 60][dice.roll(6)])) }
    if dice.roll(4) == 0 { options.append(.observe(dice.roll(3))) }
    if dice.roll(6) == 0 {
      let queries = ["pmin=1", "pmax=2", "gt=3", "lt=1", "st=0.1", "pmin", "gt=1e999", "st="]
      options.append(.query(queries[dice.roll(queries.count)]))
    }
    if dice.roll(12) == 0 { options.append(.raw(UInt16(dice.roll(70)), dice.bytes(dice.roll(5)))) }
    let payloads: [[UInt8]] = [
      [], [0x31], [0xE1, 0x16, 0xDB, 1], [0x86, 11, 0x41, 1, 9, 0x41, 2, 9],
      [0x04, 0, 0xE1, 0x16, 0xDB, 5], Array("AQL/".utf8), dice.bytes(dice.roll(24)),
    ]
    let code = Code(rawValue: UInt8(1 + dice.roll(5)))
    let type: MessageType = dice.roll(4) == 0 ? .nonConfirmable : .confirmable
    return Datagram(
      type, code, id: UInt16(dice.roll(65536)), token: dice.bytes(dice.roll(9)), options: options,
      payload: payloads[dice.roll(payloads.count)]
    ).bytes
  }

  private func mutate(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<dice.roll(4) where !bytes.isEmpty {
      let place = dice.roll(bytes.count)
      switch dice.roll(4) {
      case 0: bytes[place] = UInt8(dice.roll(256))
      case 1: bytes[place] ^= 1 << UInt8(dice.roll(8))
      case 2: bytes.remove(at: place)
      default: bytes.insert(UInt8(dice.roll(256)), at: place)
      }
    }
    return dice.roll(8) == 0 ? Array(bytes.prefix(dice.roll(bytes.count + 1))) : bytes
  }

  @Test(
    "Whatever arrives, the device answers at most what it must, and goes on",
    arguments: [
      Consultation(), Consultation(beforeRead: true, afterWrite: true, executes: true),
      Consultation(beforeRead: true, beforeWrite: true, executes: true, mayDefer: true),
    ], 1...2 as ClosedRange<UInt64>)
  func survives(consultation: Consultation, seed: UInt64) {
    var dice = Dice(state: seed)
    let device = ServedDevice(
      [
        .one(dimmer, .integer, .integer(10)),
        .one(Path(3311, 0, 5750), .string, .text("a"), room: 8),
        .one(Path(3311, 0, 5900), .opaque, .bytes([1]), room: 8),
        .many(Path(3311, 0, 11), .integer, [(1, .integer(1))]), .action(Path(3311, 0, 5605)),
      ], consultation: consultation)
    device.verdict = { _ in
      switch dice.roll(8) {
      case 0: .refused(.forbidden)
      case 1: .pending
      default: .agreed
      }
    }
    if !consultation.mayDefer { device.verdict = { _ in .agreed } }
    for round in 0..<16_000 {
      let bytes = mutate(plausible(&dice), &dice)
      for datagram in device.deliver(bytes) where datagram.type == .confirmable {
        if dice.roll(2) == 0 { device.acknowledge(datagram) } else { device.reset(datagram) }
      }
      if round % 16 == 0 { device.pass(UInt64(dice.roll(20_000))) }
      if dice.roll(32) == 0 { device.change(dimmer, .integer(Int64(dice.roll(100)))) }
      if dice.roll(32) == 0 { _ = device.notifyError(dimmer, ack: UInt16(1 + dice.roll(6))) }
      if dice.roll(8) == 0, let handle = device.handles.last {
        _ = device.respond(handle, dice.roll(2) == 0 ? nil : .forbidden)
      }
    }
    #expect(device.occupancy.observations <= 8 && device.occupancy.deferred <= 2)
    #expect(device.dropped(.early) == 0, "it stays registered, so requests get all the way")
    #expect(device.statistics[.requests] > 6_000)
  }
}
