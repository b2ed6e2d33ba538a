import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Datagrams out. Replies go first, then what is confirmable, one at a time, then notifications.
extension Engine where Store: ~Copyable {
  /// Chooses what `transmit` writes. `false` when there is nothing to send now.
  public mutating func select(now: Instant) -> Bool {
    if reply.body != .none {
      selected = .reply
      return true
    }
    selected = .none
    if deferred.count > 0, selectDeferred(now: now) { return true }
    if outstanding == nil { startOutstanding(now: now) }
    if let outstanding, outstanding.message.isDue {
      selected = .outstanding
      consultOnReport(outstanding.purpose)
      return true
    }
    return registration.isRegistered && selectNotification()
  }

  /// Puts the next confirmable message, if there is one, into the only place for it (NSTART = 1).
  @inline(never)
  private mutating func startOutstanding(now: Instant) {
    guard entropy.sufficesForExchange, let purpose = nextPurpose(now: now) else { return }
    let token: Token
    switch purpose {
    case .register, .update, .deregister:
      let bits = UInt64(entropy.take()) &<< 32 | UInt64(entropy.take())
      token = Token(bits: bits, length: 8)
    case .report, .response:
      token = Token()
    }
    let message = Outstanding(
      id: drawID(), token: token, now: now, random: entropy.take(),
      parameters: configuration.parameters)
    outstanding = (message, purpose)
  }

  private mutating func nextPurpose(now: Instant) -> Purpose? {
    if let purpose = registrationPurpose(now: now) { return purpose }
    guard registration.isRegistered else { return nil }
    if let late = deferred.first(.respondSeparately, now: now) {
      return .response(handle: deferred.requests[late].handle)
    }
    guard reports.count > 0, let due = dueReport(now: now) else { return nil }
    return .report(
      acknowledgementID: reports[due.index].acknowledgementID,
      depth: UInt8(truncatingIfNeeded: due.depth))
  }

  private mutating func selectNotification() -> Bool {
    guard let slot = observations.firstReady else { return false }
    selected = .notification(slot)
    consultOnNotification(slot)
    return true
  }

  private mutating func consultOnNotification(_ slot: UInt16) {
    guard configuration.consultation.beforeRead else { return }
    consulting.read(selection(of: observations[slot]), 0)
  }

  private mutating func consultOnReport(_ purpose: Purpose) {
    guard case .report(let acknowledgementID, let depth) = purpose,
      let slot = reportSlot(acknowledgementID, Int(depth))
    else { return }
    consultOnNotification(slot)
  }

  func reportSlot(_ acknowledgementID: UInt16, _ depth: Int) -> UInt16? {
    guard let index = reports.index(of: acknowledgementID) else { return nil }
    return observations.find(reports[index].prefix(depth), server: server)
  }

  func selection(of observation: Observation) -> ReadSelection {
    ReadSelection(
      path: observation.path, format: observation.format,
      range: resources.range(coveredBy: observation.path))
  }

  /// Writes the selected datagram into `buffer` and returns its length; 0 = it turned out not to be needed. The caller
  /// then selects again.
  @inline(never)
  public mutating func transmit(into buffer: inout MutableSpan<UInt8>, now: Instant) -> Int {
    let current = selected
    selected = .none
    let length: Int
    switch current {
    case .none:
      return 0
    case .reply:
      let id = reply.type == .nonConfirmable ? drawID() : request.id
      length = encodeReply(as: reply.type, id: id, into: &buffer)
    case .acknowledgement(let index):
      length = acknowledge(index, into: &buffer)
    case .deferredReply(let index):
      length = encodeDeferred(index, into: &buffer, now: now)
    case .outstanding:
      length = encodeOutstanding(into: &buffer, now: now)
    case .notification(let slot):
      length = encodeNotification(slot, into: &buffer, now: now)
    }
    if length > 0 { statistics.sent(length) }
    return length
  }

  /// A non-confirmable notification, if thresholds let it out.
  private mutating func encodeNotification(
    _ slot: UInt16, into buffer: inout MutableSpan<UInt8>, now: Instant
  ) -> Int {
    let isPeriodic = observations[slot].need == .periodicReady
    guard observations.dequeue() == slot else { return 0 }
    guard isPeriodic || thresholdsAllow(slot) else {
      schedulePeriodic(slot)
      return 0
    }
    if observations[slot].needsConfirmation(now), confirm(slot) { return 0 }
    let id = drawID()
    observations[slot].advance()
    observations[slot].lastID = id
    let length = encodeNotification(
      slot, type: .nonConfirmable, id: id, into: &buffer)
    noteReported(slot, now: now)
    statistics.notifications &+= 1
    return length
  }

  /// A notification with what the observation has; when its value is gone or does not fit, an error that ends it
  /// (RFC 7641 section 4.2).
  mutating func encodeNotification(
    _ slot: UInt16, type: MessageType, id: UInt16, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    let observation = observations[slot]
    let selection = selection(of: observation)
    var isComplete = false
    var message = MessageWriter(
      buffer.slice(0..<buffer.count), type: type, code: .content, id: id,
      token: observation.token)
    if !selection.range.isEmpty {
      isComplete = write(selection, observe: observation.sequence, to: &message)
      message.finish()
    }
    if isComplete && !message.bytes.overflowed { return message.bytes.position }
    statistics.sendBuffer.refuse()
    observations.remove(slot)
    let failure = MessageWriter(
      buffer.slice(0..<buffer.count), type: .nonConfirmable,
      code: selection.range.isEmpty ? .notFound : .internalServerError, id: id,
      token: observation.token)
    return failure.bytes.overflowed ? 0 : failure.bytes.position
  }
}
