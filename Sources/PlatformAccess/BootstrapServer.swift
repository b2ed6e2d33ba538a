import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The bootstrap server without its socket and clock (LwM2M 1.0 section 5.2): it tells a device where
/// its access server is.
public struct BootstrapServer: Sendable {
  public let configuration: Configuration
  public var plan: BootstrapPlan
  /// Bootstraps that are under way, in the order they were asked for.
  public private(set) var runs: [BootstrapRun] = []
  private var line: Line

  public init(_ configuration: Configuration, _ plan: BootstrapPlan, seed: UInt64) {
    self.configuration = configuration
    self.plan = plan
    line = Line(.bootstrap, seed: seed)
  }

  /// A datagram arrived.
  public mutating func handle(datagram: [UInt8], from peer: Peer, now: Instant) {
    if let arrival = line.receive(datagram, from: peer, now: now) {
      act(on: arrival, from: peer, now: now)
      line.settle(now: now)
    }
    advance(now: now)
  }

  /// To be called at or after `deadline`; calling it earlier does nothing.
  public mutating func handleTimeout(now: Instant) {
    for run in runs { checkExchange(of: run, now: now) }
    advance(now: now)
  }

  /// The earliest instant at which there is work.
  public var deadline: Instant {
    runs.map(\.deadline).min() ?? .never
  }

  public mutating func transmit() -> Datagram? { line.transmit() }

  public mutating func nextEvent() -> Event? { line.nextEvent() }

  /// Asks something of a device behind what the list of orders still holds.
  /// `nil` when no bootstrap of it is under way.
  public mutating func submit(
    _ order: BootstrapOrder, to endpoint: String, now: Instant
  ) throws(WriteError) -> RequestID? {
    guard let index = runs.firstIndex(where: { $0.endpoint == endpoint }) else { return nil }
    let operation = try order.operation(account: runs[index].account)
    let request = line.makeRequest(operation, order.path, origin: .command)
    runs[index].commands.append(request)
    advance(now: now)
    return request.id
  }

  /// Comes up again after a power failure: no bootstrap is under way.
  public mutating func restart() {
    for run in runs { end(run) }
    line.restart()
  }
}

/// What devices send.
extension BootstrapServer {
  private mutating func act(on arrival: Line.Arrival, from peer: Peer, now: Instant) {
    switch arrival {
    case .request(let message): answer(message, from: peer)
    case .acknowledgement(let message):
      guard let index = run(from: peer, where: { $0.messageID == message.id }) else {
        line.report(
          .dropped(peer: peer, reason: "acknowledgement of nothing that is under way"))
        return
      }
      if message.code == .empty {
        acknowledged(at: index)
      } else {
        complete(at: index, with: message, now: now)
      }
    case .response(let message):
      guard let index = run(from: peer, where: { $0.token == message.token }) else {
        line.sendReset(to: message.id, peer, reason: "response to nothing that was asked")
        return
      }
      line.acknowledge(message, to: peer)
      complete(at: index, with: message, now: now)
    case .reset(let message):
      guard let index = run(from: peer, where: { $0.messageID == message.id }) else {
        line.report(.dropped(peer: peer, reason: "RST for nothing that is under way"))
        return
      }
      fail(at: index, .reset)
    }
  }

  private func run(from peer: Peer, where matches: (Exchange) -> Bool) -> Int? {
    runs.firstIndex { $0.peer == peer && $0.exchange.map(matches) == true }
  }

  private mutating func acknowledged(at index: Int) {
    runs[index].exchange?.acknowledge()
    if let request = runs[index].exchange?.request {
      line.report(.acknowledged(endpoint: runs[index].endpoint, request))
    }
  }

  private mutating func answer(_ message: Message, from peer: Peer) {
    let endpoint = Query(message)["ep"]
    do {
      try admit(message, from: peer)
    } catch {
      line.reply(error.code, to: message, peer)
      line.report(
        .answered(
          Event.Answer(
            peer: peer, endpoint: endpoint, operation: BootstrapServer.operation(of: message),
            code: error.code, location: nil, reason: error.reason)))
    }
  }

  private static func operation(of message: Message) -> String {
    message.texts(of: .uriPath) == ["bs"] && message.code == .post ? "Bootstrap" : "Request"
  }

  private mutating func admit(_ message: Message, from peer: Peer) throws(Refusal) {
    let (endpoint, account) = try checked(message)
    if let old = runs.first(where: { $0.endpoint == endpoint }) { end(old) }
    line.report(.bootstrapRequested(endpoint: endpoint, peer: peer))
    let mistake = plan.takeMistake()
    if let mistake { line.report(.mistaken(endpoint: endpoint, mistake)) }
    switch mistake {
    case .silence: return
    case .reset: line.sendReset(to: message.id, peer, reason: "on purpose")
    case .badRequest: throw Refusal(.badRequest, "on purpose")
    case .unsupportedFormat: throw Refusal(.unsupportedContentFormat, "on purpose")
    default:
      line.reply(.changed, to: message, peer)
      if mistake == .lostAcknowledgement { line.loseReply() }
      line.report(
        .answered(
          Event.Answer(
            peer: peer, endpoint: endpoint, operation: "Bootstrap", code: .changed,
            location: nil, reason: nil)))
      begin(BootstrapRun(endpoint, account: account, peer: peer, mistake: mistake))
    }
  }

  /// The endpoint and the URI of its account.
  private func checked(_ message: Message) throws(Refusal) -> (String, String) {
    try message.requireKnownOptions()
    guard message.texts(of: .uriPath) == ["bs"] else {
      throw Refusal(.notFound, "no such resource here")
    }
    guard message.code == .post else {
      throw Refusal(.methodNotAllowed, "not a request of the bootstrap interface")
    }
    guard let endpoint = Query(message)["ep"], !endpoint.isEmpty else {
      throw Refusal(.badRequest, "no endpoint name (ep=)")
    }
    guard message.payload.isEmpty else {
      throw Refusal(.unsupportedContentFormat, "a bootstrap request has no payload")
    }
    try configuration.authorize(message, endpoint)
    guard let account = plan.account(of: endpoint) else {
      throw Refusal(.badRequest, "no account for this endpoint")
    }
    return (endpoint, account)
  }
}

/// What is asked of devices.
extension BootstrapServer {
  private mutating func begin(_ run: BootstrapRun) {
    var run = run
    for order in run.mistake?.orders(of: plan.orders) ?? plan.orders {
      do {
        let operation = try order.operation(account: run.account)
        run.orders.append(
          line.makeRequest(
            run.mistake?.operation(for: operation) ?? operation, order.path, origin: .automatic))
      } catch {
        // Orders are tried when they are read; only an account that cannot be a value fails here.
        line.report(.bootstrapStopped(endpoint: run.endpoint, reason: "\(error)"))
        run.orders = []
        break
      }
    }
    runs.append(run)
  }

  private mutating func advance(now: Instant) {
    for index in runs.indices where runs[index].exchange == nil {
      guard let request = runs[index].takeNext() else { continue }
      let run = runs[index]
      let path = request.operation == .finish ? ["bs"] : request.path.identifiers.map { String($0) }
      let message = request.operation.message(
        path: path, id: line.takeMessageID(), token: line.takeToken())
      let exchange = line.start(
        request, message, limit: configuration.requestLimit, to: run.peer, now: now)
      runs[index].exchange = exchange
      line.report(.requested(endpoint: run.endpoint, request, attempt: 1))
      if run.mistake == .duplicates { line.send(exchange.bytes, to: run.peer) }
    }
  }

  private mutating func checkExchange(of run: BootstrapRun, now: Instant) {
    guard let index = runs.firstIndex(where: { $0.endpoint == run.endpoint }),
      var exchange = runs[index].exchange
    else { return }
    if now >= exchange.end {
      fail(at: index, .timeout(transmissions: exchange.transmissions))
    } else if exchange.retransmit(now: now) {
      runs[index].exchange = exchange
      line.send(exchange.bytes, to: run.peer)
      line.report(
        .requested(
          endpoint: run.endpoint, exchange.request, attempt: exchange.transmissions))
    }
  }

  private mutating func complete(at index: Int, with message: Message, now: Instant) {
    let run = runs[index]
    guard let exchange = run.exchange, message.token == exchange.token, message.code.isResponse
    else {
      line.report(.dropped(peer: run.peer, reason: "response with another token"))
      return
    }
    runs[index].exchange = nil
    line.report(
      .responded(
        endpoint: run.endpoint, exchange.request,
        Event.Response(
          code: message.code, format: message.contentFormat, payload: message.payload,
          values: PayloadReader.values(of: message, at: exchange.request.path),
          elapsed: now.since(exchange.begun), isObserving: false)))
    if !message.code.isSuccess {
      stop(at: index, after: exchange.request, "the device answered \(message.code.title)")
    } else if exchange.request.operation == .finish {
      line.report(.bootstrapped(endpoint: run.endpoint, account: run.account))
      end(runs[index])
    }
  }

  /// No answer, or RST: the device takes no part any more.
  private mutating func fail(at index: Int, _ failure: Event.Failure) {
    guard let request = runs[index].exchange?.request else { return }
    runs[index].exchange = nil
    line.report(.failed(endpoint: runs[index].endpoint, request, failure))
    stop(at: index, after: request, "\(request.title) \(request.place) failed")
    end(runs[index])
  }

  /// After a refusal commands may mend what is wrong; the list does not go on.
  private mutating func stop(at index: Int, after request: Request, _ reason: String) {
    guard request.origin == .automatic else { return }
    runs[index].orders = []
    line.report(.bootstrapStopped(endpoint: runs[index].endpoint, reason: reason))
  }

  private mutating func end(_ run: BootstrapRun) {
    runs.removeAll { $0.endpoint == run.endpoint }
    for request in run.pending {
      line.report(.failed(endpoint: run.endpoint, request, .sessionEnded))
    }
  }
}
