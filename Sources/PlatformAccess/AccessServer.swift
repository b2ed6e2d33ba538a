import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The access server without its socket and clock: datagrams and instants in, datagrams, events
/// and one deadline out.
public struct AccessServer: Sendable {
  public let configuration: Configuration
  /// Registered devices in the order they came.
  public internal(set) var sessions: [Session] = []
  var recent = RecentMessages()
  var random: RandomNumbers
  var nextMessageID: UInt16
  var nextRequest: UInt64 = 1
  private var outgoing: [Datagram] = []
  private var events: [Event] = []

  public init(_ configuration: Configuration = Configuration(), seed: UInt64) {
    self.configuration = configuration
    random = RandomNumbers(seed: seed)
    nextMessageID = UInt16(truncatingIfNeeded: random.next())
  }

  /// A datagram arrived.
  public mutating func handle(datagram: [UInt8], from peer: Peer, now: Instant) {
    expire(now: now)
    do {
      receive(try Message(parsing: datagram), from: peer, now: now)
    } catch {
      refuse(datagram, error, from: peer)
    }
    advance(now: now)
  }

  /// To be called at or after `deadline`; calling it earlier does nothing.
  public mutating func handleTimeout(now: Instant) {
    expire(now: now)
    for index in sessions.indices { checkExchange(at: index, now: now) }
    advance(now: now)
  }

  /// The earliest instant at which there is work.
  public var deadline: Instant {
    sessions.map(\.deadline).min() ?? .never
  }

  /// The next datagram to send.
  public mutating func transmit() -> Datagram? {
    outgoing.isEmpty ? nil : outgoing.removeFirst()
  }

  public mutating func nextEvent() -> Event? {
    events.isEmpty ? nil : events.removeFirst()
  }

  public func session(named endpoint: String) -> Session? {
    sessions.first { $0.endpoint == endpoint }
  }

  /// Asks something of a device; requests to one device go out one after another.
  /// `nil` when it is not registered.
  public mutating func submit(
    _ operation: Operation, path: Path, to endpoint: String, now: Instant
  ) -> RequestID? {
    guard let index = sessions.firstIndex(where: { $0.endpoint == endpoint }) else { return nil }
    let request = makeRequest(operation, path, origin: .command)
    sessions[index].commands.append(request)
    advance(now: now)
    return request.id
  }
}

extension AccessServer {
  mutating func send(_ bytes: [UInt8], to peer: Peer) {
    outgoing.append(Datagram(bytes: bytes, peer: peer))
  }

  mutating func report(_ event: Event) {
    events.append(event)
  }

  mutating func makeRequest(
    _ operation: Operation, _ path: Path, origin: Request.Origin
  ) -> Request {
    defer { nextRequest += 1 }
    return Request(
      id: RequestID(number: nextRequest), origin: origin, operation: operation, path: path)
  }

  /// Takes the session away; what was still to be asked fails.
  mutating func end(_ endpoint: String) {
    guard let index = sessions.firstIndex(where: { $0.endpoint == endpoint }) else { return }
    let session = sessions.remove(at: index)
    let pending = (session.exchange.map { [$0.request] } ?? []) + session.commands
    for request in pending {
      report(.failed(endpoint: endpoint, request, .sessionEnded))
    }
  }

  private mutating func expire(now: Instant) {
    for session in sessions where now >= session.expiry {
      report(.expired(endpoint: session.endpoint))
      end(session.endpoint)
    }
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

  mutating func sendReset(to messageID: UInt16, _ peer: Peer, reason: String) {
    send(Message(type: .reset, code: .empty, id: messageID).encoded(), to: peer)
    report(.reset(peer: peer, messageID: messageID, reason: reason))
  }

  private mutating func receive(_ message: Message, from peer: Peer, now: Instant) {
    switch message.type {
    case .acknowledgement: receiveAcknowledgement(message, from: peer, now: now)
    case .reset: receiveReset(message, from: peer, now: now)
    case .confirmable where message.code == .empty:
      send(Message(type: .reset, code: .empty, id: message.id).encoded(), to: peer)
      report(.pinged(peer: peer))
    case .nonConfirmable where message.code == .empty:
      report(.dropped(peer: peer, reason: "empty non-confirmable message"))
    case .confirmable, .nonConfirmable:
      receiveOnce(message, from: peer, now: now)
    }
  }

  /// Acts on a message unless it was here before; then the same answer leaves again.
  private mutating func receiveOnce(_ message: Message, from peer: Peer, now: Instant) {
    let key = RecentMessages.Key(message, from: peer)
    if let reply = recent.reply(to: key, now: now) {
      if let reply { send(reply, to: peer) }
      report(.duplicate(peer: peer, messageID: message.id))
      return
    }
    let before = outgoing.count
    if message.code.isRequest {
      answer(message, from: peer, now: now)
    } else {
      receiveResponse(message, from: peer, now: now)
    }
    let reply = outgoing.count > before ? outgoing[before].bytes : nil
    recent.remember(key, reply: reply, now: now)
  }
}
