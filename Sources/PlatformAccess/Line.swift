import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What a server does with messages whatever they are about: duplicates, pings, rejections, and the
/// numbers of its own messages.
struct Line: Sendable {
  /// A message that is to be acted on.
  enum Arrival: Sendable {
    case acknowledgement(Message)
    case reset(Message)
    case request(Message)
    /// A response in a message of its own.
    case response(Message)
  }

  /// The message that is being acted on; the first datagram behind `mark` is its reply.
  private struct Open: Sendable {
    let key: RecentMessages.Key
    let mark: Int
    var isReplyLost = false
  }

  private let interface: Request.Interface
  private var recent = RecentMessages()
  private var open: Open?
  private var random: RandomNumbers
  private var nextMessageID: UInt16
  private var nextRequest: UInt64 = 1
  private var outgoing: [Datagram] = []
  private var events: [Event] = []

  init(_ interface: Request.Interface, seed: UInt64) {
    self.interface = interface
    random = RandomNumbers(seed: seed)
    nextMessageID = UInt16(truncatingIfNeeded: random.next())
  }

  // MARK: Out

  mutating func send(_ bytes: [UInt8], to peer: Peer) {
    outgoing.append(Datagram(bytes: bytes, peer: peer))
  }

  mutating func report(_ event: Event) {
    events.append(event)
  }

  mutating func sendReset(to messageID: UInt16, _ peer: Peer, reason: String) {
    send(Message(type: .reset, code: .empty, id: messageID).encoded(), to: peer)
    report(.reset(peer: peer, messageID: messageID, reason: reason))
  }

  mutating func acknowledge(_ message: Message, to peer: Peer) {
    guard message.type == .confirmable else { return }
    send(Message(type: .acknowledgement, code: .empty, id: message.id).encoded(), to: peer)
  }

  /// Answers a request in its acknowledgement, or by NON as it came. Block1 stands in the answer to each
  /// block; M in it says that this is not the last answer (RFC 7959 section 2.3). `size` goes as Size1.
  mutating func reply(
    _ code: Code, to request: Message, location: [String] = [], block: BlockOption? = nil,
    size: Int? = nil, _ peer: Peer
  ) {
    var message = Message(
      type: .acknowledgement, code: code, id: request.id, token: request.token)
    if request.type == .nonConfirmable {
      message.type = .nonConfirmable
      message.id = takeMessageID()
    }
    for segment in location { message.add(.locationPath, text: segment) }
    if let block = block?.rawValue ?? request.block(.block1).map({ $0.rawValue & ~8 }) {
      message.add(.block1, unsigned: block)
    }
    if let size { message.add(.size1, unsigned: UInt32(size)) }
    send(message.encoded(), to: peer)
  }

  mutating func transmit() -> Datagram? {
    outgoing.isEmpty ? nil : outgoing.removeFirst()
  }

  mutating func nextEvent() -> Event? {
    events.isEmpty ? nil : events.removeFirst()
  }

  // MARK: Numbers

  mutating func takeMessageID() -> UInt16 {
    defer { nextMessageID &+= 1 }
    return nextMessageID
  }

  mutating func takeToken() -> Token {
    Token(bits: random.next(), length: 4)
  }

  mutating func makeRequest(
    _ operation: Operation, _ path: Path, origin: Request.Origin
  ) -> Request {
    defer { nextRequest += 1 }
    return Request(
      id: RequestID(interface: interface, number: nextRequest), origin: origin,
      operation: operation, path: path)
  }

  /// The first transmission of `request`.
  mutating func start(
    _ request: Request, _ message: Message, of transfer: Transfer = .whole,
    limit: Milliseconds, begun: Instant? = nil, to peer: Peer, now: Instant
  ) -> Exchange {
    let span = UInt64(Exchange.longestWait.count - Exchange.shortestWait.count)
    let extra = UInt32(truncatingIfNeeded: random.next() % (span + 1))
    let exchange = Exchange(
      request, transfer, message: message,
      wait: Milliseconds(Exchange.shortestWait.count + extra), limit: limit, begun: begun, now: now)
    send(exchange.bytes, to: peer)
    return exchange
  }

  /// As after a power failure: nothing of the past is known, and the message IDs are others.
  mutating func restart() {
    recent = RecentMessages()
    nextMessageID = UInt16(truncatingIfNeeded: random.next())
  }

  // MARK: In

  /// `nil` when there is nothing to act on. What is returned is acted on, then `settle` called.
  mutating func receive(_ datagram: [UInt8], from peer: Peer, now: Instant) -> Arrival? {
    do {
      return arrival(of: try Message(parsing: datagram), from: peer, now: now)
    } catch {
      refuse(datagram, error, from: peer)
      return nil
    }
  }

  /// Keeps the reply to the message acted on, for its duplicates.
  mutating func settle(now: Instant) {
    guard let open else { return }
    let reply = outgoing.count > open.mark ? outgoing[open.mark].bytes : nil
    recent.remember(open.key, reply: reply, now: now)
    if open.isReplyLost, reply != nil { outgoing.remove(at: open.mark) }
    self.open = nil
  }

  /// The reply to the message acted on does not leave; a duplicate gets it.
  mutating func loseReply() {
    open?.isReplyLost = true
  }

  private mutating func arrival(
    of message: Message, from peer: Peer, now: Instant
  ) -> Arrival? {
    switch message.type {
    case .acknowledgement: return .acknowledgement(message)
    case .reset: return .reset(message)
    case .confirmable where message.code == .empty:
      send(Message(type: .reset, code: .empty, id: message.id).encoded(), to: peer)
      report(.pinged(peer: peer))
    case .nonConfirmable where message.code == .empty:
      report(.dropped(peer: peer, reason: "empty non-confirmable message"))
    case .confirmable, .nonConfirmable:
      guard !isDuplicate(message, from: peer, now: now) else { return nil }
      return message.code.isRequest ? .request(message) : .response(message)
    }
    return nil
  }

  /// The answer to a message that was here before leaves again.
  private mutating func isDuplicate(
    _ message: Message, from peer: Peer, now: Instant
  ) -> Bool {
    let key = RecentMessages.Key(message, from: peer)
    guard let reply = recent.reply(to: key, now: now) else {
      open = Open(key: key, mark: outgoing.count)
      return false
    }
    if let reply { send(reply, to: peer) }
    report(.duplicate(peer: peer, messageID: message.id))
    return true
  }

  /// A datagram that is no message. A confirmable one is rejected when its header can be read
  /// (RFC 7252 section 4.2).
  private mutating func refuse(_ datagram: [UInt8], _ error: MessageError, from peer: Peer) {
    let header = try? MessageHeader(parsing: datagram.span)
    if let header, header.type == .confirmable {
      // An empty CON may be well-formed but for its length; its RST is the same.
      sendReset(to: header.id, peer, reason: "malformed message: \(error)")
    } else {
      report(.dropped(peer: peer, reason: "malformed message: \(error)"))
    }
  }
}
