import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Requests that the application answers later (CONTRACTS "Callbacks and answers").
extension Engine where Store: ~Copyable {
  /// No slot: 5.03 without asking.
  mutating func refuseDeferral(of request: Request, now: Instant) {
    statistics[.deferred].refuse()
    respond(to: request, .serviceUnavailable, now: now)
    reply?.body = .maxAge(5)
    duplicates.record(
      request.isPinned ? .codeOnly : .recompute, code: .serviceUnavailable, maxAge: 5,
      id: request.id, token: request.token, now: now)
  }

  mutating func deferRequest(
    _ request: Request, as operation: DeferredRequest.Operation, _ handle: UInt32, now: Instant
  ) {
    deferMessage(
      request.type, request.id, request.token, operation, handle, now: now)
  }

  mutating func deferReply(
    _ reply: Reply, as operation: DeferredRequest.Operation, _ handle: UInt32, now: Instant
  ) {
    let type: MessageType = reply.type == .acknowledgement ? .confirmable : .nonConfirmable
    deferMessage(type, reply.id, reply.token, operation, handle, now: now)
  }

  private mutating func deferMessage(
    _ type: MessageType, _ id: UInt16, _ token: Token, _ operation: DeferredRequest.Operation,
    _ handle: UInt32, now: Instant
  ) {
    deferred.insert(
      DeferredRequest(
        handle: handle, type: type, id: id, token: token, operation: operation,
        progress: type == .confirmable
          ? .unacknowledged(now + configuration.acknowledgementDelay) : .acknowledged,
        answerBy: now + configuration.answerTimeout))
    statistics[.deferred].reached(deferred.count)
    duplicates.record(.none, code: .empty, id: id, token: token, now: now)
  }

  /// What a request waits for, or why it cannot be answered.
  public enum DeferredKind: Equatable {
    case unknown
    /// Write or Execute, or a Read of several resources: there is no value to give.
    case withoutValue
    case read(Path)
  }

  public func deferredKind(_ handle: UInt32) -> DeferredKind {
    guard let index = deferred.index(of: handle) else { return .unknown }
    switch deferred[index].progress {
    case .unacknowledged, .acknowledged: break
    case .answeredInTime, .answeredLate, .finished: return .unknown
    }
    switch deferred[index].operation {
    case .read(let path, _, _): return path.depth == 3 ? .read(path) : .withoutValue
    case .write, .execute: return .withoutValue
    }
  }

  /// The application's answer to a deferred request. `false` when it is unknown, answered, or too late.
  public mutating func respond(to handle: UInt32, code: Code?) -> Bool {
    guard let index = deferred.index(of: handle) else { return false }
    let success: Code
    switch deferred[index].operation {
    case .read: success = .content
    case .write, .execute: success = .changed
    }
    return deferred[index].answer(code ?? success)
  }

  /// Requests whose time is up are answered 5.04.
  mutating func expireDeferred(now: Instant) {
    while let index = deferred.first(where: { request in
      switch request.progress {
      case .unacknowledged, .acknowledged: request.answerBy <= now
      case .answeredInTime, .answeredLate, .finished: false
      }
    }) {
      _ = deferred[index].answer(.gatewayTimeout)
    }
  }

  var deferredDeadline: Instant {
    var earliest = Instant.never
    for index in 0..<deferred.capacity where deferred[index].handle != 0 {
      earliest = min(earliest, deferred[index].deadline)
    }
    return hasDeferredToSend ? Instant(milliseconds: 0) : earliest
  }

  private var hasDeferredToSend: Bool {
    deferred.first { request in
      switch request.progress {
      case .answeredInTime: true
      case .answeredLate: !outstanding.isActive || request.type == .nonConfirmable
      case .finished: true
      case .unacknowledged, .acknowledged: false
      }
    } != nil
  }

  /// The response to the deferred request at `index` was sent or, separately, acknowledged.
  mutating func finishDeferred(_ handle: UInt32, delivered: Bool) {
    guard let index = deferred.index(of: handle) else { return }
    // 5.04 is the application's failure, however well it arrived.
    var delivered = delivered
    if case .answeredLate(.gatewayTimeout) = deferred[index].progress { delivered = false }
    deferred[index].progress = .finished(delivered: delivered)
  }

  /// Takes out a deferred request that is over.
  mutating func finishedDeferred() -> Event? {
    let found = deferred.first { request in
      if case .finished = request.progress { true } else { false }
    }
    guard let index = found, case .finished(let delivered) = deferred[index].progress else {
      return nil
    }
    let handle = deferred[index].handle
    deferred.remove(at: index)
    return Event(delivered ? .responseDelivered : .responseFailed, detail: handle)
  }

  /// What a deferred request is answered with now.
  func deferredReply(_ request: DeferredRequest, _ code: Code, observe: UInt32?) -> Reply {
    var reply = Reply(
      refusing: request.type, id: request.id, token: request.token, code: code)
    if case .read(let path, let format, _) = request.operation, code == .content {
      let selection = ReadSelection(
        path: path, format: format, range: resources.range(coveredBy: path))
      if selection.range.isEmpty {
        reply.code = .notFound
      } else {
        reply.body = .values(selection, observe: observe)
      }
    }
    return reply
  }
}
