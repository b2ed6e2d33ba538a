import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let dimmer = Path(3311, 0, 5851)

private func device(_ profile: Profile = .standard) -> ServedDevice {
  ServedDevice([.one(dimmer, .integer, .integer(10))], profile: profile)
}

@Suite struct OptionsTests {
  @Test(
    "4.1 RFC 7252 5.4.1: an unknown critical option is 4.02",
    arguments: [1, 5, 9, 13, 19, 21, 63, 2049, 65535] as [UInt16])
  func unknownCritical(number: UInt16) {
    let device = device()
    for code in [Code.get, .put, .post] {
      #expect(device.ask(code, "/3311/0/5851", [.raw(number, [1])]).code == .badOption)
    }
    #expect(device.value(dimmer) == .integer(10))
  }

  @Test("4.1 RFC 7252 5.4.1: in a non-confirmable request it is ignored together with the request")
  func unknownCriticalNonConfirmable() {
    let device = device()
    let message = device.request(.get, "/3311/0/5851", [.raw(9)], type: .nonConfirmable)
    #expect(device.deliver(message).isEmpty)
    #expect(device.dropped(.option) == 1)
  }

  @Test(
    "4.1 RFC 7252 5.4.1: an elective option that is unknown, or wrong, or repeated is ignored",
    arguments: [
      [.raw(2, [1])], [.raw(4, [1, 2]), .raw(4, [3])], [.raw(14, [60])], [.raw(28)],
      [.raw(60, [0, 0, 0, 1])], [.raw(258, [26])], [.raw(65534)], [.raw(6, [0, 0, 0, 0])],
      [.raw(12, [1, 2, 3])], [.raw(12, [40]), .raw(12, [42])],
    ] as [[Datagram.Field]])
  func elective(options: [Datagram.Field]) {
    let answer = device().get("/3311/0/5851", options)
    #expect(answer.code == .content)
    #expect(answer.text == "10")
    #expect(answer.observe == nil)
  }

  @Test("Only the first Observe counts")
  func repeatedObserve() {
    let device = device()
    let answer = device.get("/3311/0/5851", [.observe(0), .observe(1)], token: [1])
    #expect(answer.observe != nil)
    #expect(device.occupancy.observations == 1)
  }

  @Test(
    "4.1 RFC 7252 5.4.1: a critical option that is repeated counts as unknown (section 5.4.5)",
    arguments: [
      [.accept(0), .accept(0)], [.raw(3, [97]), .raw(3, [97])], [.raw(7, [1]), .raw(7, [1])],
      [.raw(23, [0]), .raw(23, [0])], [.raw(27, [0]), .raw(27, [0])],
    ] as [[Datagram.Field]])
  func repeated(options: [Datagram.Field]) {
    #expect(device().get("/3311/0/5851", options).code == .badOption)
  }

  @Test(
    "4.1 RFC 7252 5.4.1: a critical option that is too long or too short counts as unknown (section 5.4.3)",
    arguments: [
      .raw(17, [0, 0, 0]), .raw(3), .raw(3, [UInt8](repeating: 97, count: 256)),
      .raw(7, [0, 22, 51]), .raw(11, [UInt8](repeating: 49, count: 256)),
      .raw(15, [UInt8](repeating: 97, count: 256)), .raw(23, [0, 0, 0, 0]),
      .raw(27, [0, 0, 0, 0]),
    ] as [Datagram.Field])
  func wrongLength(option: Datagram.Field) {
    #expect(device().get("/3311/0/5851", [option]).code == .badOption)
  }

  @Test("Uri-Host and Uri-Port may say where the device is")
  func hostAndPort() {
    let host = Datagram.Field.raw(3, Array("device.example".utf8))
    #expect(device().get("/3311/0/5851", [host, .raw(7, [0x16, 0x33])]).text == "10")
    let longest = Datagram.Field.raw(3, [UInt8](repeating: 97, count: 255))
    #expect(device().get("/3311/0/5851", [longest, .raw(7)]).text == "10")
  }

  @Test("This is no proxy")
  func proxy() {
    let uri = Datagram.Field.raw(35, Array("coap://[2001:db8::1]/3".utf8))
    #expect(device().get("/3311/0/5851", [uri]).code == .proxyingNotSupported)
    #expect(
      device().get("/3311/0/5851", [.raw(39, Array("coap".utf8))]).code == .proxyingNotSupported)
  }

  @Test(
    "4.1 RFC 7959 2.2, 4.1 RFC 7959 2.9.3: without a body buffer several blocks are 4.13, a later one 4.08, size 7 4.00"
  )
  func blocks() {
    let device = device()
    func put(_ block: [UInt8], _ payload: [UInt8] = [0x39]) -> Int32 {
      device.ask(.put, "/3311/0/5851", [.format(0), .raw(27, block)], payload: payload)
        .code.decimal
    }
    let whole = Array(repeating: UInt8(0x30), count: 16)
    #expect(put([0x08], whole) == 413)
    #expect(put([0x16]) == 408)
    #expect(put([0x18], whole) == 408)
    #expect(put([0x07]) == 400)
    #expect(put([0x0F]) == 400)
    #expect(device.value(dimmer) == .integer(10))
    #expect(put([0x06]) == 204)
    #expect(device.value(dimmer) == .integer(9))
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: of a short value Block2 gets the whole in block 0, and 4.00 behind it"
  )
  func block2() {
    let device = device()
    #expect(device.get("/3311/0/5851", [.raw(23, [])]).text == "10")
    #expect(device.get("/3311/0/5851", [.raw(23, [6])]).text == "10")
    #expect(device.get("/3311/0/5851", [.raw(23, [0x16])]).code == .badRequest)
    #expect(device.get("/3311/0/5851", [.raw(23, [7])]).code == .badRequest)
  }

  @Test("4.1 RFC 7252 5.4.1, 4.3-15: option 19 of an old draft is ignored for OneNET alone")
  func draftToken() {
    let token = Datagram.Field.raw(19, [1, 2])
    #expect(device(.onenet).get("/3311/0/5851", [token]).text == "10")
    #expect(device(.standard).get("/3311/0/5851", [token]).code == .badOption)
    // The Auth-Code goes to the server only.
    #expect(device(.onenet).get("/3311/0/5851", [.raw(63, [1])]).code == .badOption)
  }

  @Test("A request with an option that is refused does nothing")
  func refusedDoesNothing() {
    let device = device()
    let answer = device.ask(
      .put, "/3311/0/5851", [.format(0), .raw(9)], payload: [0x39])
    #expect(answer.code == .badOption)
    #expect(device.stored.isEmpty)
    let observe = device.get("/3311/0/5851", [.observe(0), .raw(9)])
    #expect(observe.code == .badOption)
    #expect(device.occupancy.observations == 0)
  }

  @Test(
    "4.1 RFC 7252 5.4.1: a response with an unknown critical option is rejected, and the request goes on"
  )
  func unknownCriticalInResponse() throws {
    let device = device()
    let update = try #require(device.deliver(device.request(.post, "/1/0/8")).last)
    func response(_ type: MessageType, _ options: [Datagram.Field]) -> Datagram {
      Datagram(type, .changed, id: update.id, token: update.token, options: options)
    }
    #expect(device.deliver(response(.acknowledgement, [.raw(9)])).isEmpty)
    #expect(device.deliver(response(.confirmable, [.raw(9)])).map(\.type) == [.reset])
    #expect(device.dropped(.option) == 2)
    #expect(device.pass(3000).map(\.sent) == [update])
    device.deliver(response(.acknowledgement, [.raw(27, [6]), .raw(10)]))
    #expect(device.takeEvents() == [[11, 0]])
  }
}
