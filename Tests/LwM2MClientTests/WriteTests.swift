import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let dimmer = Path(3311, 0, 5851)
private let level = Path(3311, 0, 5820)
private let flag = Path(3311, 0, 5850)
private let name = Path(3311, 0, 5750)
private let blob = Path(3311, 0, 5900)
private let digits = Path(3311, 0, 5901)
private let fixed = Path(3311, 0, 5700)
private let bare = Path(3311, 0, 5751)
private let several = Path(3311, 0, 11)
private let action = Path(3311, 0, 5605)

private let resources: [Given] = [
  .one(dimmer, .integer, .integer(10)), .one(level, .float, .float(1)),
  .one(flag, .boolean, .boolean(false)), .one(name, .string, .text("a"), room: 4),
  .one(blob, .opaque, .bytes([1]), room: 4), .one(digits, .hexString, .text("00"), room: 5),
  .one(fixed, .integer, .integer(3), .readable), .one(bare, .string, .text("x")),
  .many(several, .integer, [(1, .integer(1)), (5, .integer(5))]), .action(action),
]

private func device(_ consultation: Consultation = Consultation()) -> ServedDevice {
  ServedDevice(resources, consultation: consultation)
}

@Suite struct WriteTests {
  @Test("int-205: text replaces a single resource")
  func text() {
    let device = device()
    #expect(device.put("/3311/0/5851", text: "-42").code == .changed)
    #expect(device.value(dimmer) == .integer(-42))
    #expect(device.put("/3311/0/5820", text: "2.5").code == .changed)
    #expect(device.value(level) == .float(2.5))
    #expect(device.put("/3311/0/5850", text: "1").code == .changed)
    #expect(device.value(flag) == .boolean(true))
    #expect(device.put("/3311/0/5750", text: "abcd").code == .changed)
    #expect(device.value(name) == .text("abcd"))
    #expect(device.put("/3311/0/5750", text: "").code == .changed)
    #expect(device.value(name) == .text(""))
  }

  @Test("Without Content-Format a resource is text and an instance TLV")
  func noFormat() {
    let device = device()
    #expect(device.ask(.put, "/3311/0/5851", payload: [0x37]).code == .changed)
    #expect(device.value(dimmer) == .integer(7))
    #expect(device.ask(.post, "/3311/0", payload: [0xE1, 0x16, 0xDB, 9]).code == .changed)
    #expect(device.value(dimmer) == .integer(9))
  }

  @Test("int-210: opaque takes octets, base64 in text, or TLV")
  func opaque() {
    let device = device()
    #expect(device.ask(.put, "/3311/0/5900", [.format(42)], payload: [1, 0, 9]).code == .changed)
    #expect(device.value(blob) == .bytes([1, 0, 9]))
    #expect(device.put("/3311/0/5900", text: "AQL/").code == .changed)
    #expect(device.value(blob) == .bytes([1, 2, 0xFF]))
    #expect(device.tlv(.put, "/3311/0/5900", [0xE1, 0x17, 0x0C, 8]).code == .changed)
    #expect(device.value(blob) == .bytes([8]))
    #expect(device.put("/3311/0/5900", text: "AQL").code == .badRequest)
    #expect(device.ask(.put, "/3311/0/5851", [.format(42)], payload: [1]).code == .badRequest)
    #expect(device.value(blob) == .bytes([8]))
  }

  @Test("int-215: both TLV numbers write, whether to a resource or to its instance")
  func tlv() {
    let device = device()
    for (format, number) in [(11542, UInt8(20)), (1542, 21)] {
      let payload = [0xE1, 0x16, 0xDB, number]
      for (code, path) in [(Code.put, "/3311/0/5851"), (.post, "/3311/0"), (.put, "/3311/0")] {
        device.set(dimmer, .integer(0))
        #expect(device.ask(code, path, [.format(format)], payload: payload).code == .changed)
        #expect(device.value(dimmer) == .integer(Int64(number)))
        device.pass(300_000)
      }
    }
  }

  @Test("An instance may be wrapped in its own record, but in no other")
  func wrapped() {
    let device = device()
    #expect(device.tlv(.post, "/3311/0", [0x04, 0, 0xE1, 0x16, 0xDB, 5]).code == .changed)
    #expect(device.value(dimmer) == .integer(5))
    #expect(device.tlv(.post, "/3311/0", [0x04, 1, 0xE1, 0x16, 0xDB, 6]).code == .badRequest)
    let behind: [UInt8] = [0x04, 0, 0xE1, 0x16, 0xDB, 7, 0xE1, 0x16, 0xDB, 8]
    #expect(device.tlv(.post, "/3311/0", behind).code == .badRequest)
    #expect(device.tlv(.put, "/3311/0/5851", [0x04, 0, 0xE1, 0x16, 0xDB, 8]).code == .badRequest)
    #expect(device.value(dimmer) == .integer(5))
  }

  @Test("4.3-10: unknown resources of an instance are passed over")
  func unknownResource() {
    let device = device()
    let payload: [UInt8] = [0xC1, 99, 1, 0x83, 98, 0x41, 0, 1, 0xE1, 0x16, 0xDB, 4]
    #expect(device.tlv(.post, "/3311/0", payload).code == .changed)
    #expect(device.value(dimmer) == .integer(4))
    #expect(device.stored.count == 1)
  }

  @Test("The instances of a multiple resource are written by their IDs")
  func multiple() {
    let device = device()
    #expect(
      device.tlv(.put, "/3311/0/11", [0x86, 11, 0x41, 5, 50, 0x41, 1, 10]).code == .changed)
    #expect(device.value(several, at: 0) == .integer(10))
    #expect(device.value(several, at: 1) == .integer(50))
    let unknown = device.tlv(.put, "/3311/0/11", [0x86, 11, 0x41, 5, 51, 0x41, 2, 11])
    #expect(unknown.code == .notFound)
    #expect(device.tlv(.put, "/3311/0/11", [0xC1, 11, 9]).code == .badRequest)
    #expect(device.tlv(.put, "/3311/0/5851", [0x83, 0xC5, 0x41, 0, 1]).code == .badRequest)
    #expect(device.put("/3311/0/11", text: "1").code == .unsupportedContentFormat)
    #expect(device.value(several, at: 1) == .integer(50))
  }

  @Test("int-256: what is read-only or has no storage is 4.05, and stays as it was")
  func readOnly() {
    let device = device()
    #expect(device.put("/3311/0/5700", text: "4").code == .methodNotAllowed)
    #expect(device.value(fixed) == .integer(3))
    #expect(device.put("/3311/0/5751", text: "y").code == .methodNotAllowed)
    #expect(device.value(bare) == .text("x"))
    #expect(device.put("/3311/0/5605", text: "y").code == .methodNotAllowed)
    #expect(device.put("/1/0/0", text: "2").code == .methodNotAllowed)
    #expect(device.get("/1/0/0").text == "1")
    #expect(device.put("/3/0/0", text: "me").code == .methodNotAllowed)
  }

  @Test(
    "A value of another type is 4.00",
    arguments: [
      ("5851", "1.5"), ("5851", ""), ("5851", "x"), ("5851", "9223372036854775808"),
      ("5851", "0x1"), ("5820", "abc"), ("5850", "2"), ("5850", "true"), ("5820", ""),
    ])
  func wrongType(resource: String, text: String) {
    let device = device()
    #expect(device.put("/3311/0/" + resource, text: text).code == .badRequest)
    #expect(device.stored.isEmpty)
  }

  @Test("4.1 RFC 3986: a string that is no UTF-8 is 4.00")
  func notUTF8() {
    let device = device()
    let answer = device.ask(.put, "/3311/0/5750", [.format(0)], payload: [0xC3, 0x28])
    #expect(answer.code == .badRequest)
  }

  @Test("Too long is 4.13, and nothing is stored")
  func tooLong() {
    let device = device()
    #expect(device.put("/3311/0/5750", text: "abcde").code == .requestEntityTooLarge)
    #expect(device.value(name) == .text("a"))
    let octets = device.ask(.put, "/3311/0/5900", [.format(42)], payload: [1, 2, 3, 4, 5])
    #expect(octets.code == .requestEntityTooLarge)
    // Two digits for each byte: five characters of room take two bytes.
    #expect(device.put("/3311/0/5901", text: "abc").code == .requestEntityTooLarge)
    #expect(device.put("/3311/0/5901", text: "ab").code == .changed)
    #expect(device.stored.count == 1)
  }

  @Test(
    "4.3-10: the whole payload is checked before anything is stored",
    arguments: [
      ([0xC9, 1, 2], Code.badRequest), ([0xE1, 0x16, 0xDA, 2], .badRequest),
      ([0xE3, 0x16, 0xDB, 1, 2, 3], .badRequest),
      ([0xE1, 0x16, 0x44, 4], .methodNotAllowed),
      ([0xE5, 0x16, 0x76, 97, 98, 99, 100, 101], .requestEntityTooLarge),
      ([0xE1, 0x16, 0x77, 97], .methodNotAllowed), ([0x83, 11, 0x41, 9, 1], .notFound),
      ([0xE1], .badRequest), ([0x41, 0, 1], .badRequest), ([0xE0, 0x16, 0xDB], .badRequest),
    ] as [([UInt8], Code)])
  func atomic(bad: [UInt8], code: Code) {
    let device = device()
    let good: [UInt8] = [0xE1, 0x16, 0xDB, 77]
    for method in [Code.post, .put] {
      #expect(device.tlv(method, "/3311/0", good + bad).code == code)
      #expect(device.stored.isEmpty)
      #expect(device.value(dimmer) == .integer(10))
    }
  }

  @Test(
    "4.1 RFC 7252 5.10: a Content-Format nobody can decode is 4.15",
    arguments: [40, 50, 60, 110, 112, 11543])
  func unsupportedFormat(format: Int) {
    let device = device()
    let answer = device.ask(.put, "/3311/0/5851", [.format(format)], payload: [0x31])
    #expect(answer.code == .unsupportedContentFormat)
    #expect(
      device.ask(.post, "/3311/0", [.format(0)], payload: [0x31]).code == .unsupportedContentFormat)
    #expect(
      device.ask(.post, "/3311/0", [.format(42)], payload: [0x31]).code
        == .unsupportedContentFormat)
    #expect(device.stored.isEmpty)
  }

  @Test("A written resource is reported to its observers at each level")
  func reported() {
    let device = device()
    for (index, path) in ["/3311", "/3311/0", "/3311/0/5851"].enumerated() {
      device.observe(path, token: [UInt8(index)])
    }
    let message = device.request(.put, "/3311/0/5851", [.format(0)], payload: [0x38])
    let sent = device.deliver(message)
    #expect(sent.map(\.code) == [.changed, .content, .content, .content])
    #expect(Set(sent.dropFirst().map(\.token)) == [[0], [1], [2]])
  }

  @Test("int-102: the lifetime the server writes is told in an Update at once, if it is one")
  func lifetime() {
    let device = device()
    for bad in ["14", "0", "-1", "268435456", "99999999999"] {
      #expect(device.put("/1/0/1", text: bad).code == .badRequest)
    }
    let sent = device.deliver(device.request(.put, "/1/0/1", [.format(0)], payload: [0x36, 0x30]))
    #expect(sent.map(\.code) == [.changed, .post])
    #expect(sent.last?.option(.uriQuery) == Array("lt=60".utf8))
    #expect(device.get("/1/0/1").text == "60")
  }
}

@Suite struct WriteConsultationTests {
  private let two: [UInt8] = [0xE1, 0x16, 0xDB, 6, 0xE1, 0x16, 0xDA, 1]

  @Test("The full form is asked about every value before any is stored")
  func asked() {
    let device = device(Consultation(beforeWrite: true, mayDefer: true))
    device.verdict = { [unowned device] _ in
      #expect(device.stored.isEmpty)
      return .agreed
    }
    #expect(device.tlv(.post, "/3311/0", two).code == .changed)
    #expect(device.takeConversation() == ["write /3311/0/5851", "write /3311/0/5850"])
    #expect(device.value(dimmer) == .integer(6))
    #expect(device.value(flag) == .boolean(true))
  }

  @Test("4.3-10: one refusal cancels all, and no more is asked")
  func refusal() {
    let device = device(Consultation(beforeWrite: true, mayDefer: true))
    let three = [0xE1, 0x16, 0x3C, 1] + two
    device.verdict = { question in
      question.resource.path == dimmer ? .refused(.forbidden) : .agreed
    }
    #expect(device.tlv(.post, "/3311/0", two).code == .forbidden)
    #expect(device.takeConversation() == ["write /3311/0/5851"])
    #expect(device.tlv(.post, "/3311/0", three).code == .forbidden)
    #expect(device.stored.isEmpty)
    #expect(device.occupancy.deferred == 0)
  }

  @Test("A payload that is wrong is not asked about")
  func wrongIsNotAsked() {
    let device = device(Consultation(beforeWrite: true, afterWrite: true, mayDefer: true))
    #expect(device.tlv(.post, "/3311/0", two + [0xE1]).code == .badRequest)
    #expect(device.put("/3311/0/5700", text: "1").code == .methodNotAllowed)
    #expect(device.takeConversation() == [])
  }

  @Test("The classic form is told about every value after all are stored")
  func told() {
    let device = device(Consultation(afterWrite: true))
    device.verdict = { [unowned device] _ in
      #expect(device.stored.count == 2)
      return .refused(.forbidden)
    }
    #expect(device.tlv(.post, "/3311/0", two).code == .changed)
    #expect(device.takeConversation() == ["wrote /3311/0/5851", "wrote /3311/0/5850"])
  }

  @Test("Each written instance of a multiple resource is a value of its own")
  func instances() {
    let device = device(Consultation(afterWrite: true))
    #expect(
      device.tlv(.post, "/3311/0", [0x86, 11, 0x41, 5, 50, 0x41, 1, 10]).code == .changed)
    #expect(device.takeConversation() == ["wrote /3311/0/11[1]", "wrote /3311/0/11[0]"])
  }

  @Test("A base64 value is decoded once, also when the application is asked first")
  func base64() {
    let device = device(Consultation(beforeWrite: true))
    #expect(device.put("/3311/0/5900", text: "AQL/").code == .changed)
    #expect(device.value(blob) == .bytes([1, 2, 0xFF]))
  }
}
