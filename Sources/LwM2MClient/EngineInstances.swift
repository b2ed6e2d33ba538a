import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Create and Delete (LwM2M 1.0 sections 5.4.6 and 5.4.7). The application agrees to each, and brings the resources of a
/// new instance along; if anything is wrong with their values, nothing of it remains.
extension Engine where Store: ~Copyable {
  /// What comes to an object, or to nothing at all: Create, Delete, or a refusal.
  @inline(never)
  mutating func changeInstances(_ datagram: inout MutableSpan<UInt8>) {
    let range = reply.selection.range
    let isThere = !range.isEmpty
    let depth = request.path.depth
    // The SDK's own objects have one instance, and keep it (ETS int-680, int-685).
    let isOwn = isThere && resources[range.lowerBound].access.contains(.builtIn)
    let consultation = configuration.consultation
    if request.method == .post, depth == 1, consultation.creates, !isOwn {
      create(&datagram)
    } else if request.method == .delete, depth == 2, isThere, consultation.removes, !isOwn {
      consulting.stage = .removing
      consulting.handle = deferred.drawHandle()
    } else {
      respond(isThere ? .methodNotAllowed : .notFound)
    }
  }

  private mutating func create(_ datagram: inout MutableSpan<UInt8>) {
    guard writeEncoding(&datagram) != nil else { return respond(.unsupportedContentFormat) }
    let instance = namedInstance(datagram.span) ?? freeInstance
    // An ID that is taken is 4.00 as well (section 7.3.2.4).
    guard instance != Path.absent, !exists(Path(request.path.object, instance)) else {
      return respond(.badRequest)
    }
    request.path.instance = instance
    rewindCreate()
    do throws(RequestRefusal) {
      // There are no resources yet, so this passes over everything that is well-formed.
      while try nextWritten(datagram.span) {}
    } catch {
      return respond(error.code)
    }
    consulting.stage = .creating
    consulting.handle = deferred.drawHandle()
  }

  private mutating func rewindCreate() {
    written = WriteCursor(.tlv, request.payload, creates: true)
  }

  /// The ID that the server wants the instance to have; `nil` when it names none.
  private func namedInstance(_ datagram: Span<UInt8>) -> UInt16? {
    var reader = TLVReader(datagram.extracting(request.payload))
    do throws(TLVError) {
      guard let record = try reader.next(), record.kind == .objectInstance else { return nil }
      return record.id
    } catch {
      return nil
    }
  }

  /// The lowest ID that no instance of the object has.
  private var freeInstance: UInt16 {
    var free: UInt16 = 0
    var index = reply.selection.first
    while index < reply.selection.end {
      if resources[index].path.instance == free { free &+= 1 }
      index &+= 1
    }
    return free
  }

  // MARK: The conversation

  func aboutInstance(_ kind: Question.Kind) -> Question {
    var path = request.path
    path.resource = 0
    return Question(
      kind: kind, encoding: .tlv,
      resource: Resource(path: path, type: .opaque, access: Access(rawValue: 0), slot: 0),
      instance: 0, request: consulting.handle, start: 0, length: 0)
  }

  /// Whether the resource at `path` belongs to the instance that the application is asked to agree to.
  public func isCreating(_ path: Path) -> Bool {
    (consulting.stage == .creating || consulting.stage == .overfull) && request.path.covers(path)
  }

  /// A resource found no room. A Create it was for fails, whatever the application says.
  public mutating func lackRoom() {
    statistics.refuse(.resources)
    if consulting.stage == .creating { consulting.stage = .overfull }
  }

  @inline(never)
  mutating func answerAboutInstance(_ verdict: Verdict, now: Instant) {
    let refusal: Code
    switch verdict {
    case .agreed: refusal = .empty
    case .refused(let code): refusal = code
    // Nobody could tell later whether there is an instance.
    case .pending: refusal = .internalServerError
    }
    let isAgreed = refusal == .empty
    switch consulting.stage {
    case .creating where isAgreed && exists(request.path): consulting.stage = .created
    case .creating: withdraw(isAgreed ? .internalServerError : refusal, wasAgreed: isAgreed)
    case .overfull: withdraw(isAgreed ? .serviceUnavailable : refusal, wasAgreed: isAgreed)
    case .filling: if !isAgreed { withdraw(refusal, wasAgreed: true) }
    case .removing:
      consulting.stage = .none
      if isAgreed { remove(now: now) } else { respond(refusal) }
    default: consulting.stage = .none
    }
  }

  /// Checks what the server wants the new instance to hold, and goes on to ask or to store.
  @inline(never)
  mutating func fill(_ datagram: Span<UInt8>, now: Instant) {
    rewindCreate()
    let refusal = passOver(datagram, storing: false, now: now)
    // Without a value for each mandatory resource there is no instance (section 7.3.2.4).
    guard refusal == .empty, !awaitsValues else {
      return withdraw(refusal == .empty ? .badRequest : refusal, wasAgreed: true)
    }
    guard configuration.consultation.beforeWrite else { return finishCreate(datagram, now: now) }
    rewindCreate()
    consulting.stage = .filling
  }

  private var awaitsValues: Bool {
    let range = resources.range(coveredBy: request.path)
    var index = range.lowerBound
    while index < range.upperBound {
      if resources[index].access.contains(.writable | .awaited) { return true }
      index &+= 1
    }
    return false
  }

  mutating func finishCreate(_ datagram: Span<UInt8>, now: Instant) {
    storeAll(datagram, now: now)
    written.rewind(request.payload)
    consulting.stage = configuration.consultation.afterWrite ? .telling : .none
    announce()
    markChanged(request.path, now: now)
    reply(.created, .location)
    let instance = request.path.instance
    record(
      .created, code: Code(rawValue: UInt8(truncatingIfNeeded: instance &>> 8)),
      maxAge: UInt8(truncatingIfNeeded: instance))
  }

  /// Nothing of the new instance remains. An application that agreed to it is told.
  private mutating func withdraw(_ code: Code, wasAgreed: Bool) {
    removeResources()
    respond(code)
    let tells = wasAgreed && configuration.consultation.removes
    consulting.stage = tells ? .withdrawing : .none
    consulting.handle = 0
  }

  private mutating func remove(now: Instant) {
    removeResources()
    markChanged(Path(request.path.object), now: now)
    respond(.deleted)
  }

  private mutating func removeResources() {
    var left = resources.range(coveredBy: request.path).count
    let first = resources.lowerBound(request.path.firstCoveredKey)
    while left > 0 {
      remove(at: first)
      left &-= 1
    }
  }

  func writeLocation(of path: Path, to message: inout MessageWriter) {
    message.option(.locationPath, prefix: "", decimal: UInt32(path.object))
    message.option(.locationPath, prefix: "", decimal: UInt32(path.instance))
  }
}
