import CoAPWire
import LwM2MModel
import NBIoTBytes

@testable import PlatformAccess

/// A bootstrap server and a device that answers as it is told, in virtual time.
struct BootstrapBench {
  var server: BootstrapServer
  var now = Instant(milliseconds: 1_000_000)
  let peer = Peer(host: .ipv4(0x7F00_0001), port: 40_000)
  var events: [Event] = []
  private var nextID: UInt16 = 100

  static let account = "coap://127.0.0.1:5683"

  init(
    _ orders: [BootstrapOrder] = .onenet, mistake: BootstrapMistake? = nil, times: UInt32? = nil,
    configuration: Configuration = Configuration()
  ) {
    var plan = BootstrapPlan()
    plan.orders = orders
    plan.accounts = [BootstrapPlan.everybody: BootstrapBench.account]
    plan.set(mistake, times: times)
    server = BootstrapServer(configuration, plan, seed: 11)
  }

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

  mutating func passToDeadline() -> [Message] {
    now = server.deadline
    server.handleTimeout(now: now)
    return collect()
  }

  mutating func request(
    _ endpoint: String? = Bench.endpoint, code: Code = .post, path: [String] = ["bs"]
  ) -> Message {
    nextID += 1
    var message = Message(
      type: .confirmable, code: code, id: nextID, token: Token(bits: UInt64(nextID), length: 2))
    for segment in path { message.add(.uriPath, text: segment) }
    if let endpoint { message.add(.uriQuery, text: "ep=\(endpoint)") }
    return message
  }

  /// Asks for a bootstrap and returns what the server sends.
  mutating func ask() -> [Message] {
    give(request())
  }

  mutating func answer(_ order: Message, _ code: Code = .changed) -> [Message] {
    give(Message(type: .acknowledgement, code: code, id: order.id, token: order.token))
  }

  /// Asks, and answers every order with what fits it; returns them as "403 /0/0 11542".
  mutating func run() -> [String] {
    var asked: [String] = []
    var pending = [Message](ask().dropFirst())
    while let order = pending.popLast() {
      asked.append(order.orderSummary)
      pending = answer(order, order.code == .get ? .content : .changed)
    }
    return asked
  }
}

extension Message {
  /// Method, path and format of an order.
  var orderSummary: String {
    let methods = ["empty", "GET", "POST", "PUT", "DELETE"]
    let method = methods.indices.contains(Int(code.rawValue)) ? methods[Int(code.rawValue)] : "?"
    let format = contentFormat.map { " \($0.rawValue)" } ?? ""
    return "\(method) \(path)\(format)"
  }
}
