import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Datagrams out. Replies go first, then what is confirmable, one at a time, then notifications.
extension Engine where Store: ~Copyable {
  /// Chooses what `transmit` writes. `false` when there is nothing to send now.
  public mutating func select(now: Instant) -> Bool {
    if reply != nil {
      selected = .reply
      return true
    }
    selected = .none
    if deferred.count > 0, selectDeferred(now: now) { return true }
    if !outstanding.isActive, let purpose = nextPurpose(now: now) { start(purpose, now: now) }
    if outstanding.isDue {
      selected = .outstanding
      if purpose.kind == .report, let index = reportedObservation { consult(on: index) }
      return true
    }
    guard registration.isRegistered, let index = observations.nextReady() else { return false }
    selected = .notification
    selectedIndex = UInt16(truncatingIfNeeded: index)
    consult(on: index)
    return true
  }

  private mutating func selectDeferred(now: Instant) -> Bool {
    let found = deferred.first { request in
      switch request.progress {
      case .answeredInTime: true
      case .answeredLate: request.type == .nonConfirmable
      case .unacknowledged(let due): due <= now
      case .acknowledged, .finished: false
      }
    }
    guard let index = found else { return false }
    if case .unacknowledged = deferred[index].progress {
      selected = .acknowledgement
    } else {
      selected = .deferredReply
    }
    selectedIndex = UInt16(truncatingIfNeeded: index)
    return true
  }

  /// Puts the next confirmable message into the only place for it (NSTART = 1), if there is randomness for it.
  private mutating func start(_ next: Purpose, now: Instant) {
    guard entropy.sufficesForExchange else { return }
    var token = Token()
    if next.isRequest {
      let bits = UInt64(entropy.take()) &<< 32 | UInt64(entropy.take())
      token = Token(bits: bits, length: 8)
    }
    outstanding = Outstanding(
      id: drawID(), token: token, now: now, random: entropy.take(),
      parameters: configuration.parameters)
    purpose = next
  }

  private mutating func nextPurpose(now: Instant) -> Purpose? {
    if registration.due <= now { return registrationPurpose }
    guard registration.isRegistered else { return nil }
    if deferred.count > 0 {
      let late = deferred.first { request in
        if case .answeredLate = request.progress { request.type == .confirmable } else { false }
      }
      if let late { return Purpose(response: deferred[late].handle) }
    }
    guard reports.count > 0, let due = dueReport(now: now) else { return nil }
    return Purpose(report: due)
  }

  /// The application refreshes what the observer at `index` is to be told.
  private mutating func consult(on index: Int) {
    guard configuration.consultation.beforeRead else { return }
    let selection = selection(of: index)
    consulting = .reading(
      selection, index: selection.range.lowerBound, instance: 0, request: 0)
  }

  func selection(of index: Int) -> ReadSelection {
    ReadSelection(
      path: observations[index].path, format: observations[index].format,
      range: resources.range(coveredBy: observations[index].path))
  }

  /// Writes the selected datagram into `buffer` and returns its length; 0 = it turned out not to be needed. The caller
  /// then selects again.
  @inline(never)
  public mutating func transmit(into buffer: inout MutableSpan<UInt8>, now: Instant) -> Int {
    let current = selected
    let index = Int(selectedIndex)
    selected = .none
    let length: Int
    switch current {
    case .none:
      return 0
    case .reply:
      guard let reply else { return 0 }
      self.reply = nil
      length = encode(reply, into: &buffer)
    case .acknowledgement:
      length = acknowledge(index, into: &buffer, now: now)
    case .deferredReply:
      length = encodeDeferred(index, into: &buffer, now: now)
    case .outstanding:
      length = encodeOutstanding(into: &buffer, now: now)
    case .notification:
      length = notify(index, into: &buffer, now: now)
    }
    if length > 0 { statistics.sent(length) }
    return length
  }

  /// A reply, or 5.00 in its place when it does not fit or a value has no encoding.
  @inline(never)
  mutating func encode(_ reply: Reply, into buffer: inout MutableSpan<UInt8>) -> Int {
    let id = reply.type == .nonConfirmable ? drawID() : reply.id
    var isComplete = true
    var message = MessageWriter(
      buffer.slice(0..<buffer.count), type: reply.type, code: reply.code, id: id,
      token: reply.token)
    switch reply.body {
    case .none: break
    case .maxAge(let seconds): message.option(.maxAge, unsigned: UInt32(seconds))
    case .values(let selection, let observe):
      isComplete = write(selection, observe: observe, to: &message)
    case .links(let path): writeLinks(path, to: &message)
    }
    message.finish()
    if isComplete && !message.bytes.overflowed { return message.bytes.position }
    return encodeFailure(of: reply, id: id, into: &buffer)
  }

  private mutating func encodeFailure(
    of reply: Reply, id: UInt16, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    statistics[.sendBuffer].refuse()
    if case .values(let selection, let observe) = reply.body, observe != nil,
      let index = observations.find(selection.path)
    {
      // An observation whose first answer is an error does not exist (RFC 7641 section 4.1).
      observations.remove(at: index)
    }
    let message = MessageWriter(
      buffer.slice(0..<buffer.count), type: reply.type, code: .internalServerError,
      id: id, token: reply.token)
    return message.bytes.overflowed ? 0 : message.bytes.position
  }

  private mutating func acknowledge(
    _ index: Int, into buffer: inout MutableSpan<UInt8>, now: Instant
  ) -> Int {
    let request = deferred[index]
    deferred[index].progress = .acknowledged
    duplicates.record(
      .acknowledgement, code: .empty, id: request.id, token: request.token, now: now)
    return encode(Reply(empty: .acknowledgement, id: request.id), into: &buffer)
  }

  /// The piggybacked response of a deferred request, or the non-confirmable one.
  private mutating func encodeDeferred(
    _ index: Int, into buffer: inout MutableSpan<UInt8>, now: Instant
  ) -> Int {
    let request = deferred[index]
    let code: Code
    switch request.progress {
    case .answeredInTime(let answer), .answeredLate(let answer): code = answer
    case .unacknowledged, .acknowledged, .finished: return 0
    }
    deferred[index].progress = .finished(delivered: code != .gatewayTimeout)
    let observe = startDeferredObservation(request, code, now: now)
    let isRead = if case .read = request.operation { true } else { false }
    duplicates.record(
      isRead ? .recompute : .codeOnly, code: code, id: request.id, token: request.token,
      now: now)
    return encode(deferredReply(request, code, observe: observe), into: &buffer)
  }

  mutating func startDeferredObservation(
    _ request: DeferredRequest, _ code: Code, now: Instant
  ) -> UInt32? {
    guard case .read(let path, let format, true) = request.operation, code == .content,
      exists(path)
    else { return nil }
    return startObservation(of: path, token: request.token, format: format, now: now)
  }

  /// A non-confirmable notification, if thresholds let it out.
  private mutating func notify(
    _ index: Int, into buffer: inout MutableSpan<UInt8>, now: Instant
  ) -> Int {
    let isPeriodic = observations[index].need == .periodicReady
    observations.settle(index, .none)
    let selection = selection(of: index)
    let number = number(of: selection)
    guard isPeriodic || thresholdsAllow(index, number) else {
      review(index, now: now)
      return 0
    }
    if observations[index].needsConfirmation(now), confirm(index) { return 0 }
    observations[index].advance()
    noteReported(index, number: number, now: now)
    statistics[.notifications] &+= 1
    return encodeNotification(index, selection, .nonConfirmable, id: drawID(), into: &buffer)
  }

  /// A notification with what the observation has; when its value is gone or does not fit, an error that ends it
  /// (RFC 7641 section 4.2).
  mutating func encodeNotification(
    _ index: Int, _ selection: ReadSelection, _ type: MessageType, id: UInt16,
    into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    observations[index].lastID = id
    let token = observations[index].token
    var isComplete = false
    var message = MessageWriter(
      buffer.slice(0..<buffer.count), type: type, code: .content, id: id, token: token)
    if !selection.range.isEmpty {
      isComplete = write(selection, observe: observations[index].sequence, to: &message)
      message.finish()
    }
    if isComplete && !message.bytes.overflowed { return message.bytes.position }
    statistics[.sendBuffer].refuse()
    observations.remove(at: index)
    let failure = MessageWriter(
      buffer.slice(0..<buffer.count), type: .nonConfirmable,
      code: selection.range.isEmpty ? .notFound : .internalServerError, id: id, token: token)
    return failure.bytes.overflowed ? 0 : failure.bytes.position
  }
}
