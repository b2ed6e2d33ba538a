import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Datagrams in.
extension Engine where Store: ~Copyable {
  /// A datagram arrived. Never fails on content; what is dropped is counted.
  ///
  /// The bytes are not const because base64 is decoded in place.
  public mutating func handle(
    _ datagram: inout MutableSpan<UInt8>, from source: PeerAddress, now: Instant
  ) {
    statistics.received(datagram.count)
    guard let peer, peer == source else { return statistics.drop(.source) }
    let header: MessageHeader
    let request: Request?
    do throws(MessageError) {
      header = try MessageHeader(parsing: datagram.span)
    } catch {
      return statistics.drop(DropCause(error))
    }
    do throws(MessageError) {
      let message = try MessageView(header, parsing: datagram.span)
      request = receive(message, length: datagram.count, now: now)
    } catch {
      return reject(header, DropCause(error))
    }
    guard let request else { return }
    dispatch(request, &datagram, now: now)
  }

  /// RFC 7252 section 4.2: a confirmable message that cannot be processed is answered by a Reset, any other ignored.
  private mutating func reject(_ header: MessageHeader, _ cause: DropCause) {
    statistics.drop(cause)
    if header.type == .confirmable { reply = Reply(empty: .reset, id: header.id) }
  }

  /// Everything but a request is dealt with; a new request comes back.
  private mutating func receive(
    _ message: borrowing MessageView, length: Int, now: Instant
  ) -> Request? {
    if message.code.isRequest { return receiveRequest(message, length: length, now: now) }
    if message.code.isResponse {
      receiveResponse(message, now: now)
    } else {
      receiveEmpty(message.header, now: now)
    }
    return nil
  }

  private mutating func receiveEmpty(_ header: MessageHeader, now: Instant) {
    switch header.type {
    case .confirmable:
      // A ping (section 4.3).
      reply = Reply(empty: .reset, id: header.id)
    case .acknowledgement:
      acknowledged(header.id, now: now)
    case .reset:
      statistics[.resets] &+= 1
      wasReset(header.id, now: now)
    case .nonConfirmable:
      statistics.drop(.codeClass)
    }
  }

  private mutating func receiveRequest(
    _ message: borrowing MessageView, length: Int, now: Instant
  ) -> Request? {
    guard message.type == .confirmable || message.type == .nonConfirmable else {
      statistics.drop(.codeClass)
      return nil
    }
    // A server speaks first only after it has accepted the registration (LwM2M 1.0 section 5.3).
    guard registration.isRegistered else {
      statistics.drop(.early)
      return nil
    }
    let found = duplicates.admit(
      id: message.id, token: message.token, pinned: Request.isPinned(message.code), now: now)
    switch found {
    case .new:
      return admit(message, length: length, now: now)
    case .seen(let seen):
      statistics[.duplicates] &+= 1
      if seen.answer == .recompute { return admit(message, length: length, now: now) }
      repeatAnswer(seen, message)
      return nil
    case .full:
      statistics[.duplicateSlots].refuse()
      // A GET, PUT or DELETE may be done twice, so it needs no slot.
      if message.code != .post { return admit(message, length: length, now: now) }
      reply = Reply(
        refusing: message.type, id: message.id, token: message.token, code: .serviceUnavailable)
      reply?.body = .maxAge(30)
      return nil
    }
  }

  /// A request of its own, or a read that may be done again.
  private mutating func admit(
    _ message: borrowing MessageView, length: Int, now: Instant
  ) -> Request? {
    statistics[.requests] &+= 1
    let start = length &- message.payload.count
    do throws(RequestRefusal) {
      return try Request(message, payloadStart: start, profile: configuration.profile)
    } catch {
      // RFC 7252 section 5.4.1: only a confirmable request is told so.
      if error.code == .badOption, message.type == .nonConfirmable {
        statistics.drop(.option)
        return nil
      }
      reply = Reply(
        refusing: message.type, id: message.id, token: message.token, code: error.code)
      if Request.isPinned(message.code) {
        duplicates.record(
          .codeOnly, code: error.code, id: message.id, token: message.token, now: now)
      }
      return nil
    }
  }

  /// RFC 7252 section 4.5: a duplicate gets what the first one got, and nothing is done again.
  private mutating func repeatAnswer(_ seen: SeenRequest, _ message: borrowing MessageView) {
    switch seen.answer {
    case .none, .recompute:
      break
    case .acknowledgement:
      if message.type == .confirmable {
        reply = Reply(empty: .acknowledgement, id: message.id)
      }
    case .codeOnly:
      reply = Reply(
        refusing: message.type, id: message.id, token: message.token, code: seen.code)
      if seen.maxAge > 0 { reply?.body = .maxAge(seen.maxAge) }
    }
  }

  /// A response to Register, Update or De-register, or to nothing.
  private mutating func receiveResponse(_ message: borrowing MessageView, now: Instant) {
    guard message.type != .reset else { return statistics.drop(.codeClass) }
    guard outstanding.isActive, purpose.isRequest, outstanding.token == message.token,
      message.type != .acknowledgement || outstanding.id == message.id
    else {
      return receiveStrayResponse(message)
    }
    guard isUnderstood(message) else {
      return reject(message.header, .option)
    }
    if message.type == .confirmable {
      reply = Reply(empty: .acknowledgement, id: message.id)
      lastSeparateID = message.id
    }
    outstanding.end()
    answered(message, now: now)
  }

  /// RFC 7252 section 5.4.1: a response with a critical option this client does not know is rejected. Of OneNET, which
  /// has options of its own, everything is taken.
  private func isUnderstood(_ message: borrowing MessageView) -> Bool {
    if configuration.profile.toleratesDraftToken { return true }
    var options = message.options
    while let option = options.next() {
      let number = option.number
      if number.isCritical, number != .block1, number != .block2 { return false }
    }
    return true
  }

  /// A separate response whose acknowledgement was lost is acknowledged again; any other confirmable one is rejected.
  private mutating func receiveStrayResponse(_ message: borrowing MessageView) {
    if message.type == .confirmable, lastSeparateID == message.id {
      reply = Reply(empty: .acknowledgement, id: message.id)
      return
    }
    statistics.drop(.unmatched)
    if message.type == .confirmable { reply = Reply(empty: .reset, id: message.id) }
  }

  /// An empty acknowledgement.
  private mutating func acknowledged(_ id: UInt16, now: Instant) {
    guard isUnderWay(id) else { return statistics.drop(.unmatched) }
    guard purpose.isRequest else { return conclude(.acknowledged, now: now) }
    let limit = now + configuration.parameters.maximumTransmitWait
    outstanding.acknowledged(limit: limit, parameters: configuration.parameters)
  }

  /// A Reset: the peer wants nothing to do with the message `id` (RFC 7252 section 4.2).
  private mutating func wasReset(_ id: UInt16, now: Instant) {
    if isUnderWay(id) { return conclude(.reset, now: now) }
    if !endObservation(notifiedAs: id) { statistics.drop(.unmatched) }
  }

  private func isUnderWay(_ id: UInt16) -> Bool {
    outstanding.isActive && !outstanding.isUnsent && outstanding.id == id
  }
}

extension Reply {
  /// A bare code to a request that was not taken apart.
  init(refusing type: MessageType, id: UInt16, token: Token, code: Code) {
    self.type = type == .confirmable ? .acknowledgement : .nonConfirmable
    self.code = code
    self.id = id
    self.token = token
    body = .none
  }
}
