import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Requests to devices: one at a time to each (RFC 7252 section 4.7, NSTART 1).
extension AccessServer {
  /// Starts what can be started on every device.
  mutating func advance(now: Instant) {
    for index in sessions.indices where sessions[index].exchange == nil {
      if !sessions[index].continuations.isEmpty {
        proceed(sessions[index].continuations.removeFirst(), at: index, now: now)
      } else if let request = nextRequest(at: index) {
        start(request, at: index, now: now)
      } else if let tally = sessions[index].automatic.finish() {
        report(
          .prepared(
            endpoint: sessions[index].endpoint, observed: tally.observed,
            discovered: tally.discovered, failed: tally.failed))
        advance(now: now)
      }
    }
  }

  private mutating func nextRequest(at index: Int) -> Request? {
    if let step = sessions[index].automatic.next() {
      return line.makeRequest(step.operation, step.path, origin: .automatic)
    }
    // The end of the sequence is reported before a command goes out.
    guard !sessions[index].automatic.isRunning || sessions[index].automatic.isPaused else {
      return nil
    }
    return sessions[index].commands.isEmpty ? nil : sessions[index].commands.removeFirst()
  }

  private mutating func start(_ request: Request, at index: Int, now: Instant) {
    var message = message(for: request, token(for: request, at: index), at: index)
    if let exponent = configuration.blocks.asked, request.operation.isFetched {
      message.add(.block2, unsigned: UInt32(exponent))
    }
    var transfer = Transfer(request.operation, configuration.blocks)
    let mistake = transfer == .whole ? nil : blockMistakes.take { !$0.isOfUplink }
    if let mistake { transfer.make(mistake) }
    transfer.shape(&message)
    sessions[index].exchange = line.start(
      request, message, of: transfer, limit: configuration.requestLimit,
      to: sessions[index].peer, now: now)
    let endpoint = sessions[index].endpoint
    if let mistake { report(.blundered(endpoint: endpoint, mistake)) }
    report(.requested(endpoint: endpoint, request, attempt: 1))
  }

  /// Sends the request for the next block.
  private mutating func proceed(_ next: Continuation, at index: Int, now: Instant) {
    var message = message(for: next.request, line.takeToken(), at: index)
    next.transfer.shape(&message)
    sessions[index].exchange = line.start(
      next.request, message, of: next.transfer, limit: configuration.requestLimit,
      begun: next.begun, to: sessions[index].peer, now: now)
  }

  private mutating func message(
    for request: Request, _ token: Token, at index: Int
  ) -> Message {
    let path = sessions[index].objects.prefix + request.path.identifiers.map { String($0) }
    return request.operation.message(path: path, id: line.takeMessageID(), token: token)
  }

  /// An observation keeps its token when it is renewed or cancelled (RFC 7641 sections 3.1, 3.6).
  private mutating func token(for request: Request, at index: Int) -> Token {
    switch request.operation {
    case .observe, .cancelObservation:
      let known = sessions[index].observations.first { $0.path == request.path }
      return known?.token ?? line.takeToken()
    default:
      return line.takeToken()
    }
  }

  mutating func checkExchange(at index: Int, now: Instant) {
    guard var exchange = sessions[index].exchange else { return }
    let endpoint = sessions[index].endpoint
    if now >= exchange.end {
      sessions[index].exchange = nil
      report(
        .failed(
          endpoint: endpoint, exchange.request, .timeout(transmissions: exchange.transmissions)))
      if exchange.request.origin == .automatic {
        sessions[index].automatic.pause(
          at: AutomaticSequence.Step(
            operation: exchange.request.operation, path: exchange.request.path))
        report(.paused(endpoint: endpoint))
      }
    } else if exchange.retransmit(now: now) {
      sessions[index].exchange = exchange
      line.send(exchange.bytes, to: sessions[index].peer)
      report(
        .requested(endpoint: endpoint, exchange.request, attempt: exchange.transmissions))
    }
  }
}
