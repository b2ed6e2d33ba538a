import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The conversation with the application, held by the ring between two verbs.
extension Engine where Store: ~Copyable {
  /// Whether the application is to be asked or told something.
  public var hasQuestions: Bool {
    @inline(__always)
    get { if case .none = consulting { false } else { true } }
  }

  /// What the application is to be asked or told next; `nil` when nothing is left. `datagram` is the one handled last,
  /// or empty before a transmission.
  public mutating func nextQuestion(_ datagram: Span<UInt8>, now: Instant) -> Question? {
    switch consulting {
    case .none:
      return nil
    case .reading(let selection, let index, let instance, let request):
      return nextReading(selection, index, instance, request, now: now)
    case .writing(let request, var cursor, let handle, let pending):
      guard let item = nextItem(&cursor, datagram) else {
        consulting = .none
        finishWrite(request, cursor, datagram, handle, pending: pending, now: now)
        return nil
      }
      consulting = .writing(request, cursor, request: handle, pending: pending)
      return Question(
        .write(cursor.encoding), item.resource, instance: item.instance, request: handle,
        start: item.start, length: item.length)
    case .telling(var cursor):
      guard let item = nextItem(&cursor, datagram) else {
        consulting = .none
        return nil
      }
      consulting = .telling(cursor)
      return Question(.wrote, item.resource, instance: item.instance)
    case .executing(let request, let resource, let handle, let asked):
      guard !asked else {
        consulting = .none
        return nil
      }
      consulting = .executing(request, resource, request: handle, asked: true)
      return Question(
        .execute, resource, request: handle, start: Int(request.payloadStart),
        length: Int(request.payloadLength))
    }
  }

  /// Walks over the readable values of a selection, each instance of a multiple resource on its own.
  private mutating func nextReading(
    _ selection: ReadSelection, _ start: Int, _ instance: Int, _ request: UInt32, now: Instant
  ) -> Question? {
    var index = start
    var instance = instance
    while index < selection.range.upperBound {
      let resource = resources[index]
      let isMultiple = resource.access.contains(.multiple)
      let count = isMultiple ? store.instanceCount(resource.slot) : 1
      guard !resource.access.contains(.builtIn), resource.access.contains(.readable),
        instance < count
      else {
        index &+= 1
        instance = 0
        continue
      }
      consulting = .reading(
        selection, index: index, instance: instance &+ 1, request: request)
      return Question(.read, resource, instance: instance, request: request)
    }
    consulting = .none
    finishReading(selection, now: now)
    return nil
  }

  /// The application's word on the last question.
  public mutating func answer(_ verdict: Verdict, now: Instant) {
    switch consulting {
    case .none, .telling:
      break
    case .reading(let selection, _, _, let request):
      answerReading(verdict, selection, request, now: now)
    case .writing(let request, let cursor, let handle, _):
      switch verdict {
      case .agreed: break
      case .pending:
        consulting = .writing(request, cursor, request: handle, pending: true)
      case .refused(let code):
        consulting = .none
        respond(to: request, code, now: now)
      }
    case .executing(let request, _, let handle, _):
      consulting = .none
      switch verdict {
      case .agreed: respond(to: request, .changed, now: now)
      case .refused(let code): respond(to: request, code, now: now)
      case .pending: deferRequest(request, as: .execute, handle, now: now)
      }
    }
  }

  /// A refusal or deferral of a read ends the questions; for a notification neither has a meaning.
  private mutating func answerReading(
    _ verdict: Verdict, _ selection: ReadSelection, _ handle: UInt32, now: Instant
  ) {
    guard let current = reply, case .values(_, let observe) = current.body else { return }
    switch verdict {
    case .agreed:
      break
    case .refused(let code):
      consulting = .none
      reply?.code = code
      reply?.body = .none
      // To the observer an error is the end (RFC 7641 section 4.2).
      if observe == 0 { endObservation(of: selection.path, by: current.token) }
    case .pending:
      consulting = .none
      reply = nil
      deferReply(
        current,
        as: .read(path: selection.path, format: selection.format, observe: observe == 0),
        handle, now: now)
    }
  }

  /// All values of a read are fresh: now its Observe option takes effect. A notification has no reply.
  private mutating func finishReading(_ selection: ReadSelection, now: Instant) {
    guard let current = reply, case .values(_, let observe) = current.body else { return }
    let sequence = observed(
      observe, selection.path, token: current.token, format: selection.format, now: now)
    reply?.body = .values(selection, observe: sequence)
  }

  private mutating func finishWrite(
    _ request: Request, _ cursor: WriteCursor, _ datagram: Span<UInt8>, _ handle: UInt32,
    pending: Bool, now: Instant
  ) {
    if pending {
      deferRequest(request, as: .write(path: cursor.path), handle, now: now)
      return
    }
    let start = Int(request.payloadStart)
    let payload = start..<start + Int(request.payloadLength)
    storeAll(
      WriteCursor(path: cursor.path, encoding: cursor.encoding, payload: payload), datagram,
      now: now)
    respond(to: request, .changed, now: now)
  }
}
