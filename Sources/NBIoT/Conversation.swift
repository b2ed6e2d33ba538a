import CShims
import CoAPWire
import LwM2MClient
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// The engine's questions and events, put to the application's functions without the lock.
extension DeviceReference {
  /// `length`: bytes of the receive buffer the questions are about; 0 before a transmission.
  @inline(__always)
  func converse(_ length: Int, now: Instant) {
    guard device.engine.hasQuestions else { return }
    putQuestions(length, now: now)
    if device.engine.hasQuestions { storeAgreed(length, now: now) }
  }

  /// Not inlined: what it keeps on the stack does not lie below the questions.
  @inline(never)
  private func storeAgreed(_ length: Int, now: Instant) {
    device.engine.storeAgreed(questioned(length), now: now)
  }

  @inline(never)
  private func putQuestions(_ length: Int, now: Instant) {
    while let question = nextQuestion(length, now: now) {
      device.engine.answer(put(question), now: now)
    }
  }

  private func nextQuestion(_ length: Int, now: Instant) -> Question? {
    device.engine.nextQuestion(questioned(length), now: now)
  }

  /// The bytes the questions are about.
  @_lifetime(immortal)
  private func questioned(_ length: Int) -> Span<UInt8> {
    let isBody = device.engine.asksAboutBody
    let buffer = isBody ? device.engine.body : device.receiveBuffer
    let bytes = unsafe Span(
      _unsafeStart: UnsafePointer(buffer.start), count: isBody ? buffer.capacity : length)
    return unsafe _overrideLifetime(bytes, copying: ())
  }

  /// Where the bytes are that the questions are about.
  private var questioned: LentTable<UInt8> {
    device.engine.asksAboutBody ? device.engine.body : device.receiveBuffer
  }

  /// Not inlined: what it keeps on the stack does not lie below what the engine does before and after.
  @inline(never)
  private func put(_ question: Question) -> Verdict {
    if question.kind != .keep { device.hasNews = true }
    switch question.kind {
    case .read: return read(question)
    case .write: return write(question)
    case .wrote:
      tellWritten(question)
      return .agreed
    case .block: return writeBlock(question)
    case .execute: return execute(question)
    case .create: return unsafe ask(device.callbacks.create, about: question)
    case .remove: return unsafe ask(device.callbacks.remove, about: question)
    case .keep:
      keepNotifications()
      return .agreed
    }
  }

  /// Create and Delete cannot be deferred.
  private func ask(_ function: nbiot_instance_function_t?, about question: Question) -> Verdict {
    guard let function = unsafe function else { return .agreed }
    var path = nbiot_path_t(
      object_id: question.resource.path.object, instance_id: question.resource.path.instance,
      resource_id: UInt16(NBIOT_ID_NONE), resource_instance_id: UInt16(NBIOT_ID_NONE))
    let answer = outside {
      unsafe function(device.callbacks.context, question.request, &path)
    }
    return Status.verdict(answer, mayDefer: false)
  }

  private func read(_ question: Question) -> Verdict {
    let slot = question.resource.slot
    guard let value = unsafe device.engine.store.pointer(slot, at: question.instance) else {
      return .agreed
    }
    if let read = unsafe device.callbacks.read {
      var path = path(of: question)
      let answer = outside {
        unsafe read(device.callbacks.context, question.request, &path, value)
      }
      return question.request == 0
        ? .agreed : Status.verdict(answer, mayDefer: true)
    }
    if let read = unsafe device.callbacks.classicRead {
      let path = question.resource.path
      outside { unsafe read(path.object, path.instance, path.resource, value) }
    }
    return .agreed
  }

  private func write(_ question: Question) -> Verdict {
    guard let write = unsafe device.callbacks.write else { return .agreed }
    if question.resource.access.contains(.builtIn) { return .agreed }
    var value = unsafe nbiot_value_t()
    guard unsafe decode(question, into: &value) else {
      return .refused(.requestEntityTooLarge)
    }
    let context = unsafe device.callbacks.context
    var path = path(of: question)
    let answer = outside { unsafe write(context, question.request, &path, &value) }
    return Status.verdict(answer, mayDefer: true)
  }

  /// The value as the application would keep it. `false` when the digits of a hexadecimal string find no room.
  private func decode(
    _ question: Question, into value: inout nbiot_value_t
  ) -> Bool {
    let type = question.resource.type
    unsafe value.type = type.rawValue
    let start = unsafe questioned.start + question.start
    let bytes = unsafe Span(_unsafeStart: UnsafePointer(start), count: question.length)
    guard let decoded = question.encoding.decode(bytes, as: type) else { return false }
    switch decoded {
    case .integer(let number): unsafe value.value.as_int = number
    case .float(let number): unsafe value.value.as_float = number
    case .boolean(let flag): unsafe value.value.as_bool = flag ? 1 : 0
    case .string, .opaque, .hexString:
      guard type == .hexString else {
        unsafe lend(UnsafeMutableRawPointer(start), question.length, to: &value)
        return true
      }
      return unsafe decodeDigits(bytes, into: &value)
    }
    return true
  }

  /// Nothing waits in the send buffer while a request is handled: it holds the digits.
  private func decodeDigits(_ bytes: Span<UInt8>, into value: inout nbiot_value_t) -> Bool {
    let buffer = device.sendBuffer
    var writer = ByteWriter(
      unsafe MutableSpan(_unsafeStart: buffer.start, count: buffer.capacity))
    HexDigits.append(bytes, to: &writer)
    guard !writer.overflowed else { return false }
    let length = writer.position
    unsafe lend(UnsafeMutableRawPointer(buffer.start), length, to: &value)
    return true
  }

  private func lend(
    _ start: UnsafeMutableRawPointer, _ length: Int, to value: inout nbiot_value_t
  ) {
    unsafe value.value.as_buf.val = start.assumingMemoryBound(to: CChar.self)
    unsafe value.value.as_buf.len = UInt32(truncatingIfNeeded: length)
  }

  private func tellWritten(_ question: Question) {
    let slot = question.resource.slot
    guard let tell = unsafe device.callbacks.classicWrite,
      let value = unsafe device.engine.store.pointer(slot, at: question.instance)
    else { return }
    let path = question.resource.path
    outside { unsafe tell(path.object, path.instance, path.resource, value) }
  }

  private func writeBlock(_ question: Question) -> Verdict {
    guard let write = unsafe device.callbacks.writeBlock else {
      return .refused(.internalServerError)
    }
    let piece = device.engine.piece(now: device.clock.now)
    var block = unsafe nbiot_block_t(
      data: UnsafePointer(questioned.start + question.start),
      length: UInt32(truncatingIfNeeded: question.length), offset: piece.offset,
      total: piece.total, is_last: piece.isLast ? 1 : 0, reserved: (0, 0, 0))
    var path = path(of: question)
    let answer = outside {
      unsafe write(device.callbacks.context, question.request, &path, &block)
    }
    return Status.verdict(answer, mayDefer: true)
  }

  private func execute(_ question: Question) -> Verdict {
    let start = unsafe questioned.start + question.start
    let path = question.resource.path
    if let execute = unsafe device.callbacks.execute {
      var place = self.path(of: question)
      let answer = outside {
        unsafe execute(
          device.callbacks.context, question.request, &place, UnsafePointer(start),
          UInt32(truncatingIfNeeded: question.length))
      }
      return Status.verdict(answer, mayDefer: true)
    }
    guard let execute = unsafe device.callbacks.classicExecute else {
      return .refused(.methodNotAllowed)
    }
    let value = unsafe device.engine.store.pointer(question.resource.slot, at: 0)
    outside {
      unsafe execute(
        path.object, path.instance, path.resource, value, UnsafeRawPointer(start),
        question.length)
    }
    return .agreed
  }

  private func path(of question: Question) -> nbiot_path_t {
    let path = question.resource.path
    let isMultiple = question.resource.access.contains(.multiple)
    let instance = device.engine.store.instanceID(question.resource.slot, at: question.instance)
    return nbiot_path_t(
      object_id: path.object, instance_id: path.instance, resource_id: path.resource,
      resource_instance_id: isMultiple ? instance : UInt16(NBIOT_ID_NONE))
  }

  // MARK: Events

  @inline(never)
  func tellEvents() {
    var isTold = false
    while let event = device.engine.nextEvent(hasAnswered: device.unsent == 0) {
      isTold = true
      device.hasNews = true
      if event.kind == .deregistered { device.farewell = event.code }
      if event.kind.isOrder {
        obey(event.kind)
        continue
      }
      log(
        UInt8(NBIOT_LOG_INFO), UInt16(NBIOT_LOG_EVENT), UInt32(event.kind.rawValue),
        UInt32(bitPattern: event.code.decimal))
      tell(event)
    }
    if device.engine.wantsKeeping { keepNotifications() }
    guard isTold else { return }
    keepAccount()
    schedule()
  }

  private func tell(_ event: Event) {
    guard let function = unsafe device.callbacks.event else { return }
    var told = nbiot_event_t(
      id: UInt32(event.kind.rawValue), code: event.code.decimal, detail: event.detail,
      reserved: 0)
    outside { unsafe function(device.callbacks.context, &told) }
  }

  /// The server's answer to these has left.
  private func obey(_ order: Event.Kind) {
    if order == .factoryResetRequested {
      forgetAccount()
      forgetNotifications()
    }
    outside {
      order == .rebootRequested
        ? unsafe device.callbacks.reboot?(device.callbacks.context)
        : unsafe device.callbacks.factoryReset?(device.callbacks.context)
    }
  }
}
