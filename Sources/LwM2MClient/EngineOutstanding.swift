import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The one confirmable message under way: encoding it, again when it is to be sent again, and giving up.
extension Engine where Store: ~Copyable {
  mutating func encodeOutstanding(into buffer: inout MutableSpan<UInt8>, now: Instant) -> Int {
    guard let current = outstanding else { return 0 }
    if current.message.isUnsent, !prepare(current.purpose, now: now) {
      outstanding = nil
      return 0
    }
    var length = encode(current.message, current.purpose, into: &buffer)
    guard length > 0, !endedItsObservation(current.purpose) else {
      outstanding = nil
      couldNotEncode(current.purpose, now: now)
      return length
    }
    let freshID = nextID &+ 1
    let isRetransmission = current.message.isRetransmission
    if outstanding?.message.encoded(buffer.span.extracting(0..<length), freshID: freshID) == false {
      // What it says has changed: a new message with a new ID (RFC 7641 section 4.5.2).
      nextID = freshID
      if case .report(let acknowledgementID, let depth) = current.purpose,
        let slot = reportSlot(acknowledgementID, Int(depth))
      {
        observations[slot].advance()
        noteReported(slot, now: now)
      }
      guard let renewed = outstanding?.message else { return 0 }
      length = encode(renewed, current.purpose, into: &buffer)
      guard length > 0 else { return 0 }
      _ = outstanding?.message.encoded(buffer.span.extracting(0..<length), freshID: freshID)
    }
    if isRetransmission { statistics.retransmissions &+= 1 }
    outstanding?.message.sent()
    return length
  }

  /// State that changes once, when a message leaves for the first time. `false`: it is not needed any more.
  private mutating func prepare(_ purpose: Purpose, now: Instant) -> Bool {
    switch purpose {
    case .register, .deregister:
      return true
    case .update:
      guard case .registered(var registered) = registration else { return false }
      // What changes from here on is for the next Update.
      registered.wanted = nil
      registration = .registered(registered)
      return true
    case .report(let acknowledgementID, let depth):
      guard let slot = reportSlot(acknowledgementID, Int(depth)) else {
        settleReport(acknowledgementID, depth: Int(depth), delivered: false)
        return false
      }
      // This report is as fresh as any: it takes the place of one that is merely marked.
      observations.unqueue(slot)
      observations[slot].advance()
      noteReported(slot, now: now)
      statistics.notifications &+= 1
      return true
    case .response(let handle):
      return prepareSeparate(handle, now: now)
    }
  }

  /// Length of the message, 0 when it cannot be written.
  private mutating func encode(
    _ message: Outstanding, _ purpose: Purpose, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    switch purpose {
    case .register, .update, .deregister:
      return encodeRegistration(message, purpose, into: &buffer)
    case .report(let acknowledgementID, let depth):
      guard let slot = reportSlot(acknowledgementID, Int(depth)) else { return 0 }
      observations[slot].lastID = message.id
      return encodeNotification(slot, type: .confirmable, id: message.id, into: &buffer)
    case .response(let handle):
      return encodeSeparate(handle, id: message.id, into: &buffer)
    }
  }

  /// A report that could only say that there is nothing to report leaves once, non-confirmable.
  private func endedItsObservation(_ purpose: Purpose) -> Bool {
    guard case .report(let acknowledgementID, let depth) = purpose else { return false }
    return reportSlot(acknowledgementID, Int(depth)) == nil
  }

  private mutating func couldNotEncode(_ purpose: Purpose, now: Instant) {
    switch purpose {
    case .register, .update, .deregister:
      statistics.sendBuffer.refuse()
      refused(purpose, code: .requestEntityTooLarge, maxAge: nil, now: now)
    case .report(let acknowledgementID, let depth):
      settleReport(acknowledgementID, depth: Int(depth), delivered: false)
    case .response(let handle):
      finishDeferred(handle, delivered: false)
    }
  }

  /// The wait for an acknowledgement is over.
  mutating func expireOutstanding(now: Instant) {
    guard var current = outstanding else { return }
    if current.message.expire(now: now, parameters: configuration.parameters) {
      outstanding = current
      return
    }
    outstanding = nil
    switch current.purpose {
    case .register, .update, .deregister:
      unanswered(current.purpose, now: now)
    case .report(let acknowledgementID, let depth):
      // Whoever does not acknowledge is not there (RFC 7641 section 4.5).
      endObservation(ofReport: acknowledgementID, depth: Int(depth))
    case .response(let handle):
      finishDeferred(handle, delivered: false)
    }
  }
}
