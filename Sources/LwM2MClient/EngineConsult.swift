import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The conversation with the application, held by the ring between two verbs. Each question is answered before the
/// next is asked for.
extension Engine where Store: ~Copyable {
  /// Whether the application is to be asked or told something.
  public var hasQuestions: Bool {
    @inline(__always)
    get { consulting.stage != .none }
  }

  /// The bytes the questions are about stand in the body buffer, not in a datagram.
  public var asksAboutBody: Bool {
    @inline(__always) get { request.isAssembled }
  }
  /// Where bodies are put together. Not inlined: it is rarely asked for.
  public var body: LentTable<UInt8> {
    @inline(never) get { transfers.body }
  }

  /// What the application is to be asked or told next; `nil` when nothing is left. `datagram` is the one handled last,
  /// or empty before a transmission.
  public mutating func nextQuestion(_ datagram: Span<UInt8>, now: Instant) -> Question? {
    if consulting.stage == .created { fill(datagram, now: now) }
    switch consulting.stage {
    case .none, .created, .storing: return nil
    case .creating, .overfull: return aboutInstance(.create)
    case .withdrawing, .removing: return aboutInstance(.remove)
    case .reading: return nextReading(now: now)
    case .keeping: return question(.keep, at: 0)
    case .writing, .telling, .filling: return nextWriting(datagram, now: now)
    case .streaming:
      return question(.block, at: reply.selection.first, about: written.value)
    case .executing:
      return question(.execute, at: reply.selection.first, about: request.payload)
    }
  }

  private func question(
    _ kind: Question.Kind, at index: Int, instance: Int = 0, about bytes: Range<Int> = 0..<0
  ) -> Question {
    Question(
      kind: kind, encoding: written.encoding, resource: resources[index], instance: instance,
      request: consulting.handle, start: bytes.lowerBound, length: bytes.count)
  }

  /// Walks over the readable values of a selection, each instance of a multiple resource on its own.
  private mutating func nextReading(now: Instant) -> Question? {
    while consulting.index < consulting.selection.range.upperBound {
      let index = consulting.index
      let instance = consulting.instance
      let resource = resources[index]
      let isMultiple = resource.access.contains(.multiple)
      guard !resource.access.contains(.builtIn), resource.access.contains(.readable),
        instance < (isMultiple ? store.instanceCount(resource.slot) : 1)
      else {
        consulting.index &+= 1
        consulting.instance = 0
        continue
      }
      consulting.instance &+= 1
      return question(.read, at: index, instance: instance)
    }
    consulting.stage = .none
    // A notification has no reply.
    if reply.body == .values, request.observe == 0 { startObservation(now: now) }
    return nil
  }

  /// Walks over the values of a payload that was checked.
  private mutating func nextWriting(_ datagram: Span<UInt8>, now: Instant) -> Question? {
    let isTelling = consulting.stage == .telling
    do throws(RequestRefusal) {
      if try nextWritten(datagram) {
        return question(
          isTelling ? .wrote : .write, at: written.index, instance: written.instance,
          about: written.value)
      }
    } catch {}
    if consulting.stage == .filling {
      finishCreate(datagram, now: now)
      return nil
    }
    consulting.stage = isTelling || consulting.isPending ? .none : .storing
    if !isTelling, consulting.isPending { deferRequest(.write, now: now) }
    return nil
  }

  /// No question is left: stores the values of a write that was agreed to. They are the last thing that is done, and not
  /// below the questions on the stack.
  public mutating func storeAgreed(_ datagram: Span<UInt8>, now: Instant) {
    guard consulting.stage == .storing else { return }
    consulting.stage = .none
    storeAll(datagram, now: now)
    respond(.changed)
  }

  /// The application's word on the last question.
  public mutating func answer(_ verdict: Verdict, now: Instant) {
    switch consulting.stage {
    case .none, .telling, .created, .storing: break
    case .creating, .overfull, .filling, .withdrawing, .removing:
      answerAboutInstance(verdict, now: now)
    case .reading: answerReading(verdict, now: now)
    case .keeping: consultReportValues()
    case .writing:
      switch verdict {
      case .agreed: break
      case .pending: consulting.isPending = true
      case .refused(let code):
        consulting.stage = .none
        respond(code)
      }
    case .streaming: answerStreaming(verdict, now: now)
    case .executing:
      consulting.stage = .none
      switch verdict {
      case .agreed: respond(.changed)
      case .refused(let code): respond(code)
      case .pending: deferRequest(.execute, now: now)
      }
    }
  }

  /// A refusal or deferral of a read ends the questions; for a notification neither has a meaning.
  private mutating func answerReading(_ verdict: Verdict, now: Instant) {
    guard reply.body == .values else { return }
    let observes = request.observe == 0
    switch verdict {
    case .agreed:
      break
    case .refused(let code):
      consulting.stage = .none
      reply(code)
      // To the observer an error is the end (RFC 7641 section 4.2).
      if observes { endObservation(of: request.path, by: request.token) }
    case .pending:
      consulting.stage = .none
      reply.body = .none
      deferRequest(observes ? .observe : .read, now: now)
    }
  }
}
