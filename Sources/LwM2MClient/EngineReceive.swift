import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Datagrams in.
extension Engine where Store: ~Copyable {
  /// A request, and whatever else is looked at first, was accepted: what `accept` said is done with it here.
  ///
  /// `bytes`: the datagram, or with `asksAboutBody` the body. They are not const because base64 is decoded in place.
  @inline(__always)
  public mutating func serve(_ bytes: inout MutableSpan<UInt8>, now: Instant) {
    if registration.isRegistered {
      dispatch(&bytes, now: now)
    } else {
      obey(&bytes, now: now)
    }
  }

  /// A datagram arrived. Never fails on content; what is dropped is counted. `true` when it is a request that `serve`
  /// is to serve.
  ///
  /// Not inlined: what it keeps on the stack does not lie below what serves the request.
  @inline(never)
  public mutating func accept(
    _ datagram: Span<UInt8>, from source: PeerAddress, now: Instant
  ) -> Bool {
    statistics.received(datagram.count)
    guard let peer, peer == source else {
      statistics.drop(.source)
      return false
    }
    if binding == .queuedUDP { stayAwake(now: now) }
    let header: MessageHeader
    do throws(MessageError) {
      header = try MessageHeader(parsing: datagram)
    } catch {
      statistics.drop(DropCause(error))
      return false
    }
    request.begin(header)
    do throws(MessageError) {
      guard header.code.isRequest else {
        try receiveReaction(header, datagram, now: now)
        return false
      }
      try request.take(header, of: datagram, profile: configuration.profile)
    } catch {
      reject(DropCause(error))
      return false
    }
    return admit(datagram, now: now)
  }

  /// RFC 7252 section 4.2: a confirmable message that cannot be processed is answered by a Reset, any other ignored.
  private mutating func reject(_ cause: DropCause) {
    statistics.drop(cause)
    if request.type == .confirmable { replyEmpty(.reset, id: request.id) }
  }

  /// What is no request: a response, or an empty message.
  private mutating func receiveReaction(
    _ header: MessageHeader, _ bytes: Span<UInt8>, now: Instant
  ) throws(MessageError) {
    let token = try header.token(in: bytes)
    if header.code == .empty {
      receiveEmpty(header, now: now)
    } else {
      try receiveResponse(header, token, bytes, now: now)
    }
  }

  private mutating func receiveEmpty(_ header: MessageHeader, now: Instant) {
    switch header.type {
    case .confirmable:
      // A ping (section 4.3).
      replyEmpty(.reset, id: header.id)
    case .acknowledgement:
      acknowledged(header.id, now: now)
    case .reset:
      statistics.count(.resets)
      wasReset(header.id, now: now)
    case .nonConfirmable:
      statistics.drop(.codeClass)
    }
  }

  /// Whether the request is to be served; one that is not may have a reply nevertheless.
  @inline(__always)
  private mutating func admit(_ datagram: Span<UInt8>, now: Instant) -> Bool {
    guard request.type == .confirmable || request.type == .nonConfirmable else {
      statistics.drop(.codeClass)
      return false
    }
    // A server speaks first only after it has accepted the registration (LwM2M 1.0 section 5.3).
    guard registration.isRegistered || takesOrders else {
      statistics.drop(.early)
      return false
    }
    let finding: DuplicateFilter.Finding
    (finding, slot) = duplicates.admit(
      id: request.id, token: request.token, pinned: request.isPinned, now: now)
    switch finding {
    case .new: break
    case .seen:
      statistics.count(.duplicates)
      guard duplicates[slot].answer == .recompute else {
        repeatAnswer(duplicates[slot])
        return false
      }
    case .full:
      if mustKnow() { return false }
    }
    guard request.refusal == .empty else { return admitOther(datagram, now: now) }
    statistics.count(.requests)
    return true
  }

  /// There is no slot for the request: whether it is refused for that.
  @inline(never)
  private mutating func mustKnow() -> Bool {
    statistics.refuse(.duplicateSlots)
    // A GET, PUT or DELETE may be done twice, so it needs no slot; nor does the end of a bootstrap, which comes once.
    // A block that is not the last one does nothing yet.
    guard request.method == .post, !request.continues, registration.isRegistered else {
      return false
    }
    respond(.serviceUnavailable, maxAge: 30)
    return true
  }

  /// Something about the request must not be ignored.
  @inline(never)
  private mutating func admitOther(_ datagram: Span<UInt8>, now: Instant) -> Bool {
    if request.refusal == .continue { return takeBlock(datagram, now: now) }
    refuse(request.refusal)
    return false
  }

  /// RFC 7252 section 5.4.1: only to a confirmable request a bad option is named.
  mutating func refuse(_ code: Code) {
    if code == .badOption, request.type == .nonConfirmable {
      statistics.drop(.option)
    } else {
      statistics.count(.requests)
      respond(code)
    }
  }

  /// RFC 7252 section 4.5: a duplicate gets what the first one got, and nothing is done again.
  private mutating func repeatAnswer(_ seen: SeenRequest) {
    switch seen.answer {
    case .none, .recompute: break
    case .acknowledgement:
      if request.type == .confirmable { replyEmpty(.acknowledgement, id: request.id) }
    case .codeOnly: reply(seen.code, maxAge: seen.maxAge)
    case .created:
      request.path.instance = seen.instance
      reply(.created, .location)
    }
  }

  /// A response to Register, Update or De-register, or to nothing.
  private mutating func receiveResponse(
    _ header: MessageHeader, _ token: Token, _ bytes: Span<UInt8>, now: Instant
  ) throws(MessageError) {
    var options = OptionReader(bytes, at: header.optionsStart)
    var maxAge: UInt32?
    var isUnderstood = true
    while let option = try options.next() {
      if option.number == .maxAge, maxAge == nil { maxAge = option.unsigned() }
      if option.number.isCritical, option.number != .block1, option.number != .block2 {
        isUnderstood = false
      }
    }
    guard header.type != .reset else { return statistics.drop(.codeClass) }
    guard outstanding.isActive, purpose.isRequest, outstanding.token == token,
      header.type != .acknowledgement || outstanding.id == header.id
    else {
      return receiveStrayResponse(header)
    }
    // RFC 7252 section 5.4.1: a response with a critical option this client does not know is rejected. Of OneNET, which
    // has options of its own, everything is taken.
    guard isUnderstood || configuration.profile.toleratesDraftToken else {
      return reject(.option)
    }
    if header.type == .confirmable {
      replyEmpty(.acknowledgement, id: header.id)
      lastSeparateID = header.id
    } else if header.type == .acknowledgement {
      measureRoundTrip(now: now)
    }
    outstanding.end()
    answered(Answer(header, bytes, maxAge: maxAge ?? 0), now: now)
  }

  /// A separate response whose acknowledgement was lost is acknowledged again; any other confirmable one is rejected.
  private mutating func receiveStrayResponse(_ header: MessageHeader) {
    if header.type == .confirmable, lastSeparateID == header.id {
      return replyEmpty(.acknowledgement, id: header.id)
    }
    reject(.unmatched)
  }

  /// An empty acknowledgement.
  private mutating func acknowledged(_ id: UInt16, now: Instant) {
    guard isUnderWay(id) else { return statistics.drop(.unmatched) }
    measureRoundTrip(now: now)
    guard purpose.isRequest else { return conclude(.acknowledged, now: now) }
    let limit = now + configuration.parameters.maximumTransmitWait
    outstanding.acknowledged(limit: limit, parameters: configuration.parameters)
  }

  /// The message under way is being acknowledged.
  private mutating func measureRoundTrip(now: Instant) {
    if outstanding.isUnambiguous { pace.measured(now.since(outstanding.startedAt)) }
  }

  /// A Reset: the peer wants nothing to do with the message `id` (RFC 7252 section 4.2).
  private mutating func wasReset(_ id: UInt16, now: Instant) {
    if isUnderWay(id) { return conclude(.reset, now: now) }
    guard endObservation(notifiedAs: id) else { return statistics.drop(.unmatched) }
    doubtRegistration()
  }

  private func isUnderWay(_ id: UInt16) -> Bool {
    outstanding.isActive && !outstanding.isUnsent && outstanding.id == id
  }
}
