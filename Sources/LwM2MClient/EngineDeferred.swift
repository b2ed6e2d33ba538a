import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Requests that the application answers later (CONTRACTS "Callbacks and answers").
extension Engine where Store: ~Copyable {
  /// No slot: 5.03 without asking.
  mutating func refuseDeferral() {
    statistics.refuse(.deferred)
    respond(.serviceUnavailable, maxAge: 5)
  }

  /// The request waits for the application, which knows it by the handle it was asked under.
  mutating func deferRequest(_ operation: DeferredRequest.Operation, now: Instant) {
    var block: UInt32 = 0
    if let asked = request.block1 { block = answered(asked) }
    let index = deferred.insert()
    deferred.requests[index] = DeferredRequest(
      request, reply.selection, as: operation, handle: consulting.handle, slot: slot,
      block: block,
      acknowledgeBy: now + configuration.acknowledgementDelay,
      answerBy: now + configuration.answerTimeout)
    statistics.reached(.deferred, deferred.count)
    record(.none)
  }

  /// What a request waits for, or why it cannot be answered.
  public enum DeferredKind: Equatable {
    case unknown
    /// Write or Execute, or a Read of several resources: there is no value to give.
    case withoutValue
    case read(Path)
  }

  public func deferredKind(_ handle: UInt32) -> DeferredKind {
    guard let index = deferred.index(of: handle),
      deferred.requests[index].progress.isUnanswered
    else { return .unknown }
    let path = deferred.requests[index].path
    let isSingle = deferred.requests[index].operation.isRead && path.depth == 3
    return isSingle ? .read(path) : .withoutValue
  }

  /// The application's answer to a deferred request. `false` when it is unknown, answered, or too late.
  public mutating func respond(to handle: UInt32, code: Code?, now: Instant) -> Bool {
    guard let index = deferred.index(of: handle) else { return false }
    return answerDeferred(index, code ?? deferred.requests[index].success, now: now)
  }

  private mutating func answerDeferred(_ index: Int, _ code: Code, now: Instant) -> Bool {
    guard deferred.requests[index].answer(code) else { return false }
    if deferred.requests[index].operation == .stream {
      settleBlock(
        of: deferred.requests[index].path, id: deferred.requests[index].id, code, now: now)
    }
    return true
  }

  /// Requests whose time is up are answered 5.04.
  mutating func expireDeferred(now: Instant) {
    while let index = deferred.first(.expire, now: now) {
      _ = answerDeferred(index, .gatewayTimeout, now: now)
    }
  }

  var deferredDeadline: Instant {
    var earliest = Instant.never
    var index = 0
    while index < deferred.capacity {
      let waitsForExchange =
        outstanding.isActive && deferred.requests[index].duty(now: .never) == .respondSeparately
      if !waitsForExchange { earliest = min(earliest, deferred.requests[index].deadline) }
      index &+= 1
    }
    return earliest
  }

  /// The response to the deferred request was sent or, separately, acknowledged.
  mutating func finishDeferred(_ handle: UInt32, delivered: Bool) {
    guard let index = deferred.index(of: handle) else { return }
    deferred.requests[index].finish(delivered: delivered)
  }

  /// Takes out a deferred request that is over.
  mutating func finishedDeferred() -> Event? {
    guard let index = deferred.first(.tell, now: .never) else { return nil }
    let kind: Event.Kind =
      deferred.requests[index].progress == .delivered ? .responseDelivered : .responseFailed
    let handle = deferred.requests[index].handle
    deferred.remove(at: index)
    return Event(kind, detail: handle)
  }

  // MARK: Sending

  mutating func selectDeferred(now: Instant) -> Bool {
    if let index = deferred.first(.respond, now: now) {
      selected = .deferredReply
      selectedIndex = UInt16(truncatingIfNeeded: index)
      return true
    }
    if let index = deferred.first(.acknowledge, now: now) {
      selected = .acknowledgement
      selectedIndex = UInt16(truncatingIfNeeded: index)
      return true
    }
    return false
  }

  mutating func acknowledge(_ index: Int, into buffer: inout MutableSpan<UInt8>) -> Int {
    recall(index)
    deferred.requests[index].progress = .acknowledged
    record(.acknowledgement)
    replyEmpty(.acknowledgement, id: request.id)
    return encodeWhole(as: .acknowledgement, id: request.id, into: &buffer)
  }

  /// The piggybacked response of a deferred request, or the non-confirmable one.
  mutating func encodeDeferred(
    _ index: Int, into buffer: inout MutableSpan<UInt8>, now: Instant
  ) -> Int {
    recall(index)
    deferred.requests[index].finish(delivered: true)
    let isRead = deferred.requests[index].operation.isRead
    record(isRead ? .recompute : .codeOnly, code: reply.code)
    observeDeferred(index, now: now)
    let id = request.type == .confirmable ? request.id : drawID()
    return encodeReply(as: reply.type, id: id, into: &buffer)
  }

  /// The first confirmable response of a deferred request is about to leave.
  mutating func prepareSeparate(now: Instant) -> Bool {
    guard let index = deferred.index(of: purpose.handle) else { return false }
    recall(index)
    observeDeferred(index, now: now)
    reply.body = .none
    return true
  }

  /// The confirmable response of a deferred request.
  mutating func encodeSeparate(into buffer: inout MutableSpan<UInt8>) -> Int {
    guard let index = deferred.index(of: purpose.handle),
      deferred.requests[index].progress == .answeredLate
    else { return 0 }
    recall(index)
    if deferred.requests[index].operation == .observe,
      let observation = observations.find(reply.selection.path)
    {
      reply.observe = observations.slots[observation].sequence
    }
    return encodeReply(as: .confirmable, id: outstanding.id, into: &buffer)
  }

  /// A deferred request and its answer take the place of the request that was received last and its reply.
  private mutating func recall(_ index: Int) {
    request.id = deferred.requests[index].id
    request.type = deferred.requests[index].type
    request.token = deferred.requests[index].token
    request.recall(block: deferred.requests[index].block)
    slot = deferred.requests[index].slot
    reply(deferred.requests[index].code)
    guard deferred.requests[index].operation.isRead, reply.code == .content else { return }
    let path = deferred.requests[index].path
    let range = resources.range(coveredBy: path)
    reply.selection = ReadSelection(
      path: path, format: deferred.requests[index].format, range: range)
    reply.body = .values
    reply.wish = BlockWish(kept: deferred.requests[index].wish)
    if range.isEmpty { reply(.notFound) }
  }

  private mutating func observeDeferred(_ index: Int, now: Instant) {
    if reply.body == .values, deferred.requests[index].operation == .observe {
      startObservation(now: now)
    }
  }
}
