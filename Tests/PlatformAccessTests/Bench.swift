import CoAPWire
import LwM2MModel
import NBIoTBytes

@testable import PlatformAccess

/// A server with one device's end of the line, in virtual time.
struct Bench {
  var server: AccessServer
  var now = Instant(milliseconds: 1_000_000)
  var peer = Peer(host: .ipv4(0x7F00_0001), port: 40_000)
  /// Not the start of the server's own message IDs.
  var nextID: UInt16 = 100
  var events: [Event] = []

  static let endpoint = "867725030106226;460040000000001"

  init(_ configuration: Configuration = Configuration(), seed: UInt64 = 7) {
    server = AccessServer(configuration, seed: seed)
  }

  /// Milliseconds since the bench was set up.
  var time: UInt64 { now.milliseconds - 1_000_000 }

  /// Hands `message` over and returns what the server sent because of it.
  mutating func give(_ message: Message) -> [Message] {
    server.handle(datagram: message.encoded(), from: peer, now: now)
    return collect()
  }

  mutating func collect() -> [Message] {
    while let event = server.nextEvent() { events.append(event) }
    var messages: [Message] = []
    while let datagram = server.transmit() {
      if let message = try? Message(parsing: datagram.bytes) { messages.append(message) }
    }
    return messages
  }

  mutating func pass(_ milliseconds: UInt32) -> [Message] {
    now = now + Milliseconds(milliseconds)
    server.handleTimeout(now: now)
    return collect()
  }

  /// Goes to the next deadline and returns what is sent there.
  mutating func passToDeadline() -> [Message] {
    now = server.deadline
    server.handleTimeout(now: now)
    return collect()
  }

  mutating func request(
    _ code: Code, _ path: [String], query: [String] = [], payload: String = "",
    type: MessageType = .confirmable
  ) -> Message {
    nextID += 1
    var message = Message(
      type: type, code: code, id: nextID, token: Token(bits: UInt64(nextID), length: 2))
    for segment in path { message.add(.uriPath, text: segment) }
    for part in query { message.add(.uriQuery, text: part) }
    if !payload.isEmpty {
      message.add(.contentFormat, unsigned: 40)
      message.payload = [UInt8](payload.utf8)
    }
    return message
  }

  static let objects = #"</>;rt="oma.lwm2m",</1/0>,</3/0>,</3303/0>,</3303/1>,</3311/0>"#

  mutating func register(
    _ endpoint: String = Bench.endpoint, lifetime: Int = 300, objects: String = Bench.objects,
    authCode: String? = nil
  ) -> [Message] {
    var message = request(
      .post, ["rd"], query: ["ep=\(endpoint)", "b=U", "lt=\(lifetime)"], payload: objects)
    if let authCode { message.add(.authCode, text: authCode) }
    return give(message)
  }

  /// Answers one request of the server; an Observe is accepted.
  mutating func answer(
    _ request: Message, _ code: Code = .content, payload: [UInt8] = [], format: UInt32? = nil
  ) -> [Message] {
    var message = Message(
      type: .acknowledgement, code: code, id: request.id, token: request.token)
    if code.isSuccess, request.unsigned(.observe) == 0 { message.add(.observe, unsigned: 1) }
    if let format { message.add(.contentFormat, unsigned: format) }
    message.payload = payload
    return give(message)
  }

  /// Registers and answers all automatic requests; returns them as "Observe /3303/0".
  mutating func prepare(objects: String = Bench.objects) -> [String] {
    var asked: [String] = []
    var pending = [Message](register(objects: objects).dropFirst())
    while let request = pending.popLast() {
      asked.append(request.summary)
      pending = answer(request)
    }
    return asked
  }

  /// The token of the observation of `path`.
  func token(of path: Path) -> Token {
    server.sessions.first?.observations.first { $0.path == path }?.token ?? Token()
  }

  mutating func notification(
    _ token: Token, type: MessageType = .nonConfirmable, sequence: UInt32 = 2,
    payload: [UInt8] = [0xE4, 0x16, 0x44, 0x41, 0xBC, 0, 0]
  ) -> Message {
    nextID += 1
    var message = Message(type: type, code: .content, id: nextID, token: token)
    message.add(.observe, unsigned: sequence)
    message.add(.contentFormat, unsigned: 11542)
    message.payload = payload
    return message
  }
}

extension Message {
  var path: String { "/" + texts(of: .uriPath).joined(separator: "/") }

  var summary: String {
    if unsigned(.observe) == 0 { return "Observe \(path)" }
    if unsigned(.observe) == 1 { return "Cancel \(path)" }
    if unsigned(.accept) == 40 { return "Discover \(path)" }
    return code == .get ? "Read \(path)" : "\(code.decimal) \(path)"
  }
}
