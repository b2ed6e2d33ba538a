import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)
private let label = Path(3303, 0, 5701)
private let blob = Path(3303, 0, 5750)
private let digits = Path(3303, 0, 5751)
private let flag = Path(3303, 0, 5850)
private let action = Path(3303, 0, 5605)
private let secret = Path(3303, 0, 6000)
private let several = Path(3303, 1, 11)

private func device(_ profile: Profile = .standard) -> ServedDevice {
  ServedDevice(
    [
      .one(temperature, .float, .float(21.5)),
      .one(label, .string, .text("Cel")),
      .one(blob, .opaque, .bytes([1, 2, 0xFF])),
      .one(digits, .hexString, .text("0a1B")),
      .one(flag, .boolean, .boolean(true)),
      .one(secret, .integer, .integer(7), .writable),
      .action(action),
      .many(several, .integer, [(0, .integer(1)), (3, .integer(300))]),
    ], profile: profile)
}

@Suite struct ReadTests {
  @Test(
    "int-201, int-237: a resource without Accept is text, but opaque is octets",
    arguments: [
      ("/3303/0/5700", 0, "21.5"), ("/3303/0/5701", 0, "Cel"), ("/3303/0/5850", 0, "1"),
      ("/3303/0/5750", 42, "\u{1}\u{2}"), ("/3303/0/5751", 0, "\u{A}\u{1B}"),
      ("/1/0/1", 0, "86400"),
    ])
  func defaultFormat(path: String, format: Int, text: String) {
    let answer = device().get(path)
    #expect(answer.type == .acknowledgement)
    #expect(answer.code == .content)
    #expect(answer.format == format)
    #expect(answer.observe == nil)
    #expect(answer.payload.starts(with: Array(text.utf8)))
  }

  @Test(
    "int-203, int-222, int-223, int-237: anything wider than a single resource is TLV without Accept"
  )
  func wider() {
    let device = device()
    for path in ["/3303", "/3303/0", "/3303/1/11", "/3", "/1/0"] {
      let answer = device.get(path)
      #expect(answer.code == .content)
      #expect(answer.format == 11542)
    }
    #expect(device.get("/3303/1/11").payload == [0x87, 11, 0x41, 0, 1, 0x42, 3, 1, 44])
    // An object wraps each instance, an instance gives its resources bare.
    #expect(device.get("/3303/1").payload == [0x87, 11, 0x41, 0, 1, 0x42, 3, 1, 44])
    let object = device.get("/3303").payload
    #expect(
      object.suffix(12) == [0x08, 1, 9, 0x87, 11, 0x41, 0, 1, 0x42, 3, 1, 44])
  }

  @Test("Both TLV numbers are understood, and the answer has the one that was asked for")
  func tlvNumbers() {
    let device = device()
    for format in [11542, 1542] {
      let answer = device.get("/3303/0/5850", [.accept(format)])
      #expect(answer.code == .content)
      #expect(answer.format == format)
      #expect(answer.payload == [0xE1, 0x16, 0xDA, 1])
    }
  }

  @Test(
    "4.1 RFC 7252 5.10: an Accept the target cannot be given in is refused with 4.06",
    arguments: [
      ("/3303/0/5700", 42), ("/3303/0/5700", 11543), ("/3303/0/5700", 60), ("/3303/0/5700", 112),
      ("/3303/0", 0), ("/3303", 42), ("/3303/1/11", 0), ("/3303/0/5751", 42),
    ])
  func notAcceptable(path: String, accept: Int) {
    let answer = device().get(path, [.accept(accept)])
    #expect(answer.code == .notAcceptable)
    #expect(answer.payload.isEmpty)
  }

  @Test(
    "int-202: opaque in text is base64, and hexadecimal digits travel as the bytes they stand for")
  func textOfBuffers() {
    let device = device()
    #expect(device.get("/3303/0/5750", [.accept(0)]).text == "AQL/")
    #expect(device.get("/3303/0/5750", [.accept(42)]).payload == [1, 2, 0xFF])
    #expect(device.get("/3303/0/5751", [.accept(11542)]).payload == [0xE2, 0x16, 0x77, 0x0A, 0x1B])
  }

  @Test("What cannot be read is 4.05 by itself and left out of its instance")
  func unreadable() {
    let device = device()
    #expect(device.get("/3303/0/6000").code == .methodNotAllowed)
    #expect(device.get("/3303/0/5605").code == .methodNotAllowed)
    #expect(device.get("/1/0/8").code == .methodNotAllowed)
    let instance = device.get("/3303/0").payload
    #expect(
      !instance.indices.dropLast().contains { instance[$0] == 0x17 && instance[$0 + 1] == 0x70 })
  }

  @Test(
    "What is not there is 4.04, and so is what is no path at all",
    arguments: [
      "/3304", "/3303/2", "/3303/0/5702", "/3303/0/5700/0", "/03303/0/5700", "/3303/00/5700",
      "/3303/0/05700", "/65535", "/3303/65535", "/3303/0/65535", "/65536/0/0", "/99999", "/100000",
      "/3303/0/", "//0", "/3303//5700", "/3303/0/57a0", "/3303/-1", "/3303/+0/5700", "/ 3303",
      "/.well-known/core", "/rd", "/bs", "", "/",
    ])
  func missing(path: String) {
    let device = device()
    for code in [Code.get, .put, .post] { #expect(device.ask(code, path).code == .notFound) }
    // The root itself is there.
    #expect(device.ask(.delete, path).code == (path.isEmpty ? .methodNotAllowed : .notFound))
    #expect(device.get(path, [.accept(40)]).code == .notFound)
  }

  @Test(
    "int-221: the Security object is nobody's to see, whatever the method",
    arguments: [1, 2, 3, 4, 5, 6, 7, 8, 31] as [UInt8])
  func security(method: UInt8) {
    for path in ["/0", "/0/0", "/0/0/2", "/0/9/9", "/0/0/0/0", "/0/0/0/0/0", "/0/x", "/0/"] {
      #expect(device().ask(Code(rawValue: method), path).code == .unauthorized)
    }
    let device = device()
    #expect(device.get("/0/0", [.accept(40)]).code == .unauthorized)
    #expect(device.attributes("/0/0/0", "pmin=1") == 401)
  }

  @Test(
    "4.1 RFC 8132: a method this device does not have is 4.05, even without a path",
    arguments: [5, 6, 7, 8, 20, 31] as [UInt8])
  func unknownMethod(method: UInt8) {
    let device = device()
    for path in ["/3303/0/5700", "/3303", "", "/9/9/9", "/rd"] {
      #expect(device.ask(Code(rawValue: method), path).code == .methodNotAllowed)
    }
    // It costs no slot that an Execute may need.
    #expect(device.occupancy.duplicates == 5)
    #expect(device.ask(.post, "/3303/0/5605").code == .methodNotAllowed)
  }

  @Test("int-565, int-566, int-680, int-685: Create and Delete of /1 and /3 are 4.05")
  func createDelete() {
    let device = device()
    for path in ["/1", "/3"] {
      #expect(device.tlv(.post, path, [0xC1, 0, 1]).code == .methodNotAllowed)
      #expect(device.tlv(.post, path, [0x03, 1, 0xC1, 0, 1]).code == .methodNotAllowed)
    }
    for path in ["/1", "/1/0", "/3", "/3/0", "/3303/0/5700"] {
      #expect(device.ask(.delete, path).code == .methodNotAllowed)
    }
    #expect(device.ask(.put, "/3303").code == .methodNotAllowed)
  }

  @Test(
    "4.1 RFC 7252 5.2.2: a non-confirmable request gets a non-confirmable response with an ID of the device's own"
  )
  func nonConfirmable() {
    let device = device()
    let first = device.ask(.get, "/3303/0/5700", type: .nonConfirmable)
    let second = device.ask(.get, "/3303/0/9", type: .nonConfirmable)
    #expect(first.type == .nonConfirmable)
    #expect(first.code == .content)
    #expect(first.text == "21.5")
    #expect(second.code == .notFound)
    #expect(first.id != second.id)
    #expect(first.id < 0x4000 && second.id < 0x4000)
  }

  @Test("4.1 RFC 7252 5.3.1: any token comes back as it was sent", arguments: 0...8)
  func tokens(length: Int) {
    let device = device()
    for filler in [0, 1, 0x80, 0xFF] as [UInt8] {
      let token = [UInt8](repeating: filler, count: length)
      #expect(device.get("/3303/0/5700", token: token).code == .content)
    }
  }

  @Test("A value that cannot be encoded, or not even in the smallest blocks, is 5.00 and counted")
  func doesNotFit() {
    let device = ServedDevice([
      .one(temperature, .float, .float(.infinity)),
      .one(label, .string, .text(String(repeating: "x", count: 600))),
    ])
    #expect(device.get("/3303/0/5700").code == .internalServerError)
    device.bufferSize = 42
    let answer = device.observe("/3303/0/5701", token: [1])
    #expect(answer.code == .internalServerError)
    #expect(answer.observe == nil && answer.payload.isEmpty)
    #expect(device.occupancy.observations == 0)
    #expect(device.statistics[.sendBuffer].refused == 2)
    device.bufferSize = 43
    #expect(device.observe("/3303/0/5701", token: [1]).payload.count == 16)
    #expect(device.statistics[.sendBuffer].refused == 2)
  }

  @Test("The application refreshes each value before it is encoded, and only those")
  func refresh() {
    let device = ServedDevice(
      [
        .one(temperature, .float, .float(21.5)), .one(secret, .integer, .integer(7), .writable),
        .many(several, .integer, [(0, .integer(1)), (3, .integer(300))]),
      ], consultation: Consultation(beforeRead: true))
    device.verdict = { [unowned device] question in
      if question.resource.path == temperature { device.set(temperature, .float(22)) }
      return .agreed
    }
    #expect(device.get("/3303/0/5700").text == "22")
    #expect(device.takeConversation() == ["read /3303/0/5700"])
    device.get("/3303")
    #expect(
      device.takeConversation()
        == ["read /3303/0/5700", "read /3303/1/11[0]", "read /3303/1/11[1]"])
    device.get("/3/0")
    device.get("/1/0/1")
    #expect(device.takeConversation() == [])
  }

  @Test(
    "4.1 RFC 7641 4.1: a refused read is answered with the application's code, and nothing is observed"
  )
  func refused() {
    let device = ServedDevice(
      [.one(temperature, .float, .float(21.5))], consultation: Consultation(beforeRead: true))
    device.verdict = { _ in .refused(.serviceUnavailable) }
    let answer = device.observe("/3303/0/5700", token: [1])
    #expect(answer.code == .serviceUnavailable)
    #expect(answer.payload.isEmpty && answer.observe == nil)
    #expect(device.occupancy.observations == 0)
  }
}
