import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Requests of devices: Register, Update, De-register.
extension AccessServer {
  mutating func answer(_ message: Message, from peer: Peer, now: Instant) {
    do {
      if let whole = try assembled(message, from: peer, now: now) {
        try perform(whole, from: peer, now: now)
      }
    } catch {
      let code = error.code
      line.reply(code, to: message, block: error.block, size: error.size, peer)
      let operation = AccessServer.operation(of: message)
      let endpoint = Query(message)["ep"] ?? session(at: message)?.endpoint
      report(
        .answered(
          Event.Answer(
            peer: peer, endpoint: endpoint, operation: operation, code: code, location: nil,
            reason: error.reason)))
    }
  }

  /// The message with its whole body; `nil` when blocks of it are still to come.
  private mutating func assembled(
    _ message: Message, from peer: Peer, now: Instant
  ) throws(Refusal) -> Message? {
    try message.requireKnownOptions(.block1)
    guard !message.values(of: .block1).isEmpty else { return message }
    let mistake = takeMistake(with: message)
    if mistake == .incomplete { assemblies.forget(message, from: peer) }
    if mistake == .tooLarge { throw Refusal(smaller: message) }
    switch try assemblies.take(message, from: peer, configuration.blocks, now: now) {
    case .whole(let body):
      var whole = message
      whole.payload = body
      return whole
    case .more(let progress, let before, let reply):
      line.reply(.continue, to: message, block: reply, peer)
      if mistake == .lostContinue { line.loseReply() }
      if progress.isWorthTelling(after: before) { report(transfer(message, progress)) }
      return nil
    }
  }

  /// The mistake that is made with this block of a body.
  private mutating func takeMistake(with message: Message) -> BlockMistake? {
    guard let block = message.block(.block1) else { return nil }
    let mistake = blockMistakes.take { mistake in
      switch mistake {
      case .tooLarge: block.number == 0 && block.exponent > 0
      case .lostContinue: block.number == 0 && block.hasMore
      case .incomplete: block.number != 0
      default: false
      }
    }
    if let mistake { report(.blundered(endpoint: Query(message)["ep"], mistake)) }
    return mistake
  }

  private func transfer(_ message: Message, _ progress: BlockProgress) -> Event {
    .transferred(
      Event.Transfer(
        endpoint: Query(message)["ep"] ?? session(at: message)?.endpoint,
        direction: .fromDevice, operation: AccessServer.operation(of: message),
        place: "/" + message.texts(of: .uriPath).joined(separator: "/"), request: nil,
        progress: progress))
  }

  private mutating func perform(
    _ message: Message, from peer: Peer, now: Instant
  ) throws(Refusal) {
    switch AccessServer.operation(of: message) {
    case "Register": try register(message, from: peer, now: now)
    case "Update": try update(message, from: peer, now: now)
    case "De-register": try deregister(message, from: peer)
    default:
      let isKnownPath = message.texts(of: .uriPath).first == "rd"
      throw Refusal(
        isKnownPath ? .methodNotAllowed : .notFound,
        isKnownPath ? "not a request of the registration interface" : "no such resource here")
    }
  }

  static func operation(of message: Message) -> String {
    let path = message.texts(of: .uriPath)
    guard path.first == "rd" else { return "Request" }
    switch (message.code, path.count) {
    case (.post, 1): return "Register"
    case (.post, 2...): return "Update"
    case (.delete, 2...): return "De-register"
    default: return "Request"
    }
  }

  private func session(at message: Message) -> Session? {
    let path = message.texts(of: .uriPath)
    return path.count == 2 ? sessions.first { $0.location == path[1] } : nil
  }

  private mutating func accept(
    _ message: Message, _ code: Code, _ endpoint: String, location: String? = nil, _ peer: Peer
  ) {
    line.reply(code, to: message, location: location.map { ["rd", $0] } ?? [], peer)
    report(
      .answered(
        Event.Answer(
          peer: peer, endpoint: endpoint, operation: AccessServer.operation(of: message),
          code: code, location: location.map { "/rd/\($0)" }, reason: nil)))
  }

  private mutating func register(
    _ message: Message, from peer: Peer, now: Instant
  ) throws(Refusal) {
    let registration = try Registration(message)
    try configuration.authorize(message, registration.endpoint)
    let isNew = session(named: registration.endpoint) == nil
    end(registration.endpoint)
    let location = freeLocation(for: registration.endpoint)
    var session = Session(registration, location: location, peer: peer, now: now)
    session.automatic.begin(
      with: registration.objects.paths, configuration: configuration, readsDevice: true)
    sessions.append(session)
    report(.registered(registration, location: location, peer: peer, replaced: !isNew))
    accept(message, .created, registration.endpoint, location: location, peer)
  }

  /// The IMEI, as OneNET does; two endpoints with one IMEI get different locations all the same.
  private func freeLocation(for endpoint: String) -> String {
    let imei = Session.imei(of: endpoint)
    var location = imei
    var number = 2
    while sessions.contains(where: { $0.location == location }) {
      location = "\(imei)-\(number)"
      number += 1
    }
    return location
  }

  private func index(of message: Message) throws(Refusal) -> Int {
    let path = message.texts(of: .uriPath)
    guard path.count == 2, let index = sessions.firstIndex(where: { $0.location == path[1] })
    else { throw Refusal(.notFound, "no registration at /\(path.joined(separator: "/"))") }
    return index
  }

  private mutating func update(
    _ message: Message, from peer: Peer, now: Instant
  ) throws(Refusal) {
    let index = try index(of: message)
    let update = try RegistrationUpdate(message)
    let before = sessions[index].objects.paths
    let after = update.objects?.paths ?? before
    let added = after.filter { !before.contains($0) }
    let removed = before.filter { !after.contains($0) }
    let moved = sessions[index].peer != peer
    sessions[index].apply(update, added: added, removed: removed, from: peer, now: now)
    sessions[index].automatic.begin(
      with: added, configuration: configuration, readsDevice: false)
    let session = sessions[index]
    report(
      .updated(
        Event.Update(
          endpoint: session.endpoint, lifetime: session.lifetime, added: added,
          removed: removed, peer: moved ? peer : nil)))
    accept(message, .changed, session.endpoint, peer)
  }

  private mutating func deregister(_ message: Message, from peer: Peer) throws(Refusal) {
    let endpoint = sessions[try index(of: message)].endpoint
    report(.deregistered(endpoint: endpoint))
    end(endpoint)
    accept(message, .deleted, endpoint, peer)
  }
}

extension Session {
  fileprivate mutating func apply(
    _ update: RegistrationUpdate, added: [Path], removed: [Path], from peer: Peer, now: Instant
  ) {
    if let objects = update.objects { self.objects = objects }
    if let lifetime = update.lifetime { self.lifetime = lifetime }
    if let binding = update.binding { self.binding = binding }
    self.peer = peer
    refreshed = now
    lastContact = now
    forget(removed)
  }
}
