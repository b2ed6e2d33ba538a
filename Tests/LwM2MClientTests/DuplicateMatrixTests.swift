import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let number = Path(16, 0, 1)

/// A device with everything a server can ask for, and an application that agrees to it.
private func device() -> ServedDevice {
  let device = ServedDevice(
    [
      .one(Path(16, 0, 0), .string, .text("a"), room: 400), .one(number, .integer, .integer(1)),
      .action(Path(16, 0, 2)), .one(Path(16, 3, 0), .string, .text("b"), room: 16),
      .one(Path(5, 0, 0), .opaque, .bytes([]), .writable | .streamed),
    ],
    consultation: Consultation(
      beforeWrite: true, executes: true, mayDefer: true, reboots: true, creates: true,
      removes: true), duplicates: 32, body: 400)
  device.verdict = { [unowned device] question in
    let path = question.resource.path
    guard question.kind == .create else { return .agreed }
    _ = device.bring(.one(Path(path.object, path.instance, 0), .string, .text("-"), room: 16))
    return .agreed
  }
  return device
}

/// A request, what it is answered, and what the application hears of it.
private struct Asked: CustomStringConvertible {
  let method: Code
  let path: String
  var options: [Datagram.Field] = []
  var payload: [UInt8] = []
  let code: Code
  var heard: [String] = []

  var description: String { "\(method.decimal) \(path) \(payload)" }

  static let all = [
    Asked(method: .get, path: "/16/0/1", code: .content),
    Asked(method: .get, path: "/16", options: [.accept(40)], code: .content),
    Asked(method: .get, path: "/16/0/1", options: [.observe(0)], code: .content),
    Asked(method: .get, path: "/16/0/1", options: [.observe(1)], code: .content),
    Asked(method: .get, path: "/16/9", code: .notFound),
    Asked(
      method: .put, path: "/16/0/1", options: [.format(0)], payload: [0x37], code: .changed,
      heard: ["write /16/0/1"]),
    Asked(
      method: .put, path: "/16/0", options: [.format(11542)], payload: [0xC1, 1, 8],
      code: .changed, heard: ["write /16/0/1"]),
    Asked(
      method: .post, path: "/16/0", options: [.format(11542)], payload: [0xC1, 1, 9],
      code: .changed, heard: ["write /16/0/1"]),
    Asked(
      method: .put, path: "/16/0/1", options: [.format(0)], payload: [0x78], code: .badRequest),
    Asked(method: .put, path: "/16/0/1", options: [.query("pmin=1")], code: .changed),
    Asked(
      method: .post, path: "/16/0/2", payload: [0x35], code: .changed,
      heard: ["execute /16/0/2 5"]),
    Asked(method: .post, path: "/16/0/1", code: .methodNotAllowed),
    Asked(method: .post, path: "/3/0/4", code: .changed),
    Asked(method: .post, path: "/1/0/8", code: .changed),
    Asked(
      method: .post, path: "/16", options: [.format(11542)], payload: [0xC1, 0, 97],
      code: .created, heard: ["create /16/1", "write /16/1/0"]),
    Asked(method: .delete, path: "/16/3", code: .deleted, heard: ["remove /16/3"]),
    Asked(method: .delete, path: "/16", code: .methodNotAllowed),
    Asked(method: .post, path: "/0/0/1", code: .unauthorized),
    Asked(
      method: .put, path: "/16/0/0", options: [.format(0), .number(.block1, 8)],
      payload: pattern(16), code: .continue),
    Asked(
      method: .put, path: "/5/0/0", options: [.format(42), .number(.block1, 8)],
      payload: pattern(16), code: .continue, heard: ["block /5/0/0 16"]),
    Asked(method: Code(rawValue: 5), path: "/16", payload: [1], code: .methodNotAllowed),
  ]
}

@Suite struct DuplicateMatrixTests {
  @Test(
    "4.1 RFC 7252 4.5: each kind of request, five times within EXCHANGE_LIFETIME: one answer, done once",
    arguments: Asked.all, [MessageType.confirmable, .nonConfirmable])
  fileprivate func five(_ asked: Asked, type: MessageType) {
    let device = device()
    let request = device.request(
      asked.method, asked.path, asked.options, type: type, payload: asked.payload)
    var answers: [Datagram] = []
    for time in 0..<5 {
      let sent = device.deliver(request)
      #expect(sent.first?.code == asked.code && sent.first?.token == request.token)
      #expect(time == 0 || sent.count == 1, "what follows a request follows it once")
      answers += sent.prefix(1)
      // What the device sends on its own account is answered at once.
      for own in sent.dropFirst() where own.type == .confirmable {
        device.deliver(Datagram(.acknowledgement, .changed, id: own.id, token: own.token))
      }
      device.pass(60_000)
    }
    #expect(device.takeConversation() == asked.heard)
    #expect(device.statistics[.duplicates] == 4 && device.statistics[.requests] >= 1)
    guard type == .confirmable, answers.first?.observe == nil else { return }
    #expect(Set(answers.map(\.bytes)).count == 1)
  }

  @Test("4.1 RFC 7252 4.5: the order in which copies come does not matter")
  func mixed() {
    let device = device()
    let first = device.request(.post, "/16/0/2", payload: [0x31])
    let second = device.request(.post, "/16/0/2", payload: [0x32])
    let third = device.request(.put, "/16/0/1", [.format(0)], payload: [0x33])
    for request in [first, second, first, third, second, third, first, second, first] {
      #expect(device.deliver(request).map(\.code) == [.changed])
    }
    #expect(
      device.takeConversation() == ["execute /16/0/2 1", "execute /16/0/2 2", "write /16/0/1"])
  }

  @Test("4.1 RFC 7252 4.5: an answer that comes later is one, however often it was asked for")
  func deferred() throws {
    let device = device()
    device.verdict = { _ in .pending }
    let request = device.request(.post, "/16/0/2")
    #expect(device.deliver(request).isEmpty && device.deliver(request).isEmpty)
    device.pass(1500)
    // The acknowledgement was lost: it goes out again, and nothing else.
    #expect(device.deliver(request) == [Datagram(.acknowledgement, .empty, id: request.id)])
    let late = try #require(device.respond(device.handles[0])?.first)
    device.acknowledge(late)
    #expect(device.deliver(request) == [Datagram(.acknowledgement, .empty, id: request.id)])
    #expect(device.takeConversation() == ["execute /16/0/2 "])
  }
}
