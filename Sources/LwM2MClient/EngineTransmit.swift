import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Datagrams out. Replies go first, then what is confirmable, one at a time, then notifications.
extension Engine where Store: ~Copyable {
  /// Chooses what `transmit` writes. `false` when there is nothing to send now.
  public mutating func select(now: Instant) -> Bool {
    if hasReply {
      selected = .reply
      return true
    }
    selected = .none
    if deferred.count > 0, selectDeferred(now: now) { return true }
    if outstanding.isActive {
      if !backlog.isIdle { holdBack() }
    } else if let purpose = nextPurpose(now: now) {
      start(purpose, now: now)
    }
    if outstanding.isDue {
      selected = .outstanding
      if purpose.isReport { consultReport() }
      return true
    }
    guard registration.isRegistered, observations.hasReady, pace.opens <= now else { return false }
    let index = observations.nextReady()
    selected = .notification
    selectedIndex = UInt16(truncatingIfNeeded: index)
    if configuration.consultation.beforeRead { consulting.read(selection(of: index), 0) }
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
    if let late = deferred.first(.respondSeparately, now: now) {
      return Purpose(response: deferred.requests[late].handle)
    }
    if !backlog.isIdle, let next = storedPurpose(now: now) { return next }
    if mayHaveUnconfirmed, let next = confirmationPurpose(now: now) { return next }
    guard reports.count > 0, let due = dueReport(now: now) else { return nil }
    return Purpose(report: due)
  }

  func selection(of index: Int) -> ReadSelection {
    ReadSelection(
      path: observations.slots[index].path, format: observations.slots[index].format,
      range: resources.range(coveredBy: observations.slots[index].path))
  }

  /// Writes the reply, which there is, without a detour over `select`.
  public mutating func transmitReply(into buffer: inout MutableSpan<UInt8>) -> Int {
    let id = reply.type == .nonConfirmable ? drawID() : request.id
    let length = encodeReply(as: reply.type, id: id, into: &buffer)
    if length > 0 { statistics.sent(length) }
    return length
  }

  /// Writes the selected datagram into `buffer` and returns its length; 0 = it turned out not to be needed. The caller
  /// then selects again.
  public mutating func transmit(into buffer: inout MutableSpan<UInt8>, now: Instant) -> Int {
    let current = selected
    let index = Int(selectedIndex)
    selected = .none
    let length: Int
    switch current {
    case .none:
      return 0
    case .reply:
      return transmitReply(into: &buffer)
    case .acknowledgement:
      length = acknowledge(index, into: &buffer)
    case .deferredReply:
      length = encodeDeferred(index, into: &buffer, now: now)
    case .outstanding:
      length = encodeOutstanding(into: &buffer, now: now)
    case .notification:
      length = notify(index, into: &buffer, now: now)
    }
    guard length > 0 else { return 0 }
    statistics.sent(length)
    if binding == .queuedUDP { stayAwake(now: now) }
    return length
  }

  /// A datagram that was transmitted before had no room, and has left only now: what counts from it begins.
  @inline(never)
  public mutating func leftLate(isConfirmable: Bool, now: Instant) {
    if isConfirmable { outstanding.leftLate(now: now) }
    if binding == .queuedUDP { stayAwake(now: now) }
  }

  /// A non-confirmable notification, if thresholds let it out.
  ///
  /// Not inlined: what it keeps on the stack does not lie below what is confirmable.
  @inline(never)
  private mutating func notify(
    _ index: Int, into buffer: inout MutableSpan<UInt8>, now: Instant
  ) -> Int {
    let isPeriodic = observations.slots[index].need == .periodicReady
    observations.settle(index, .none)
    let selection = selection(of: index)
    let number = number(of: selection)
    guard isPeriodic || thresholdsAllow(index, number) else {
      observations.settle(index, .slight)
      review(index, now: now)
      return 0
    }
    if observations.slots[index].needsConfirmation(now) {
      observations.settle(index, .unconfirmed)
      mayHaveUnconfirmed = true
      return 0
    }
    observations.slots[index].advance()
    noteReported(index, number: number, now: now)
    pace.spend(now: now)
    statistics.count(.notifications)
    return encodeNotification(
      index, selection, as: .nonConfirmable, id: drawID(), into: &buffer)
  }

  /// A notification with what the observation has; when its value is gone or does not fit, an error that ends it
  /// (RFC 7641 section 4.2). It takes the place of the reply, which has left.
  mutating func encodeNotification(
    _ index: Int, _ selection: ReadSelection, as type: MessageType, id: UInt16,
    into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    observations.slots[index].lastID = id
    request.token = observations.slots[index].token
    guard !selection.range.isEmpty else {
      observations.remove(at: index)
      request.forgetBlock()
      reply(.notFound)
      return encodeReply(as: .nonConfirmable, id: id, into: &buffer)
    }
    reply(.content, .values, wish: BlockWish(kept: observations.slots[index].limit))
    reply.selection = selection
    reply.observe = observations.slots[index].sequence
    return encodeReply(as: type, id: id, into: &buffer)
  }
}
