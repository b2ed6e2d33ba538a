import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What devices send back: acknowledgements, responses, notifications.
extension AccessServer {
  private func indexOfExchange(
    from peer: Peer, where matches: (Exchange) -> Bool
  ) -> Int? {
    sessions.firstIndex { session in
      session.peer == peer && session.exchange.map(matches) == true
    }
  }

  mutating func receiveAcknowledgement(_ message: Message, from peer: Peer, now: Instant) {
    guard let index = indexOfExchange(from: peer, where: { $0.messageID == message.id }),
      let exchange = sessions[index].exchange
    else {
      // The first OneNET modules send notifications as acknowledgements of nothing.
      if message.code.isResponse, let place = observation(message.token, from: peer) {
        notify(message, at: place, now: now)
      } else {
        report(.dropped(peer: peer, reason: "acknowledgement of nothing that is under way"))
      }
      return
    }
    if message.code == .empty {
      sessions[index].exchange?.acknowledge()
      sessions[index].lastContact = now
      report(.acknowledged(endpoint: sessions[index].endpoint, exchange.request))
    } else if message.code.isResponse, message.token == exchange.token {
      complete(exchange, with: message, at: index, now: now)
    } else {
      report(.dropped(peer: peer, reason: "response with another token"))
    }
  }

  mutating func receiveReset(_ message: Message, from peer: Peer, now: Instant) {
    guard let index = indexOfExchange(from: peer, where: { $0.messageID == message.id }),
      let exchange = sessions[index].exchange
    else {
      report(.dropped(peer: peer, reason: "RST for nothing that is under way"))
      return
    }
    sessions[index].exchange = nil
    sessions[index].lastContact = now
    settle(exchange.request, succeeded: false, at: index)
    report(.failed(endpoint: sessions[index].endpoint, exchange.request, .reset))
  }

  /// A response that comes in a message of its own: separate, or a notification.
  mutating func receiveResponse(_ message: Message, from peer: Peer, now: Instant) {
    if let index = indexOfExchange(from: peer, where: { $0.token == message.token }),
      let exchange = sessions[index].exchange,
      exchange.awaits(message, isObserved: observation(message.token, from: peer) != nil)
    {
      line.acknowledge(message, to: peer)
      complete(exchange, with: message, at: index, now: now)
    } else if let place = observation(message.token, from: peer) {
      line.acknowledge(message, to: peer)
      notify(message, at: place, now: now)
    } else {
      let isKnown = sessions.contains { $0.peer == peer }
      line.sendReset(
        to: message.id, peer,
        reason: isKnown
          ? "notification of something that is not observed"
          : "notification from a device that is not registered")
    }
  }

  /// An answer came: to the whole request or to one block of it.
  private mutating func complete(
    _ exchange: Exchange, with message: Message, at index: Int, now: Instant
  ) {
    let request = exchange.request
    sessions[index].exchange = nil
    sessions[index].lastContact = now
    if exchange.transfer == .whole, message.code.isSuccess {
      sessions[index].conclude(request, message, exchange.token, now: now)
    }
    var transfer = exchange.transfer
    switch transfer.take(message, request.operation, configuration.blocks) {
    case .proceed(let progress, let before):
      report(progress, after: before, of: request, transfer, at: index)
      sessions[index].continuations.insert(
        Continuation(request: request, transfer: transfer, begun: exchange.begun), at: 0)
    case .finished(let whole) where request.origin == .notification && whole.code.isSuccess:
      deliver(whole, of: request.path, at: index, now: now)
    case .finished(let whole): conclude(exchange, with: whole, at: index, now: now)
    case .broken(let reason):
      settle(request, succeeded: false, at: index)
      report(
        .failed(endpoint: sessions[index].endpoint, request, .blocks(reason: reason)))
    }
  }

  private mutating func report(
    _ progress: BlockProgress, after before: Int, of request: Request, _ transfer: Transfer,
    at index: Int
  ) {
    guard progress.isWorthTelling(after: before) else { return }
    var direction = Event.Transfer.Direction.fromDevice
    if case .sending = transfer { direction = .toDevice }
    report(
      .transferred(
        Event.Transfer(
          endpoint: sessions[index].endpoint, direction: direction, operation: request.title,
          place: request.place, request: request.id, progress: progress)))
  }

  private mutating func conclude(
    _ exchange: Exchange, with message: Message, at index: Int, now: Instant
  ) {
    let request = exchange.request
    let values = PayloadReader.values(of: message, at: request.path)
    let isObserving = request.operation == .observe && message.unsigned(.observe) != nil
    if message.code.isSuccess, request.operation != .discover {
      sessions[index].store(values, now: now)
    }
    let succeeded = message.code.isSuccess && (isObserving || request.operation != .observe)
    settle(request, succeeded: succeeded, at: index)
    report(
      .responded(
        endpoint: sessions[index].endpoint, request,
        Event.Response(
          code: message.code, format: message.contentFormat, payload: message.payload,
          values: values, elapsed: now.since(exchange.begun), isObserving: isObserving)))
  }

  private mutating func settle(_ request: Request, succeeded: Bool, at index: Int) {
    guard request.origin == .automatic else { return }
    sessions[index].automatic.finished(request.operation, succeeded: succeeded)
  }
}

/// Where an observation is kept.
struct ObservationPlace {
  let session: Int
  let observation: Int
}

extension AccessServer {
  private func observation(_ token: Token, from peer: Peer) -> ObservationPlace? {
    for (index, session) in sessions.enumerated() where session.peer == peer {
      if let found = session.observations.firstIndex(where: { $0.token == token }) {
        return ObservationPlace(session: index, observation: found)
      }
    }
    return nil
  }

  private mutating func notify(_ message: Message, at place: ObservationPlace, now: Instant) {
    let observation = sessions[place.session].observations[place.observation]
    sessions[place.session].lastContact = now
    let sequence = message.unsigned(.observe)
    guard observation.isNewer(sequence, now: now) else {
      report(
        .dropped(
          peer: sessions[place.session].peer,
          reason: "notification of \(observation.path.text) is older than the one before"))
      return
    }
    let isLast = !message.code.isSuccess || sequence == nil
    if isLast {
      sessions[place.session].observations.remove(at: place.observation)
    } else {
      sessions[place.session].observations[place.observation].sequence = sequence
      sessions[place.session].observations[place.observation].lastArrival = now
    }
    overtake(observation.path, at: place.session)
    if message.code.isSuccess, message.isFirstOfSeveral {
      fetchRest(of: message, observation.path, at: place.session, now: now)
    } else {
      deliver(message, of: observation.path, at: place.session, now: now)
    }
  }

  /// What is still to be fetched of an older notification is of no use any more.
  private mutating func overtake(_ path: Path, at index: Int) {
    sessions[index].continuations.removeAll {
      $0.request.origin == .notification && $0.request.path == path
    }
    guard let request = sessions[index].exchange?.request, request.origin == .notification,
      request.path == path
    else { return }
    sessions[index].exchange = nil
    report(.failed(endpoint: sessions[index].endpoint, request, .overtaken))
  }

  private mutating func fetchRest(
    of message: Message, _ path: Path, at index: Int, now: Instant
  ) {
    let request = line.makeRequest(.read, path, origin: .notification)
    guard let download = BlockwiseDownload(message, limit: configuration.blocks.limit) else {
      report(
        .failed(
          endpoint: sessions[index].endpoint, request, .blocks(reason: Transfer.noBeginning)))
      return
    }
    let rest = Continuation(request: request, transfer: .fetching(download), begun: nil)
    report(download.start, after: 0, of: request, rest.transfer, at: index)
    sessions[index].continuations.append(rest)
  }

  private mutating func deliver(
    _ message: Message, of path: Path, at index: Int, now: Instant
  ) {
    let sequence = message.unsigned(.observe)
    let values = PayloadReader.values(of: message, at: path)
    if message.code.isSuccess { sessions[index].store(values, now: now) }
    report(
      .notified(
        Event.Notification(
          endpoint: sessions[index].endpoint, path: path,
          type: message.type, code: message.code, sequence: sequence,
          format: message.contentFormat, payload: message.payload, values: values,
          isLast: !message.code.isSuccess || sequence == nil)))
  }
}

extension Exchange {
  /// While an observation is renewed or cancelled its notifications bear the same token; they are
  /// told from the answer by the Observe option of a message that is no answer yet.
  fileprivate func awaits(_ message: Message, isObserved: Bool) -> Bool {
    switch (request.operation, phase) {
    case (.cancelObservation, _): message.unsigned(.observe) == nil
    case (.observe, .sent): !isObserved
    default: true
    }
  }
}

extension Observation {
  /// RFC 7641 section 3.4: numbers wrap at 24 bits, and count for nothing after 128 s.
  fileprivate func isNewer(_ next: UInt32?, now: Instant) -> Bool {
    guard let sequence, let next else { return true }
    let half: UInt32 = 1 << 23
    return (sequence < next && next - sequence < half)
      || (sequence > next && sequence - next > half)
      || now > lastArrival + Milliseconds(128_000)
  }
}

extension Session {
  /// What a success changes in the list of observations.
  fileprivate mutating func conclude(
    _ request: Request, _ message: Message, _ token: Token, now: Instant
  ) {
    switch request.operation {
    case .observe:
      dropObservation(of: request.path)
      guard let sequence = message.unsigned(.observe) else { return }
      observations.append(
        Observation(path: request.path, token: token, sequence: sequence, lastArrival: now))
    case .cancelObservation:
      dropObservation(of: request.path)
    default:
      break
    }
  }
}
