import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The one confirmable message under way: encoding it, again when it is to be sent again, and its end.
extension Engine where Store: ~Copyable {
  mutating func encodeOutstanding(into buffer: inout MutableSpan<UInt8>, now: Instant) -> Int {
    purpose.kind == .stored
      ? encodeStored(into: &buffer, now: now) : encodeMessage(into: &buffer, now: now)
  }

  mutating func encodeMessage(into buffer: inout MutableSpan<UInt8>, now: Instant) -> Int {
    if outstanding.isUnsent, !prepare(now: now) {
      conclude(.unneeded, now: now)
      return 0
    }
    var length = encodeContent(into: &buffer)
    // A report that could only say that there is nothing to report has left, non-confirmable.
    guard length > 0, !purpose.isReport || reportedObservation != nil else {
      conclude(.unencodable, now: now)
      return length
    }
    let freshID = freshID
    let isRetransmission = outstanding.isRetransmission
    if !outstanding.encoded(buffer.span.extracting(0..<length), freshID: freshID) {
      // What it says has changed: a new message with a new ID (RFC 7641 section 4.5.2).
      nextID = freshID
      if purpose.isReport { advanceReported(now: now) }
      length = encodeContent(into: &buffer)
      guard length > 0 else { return 0 }
      _ = outstanding.encoded(buffer.span.extracting(0..<length), freshID: freshID)
    }
    if isRetransmission { statistics.count(.retransmissions) }
    outstanding.sent()
    return length
  }

  /// State that changes once, when a message leaves for the first time. `false`: it is not needed any more.
  private mutating func prepare(now: Instant) -> Bool {
    switch purpose.kind {
    case .register, .deregister, .bootstrap:
      break
    case .update:
      registration.updateLeaves()
    case .report, .confirmation:
      guard let index = reportedObservation else { return false }
      // This report is as fresh as any: it takes the place of one that is merely marked.
      observations.settle(index, .none)
      advanceReported(now: now)
      statistics.count(.notifications)
    case .stored:
      advanceReported(now: now)
      statistics.count(.notifications)
    case .response:
      return prepareSeparate(now: now)
    }
    return true
  }

  /// The observation that the report goes to is told what is true now.
  private mutating func advanceReported(now: Instant) {
    guard let index = reportedObservation else { return }
    observations.slots[index].advance()
    noteReported(index, number: number(of: selection(of: index)), now: now)
  }

  /// Length of the message, 0 when it cannot be written.
  private mutating func encodeContent(into buffer: inout MutableSpan<UInt8>) -> Int {
    switch purpose.kind {
    case .register, .update, .deregister, .bootstrap:
      return encodeRegistration(into: &buffer)
    case .report, .confirmation, .stored:
      guard let index = reportedObservation else { return 0 }
      return encodeNotification(
        index, selection(of: index), as: .confirmable, id: outstanding.id, into: &buffer)
    case .response:
      return encodeSeparate(into: &buffer)
    }
  }

  /// How an exchange ends without a response.
  enum Conclusion: UInt8 {
    case acknowledged
    case reset
    case silent
    case unencodable
    /// What it was for has gone before it left.
    case unneeded
  }

  /// The exchange is over; whoever it was for is told.
  mutating func conclude(_ conclusion: Conclusion, now: Instant) {
    outstanding.end()
    switch purpose.kind {
    case .register, .update, .deregister, .bootstrap:
      guard conclusion != .unneeded else { return }
      if conclusion == .unencodable { statistics.refuse(.sendBuffer) }
      fail(
        conclusion == .silent ? .silent : conclusion == .reset ? .reset : .refused,
        code: conclusion == .unencodable ? .requestEntityTooLarge : .empty, maxAge: 0, now: now)
    case .report, .confirmation:
      if let index = reportedObservation {
        switch conclusion {
        case .acknowledged: observations.slots[index].confirmed(now)
        // Whoever rejects or does not acknowledge is not there (RFC 7641 section 4.5).
        case .reset, .silent:
          observations.remove(at: index)
          if conclusion == .reset { doubtRegistration() }
        case .unencodable, .unneeded: break
        }
      }
      if purpose.kind == .report {
        settleReport(purpose.acknowledgementID, delivered: conclusion == .acknowledged)
      }
    case .stored:
      concludeStored(conclusion, now: now)
    case .response:
      if conclusion != .unneeded {
        finishDeferred(purpose.handle, delivered: conclusion == .acknowledged)
      }
    }
  }

  /// The wait for an acknowledgement is over.
  mutating func expireOutstanding(now: Instant) {
    if !outstanding.expire(now: now, parameters: configuration.parameters) {
      conclude(.silent, now: now)
    }
  }
}
