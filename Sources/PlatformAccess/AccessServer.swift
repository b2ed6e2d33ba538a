import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The access server without its socket and clock: datagrams and instants in, datagrams, events
/// and one deadline out.
public struct AccessServer: Sendable {
  public let configuration: Configuration
  public var blockMistakes = BlockMistakes()
  /// Registered devices in the order they came.
  public internal(set) var sessions: [Session] = []
  var line: Line
  /// Bodies of Register and Update that are under way.
  var assemblies = BodyAssemblies()

  public init(_ configuration: Configuration = Configuration(), seed: UInt64) {
    self.configuration = configuration
    line = Line(.management, seed: seed)
  }

  /// A datagram arrived.
  public mutating func handle(datagram: [UInt8], from peer: Peer, now: Instant) {
    expire(now: now)
    if let arrival = line.receive(datagram, from: peer, now: now) {
      act(on: arrival, from: peer, now: now)
      line.settle(now: now)
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
    line.transmit()
  }

  public mutating func nextEvent() -> Event? {
    line.nextEvent()
  }

  public func session(named endpoint: String) -> Session? {
    sessions.first { $0.endpoint == endpoint }
  }

  /// Loses one registration without telling the device. `false` when it is not registered.
  public mutating func forget(_ endpoint: String) -> Bool {
    guard session(named: endpoint) != nil else { return false }
    report(.forgotten(endpoint: endpoint))
    end(endpoint)
    return true
  }

  /// Comes up again after a power failure: registrations, observations, recent messages and unfinished
  /// bodies are gone, and the message IDs are others.
  public mutating func restart() {
    for session in sessions { end(session.endpoint) }
    assemblies = BodyAssemblies()
    line.restart()
  }

  /// Asks something of a device; requests to one device go out one after another.
  /// `nil` when it is not registered.
  public mutating func submit(
    _ operation: Operation, path: Path, to endpoint: String, now: Instant
  ) -> RequestID? {
    guard let index = sessions.firstIndex(where: { $0.endpoint == endpoint }) else { return nil }
    let request = line.makeRequest(operation, path, origin: .command)
    sessions[index].commands.append(request)
    advance(now: now)
    return request.id
  }
}

extension AccessServer {
  mutating func report(_ event: Event) {
    line.report(event)
  }

  /// Takes the session away; what was still to be asked fails.
  mutating func end(_ endpoint: String) {
    guard let index = sessions.firstIndex(where: { $0.endpoint == endpoint }) else { return }
    let session = sessions.remove(at: index)
    let pending =
      (session.exchange.map { [$0.request] } ?? []) + session.continuations.map(\.request)
      + session.commands
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

  private mutating func act(on arrival: Line.Arrival, from peer: Peer, now: Instant) {
    switch arrival {
    case .acknowledgement(let message): receiveAcknowledgement(message, from: peer, now: now)
    case .reset(let message): receiveReset(message, from: peer, now: now)
    case .request(let message): answer(message, from: peer, now: now)
    case .response(let message): receiveResponse(message, from: peer, now: now)
    }
  }
}
