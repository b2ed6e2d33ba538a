import CShims
import CoAPExchange
import LwM2MClient
import NBIoTBytes

/// One pass of service: timers, the link, what arrived, what is to be sent, what the application has to know.
extension DeviceReference {
  /// A pass handles at most this many datagrams, so that it ends.
  private static var datagramsPerPass: Int { 32 }

  func serve(receiving: Bool = true) {
    let now = tick()
    fillEntropy()
    if hasWork(now: now) {
      schedule()
      if device.due <= now { expire(now: now) }
      manageLink(now: now)
      flush(now: now)
    }
    if receiving {
      var left = DeviceReference.datagramsPerPass
      while left > 0 {
        let arrival = receive(now: now)
        guard arrival.isThere else { break }
        // Not below the frames of `receive`: what serves and what asks the application go deep enough by themselves.
        if arrival.isRequest { hand(arrival.length, now: now) }
        reply(arrival.length, now: now)
        left &-= 1
      }
    }
    device.due = device.engine.deadline
    while device.due <= now, sendNext(now: now) { device.due = device.engine.deadline }
    if !device.engine.isRegistered { settleLink() }
    if device.engine.mayHaveEvents { tellEvents() }
    if device.platform.logs { logState() }
  }

  /// Finds out anew when there is something to do.
  @inline(never)
  func schedule() {
    device.due = device.engine.deadline
  }

  /// What a full socket could not take goes to the server it answers, not to the next one.
  @inline(never)
  private func expire(now: Instant) {
    if device.unsent > 0, device.engine.leavesServer { return }
    device.engine.handleTimeout(now: now)
  }

  /// Most passes begin because a datagram came: nothing is due and the link stands.
  private func hasWork(now: Instant) -> Bool {
    device.link.stage != .open || device.unsent > 0 || device.link.due <= now
      || device.due <= now
  }

  /// Reads the clock.
  func tick() -> Instant {
    let back = device.clock.advance(to: device.platform.now())
    if back > 0 { noteStep(back) }
    return device.clock.now
  }

  private func noteStep(_ back: UInt32) {
    device.engine.statistics.count(.clockSteps)
    log(UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_CLOCK_STEPPED), back, 0)
  }

  @inline(__always)
  private func fillEntropy() {
    if !device.engine.entropy.isFull { drawEntropy() }
  }

  @inline(never)
  private func drawEntropy() {
    while !device.engine.entropy.isFull {
      var word: UInt32 = 0
      let answer = device.platform.random(&word)
      device.lacksEntropy = answer < 0
      guard answer >= 0 else {
        log(
          UInt8(NBIOT_LOG_ERROR), UInt16(NBIOT_LOG_RANDOM_FAILED), 0,
          UInt32(bitPattern: answer))
        return
      }
      device.engine.entropy.add(word)
    }
  }

  /// A datagram that the engine has looked at.
  private struct Arrival {
    /// The length and, in the lowest bit, whether it is a request; negative when there is none.
    private let code: Int

    private init(code: Int) { self.code = code }

    init(_ length: Int, isRequest: Bool) {
      code = length &<< 1 | (isRequest ? 1 : 0)
    }

    var isThere: Bool { code >= 0 }
    /// 0 when there is nothing left to reply to.
    var length: Int { code &>> 1 }
    /// It is still to be served.
    var isRequest: Bool { code & 1 != 0 }

    static var none: Arrival { Arrival(code: -1) }
    /// Nothing is left to be done with it.
    static var over: Arrival { Arrival(code: 0) }
  }

  /// Has the engine look at the next datagram. None when there is none, or none can be taken: one the socket had no
  /// room for keeps the send buffer, so nothing more can be answered until it has left.
  @inline(never)
  private func receive(now: Instant) -> Arrival {
    let socket = device.link.socket
    guard socket >= 0, device.unsent == 0 else { return .none }
    var source = PeerAddress()
    // What no port has written is no beginning of a datagram.
    unsafe device.receiveBuffer.start.pointee = 0
    let answer = unsafe device.platform.receive(
      socket, device.receiveBuffer.start, device.receiveBuffer.capacity, from: &source)
    guard answer > 0 else {
      return answer < 0 && isReadable(answer, from: source, now: now) ? .over : .none
    }
    let length = min(Int(answer), device.receiveBuffer.capacity)
    if device.security.isPresent {
      return secureTake(length, from: source, now: now) ? .over : .none
    }
    return Arrival(length, isRequest: accept(length, from: source, now: now))
  }

  /// Whether there may be a datagram behind what was none.
  @inline(never)
  private func isReadable(_ answer: Int32, from source: PeerAddress, now: Instant) -> Bool {
    if answer == NBIOT_PORT_TRUNCATED {
      device.engine.statistics.truncated()
      logDrop(0)
      // A part of a secure record is not to be read.
      if !device.security.isPresent, device.receiveBuffer[0] != 0 {
        device.receiveBuffer.withBytes(0..<device.receiveBuffer.capacity) {
          device.engine.refuseTruncated($0, from: source, now: now)
        }
      }
      return true
    }
    linkBroke(answer, now: now)
    return false
  }

  /// Hands `length` bytes of the receive buffer to the engine and sends what follows from them.
  func take(_ length: Int, from source: PeerAddress, now: Instant) {
    if accept(length, from: source, now: now) { hand(length, now: now) }
    reply(length, now: now)
  }

  /// Has the engine look at `length` bytes of the receive buffer. `true` when they are a request that is to be served.
  @inline(__always)
  private func accept(_ length: Int, from source: PeerAddress, now: Instant) -> Bool {
    let bytes = unsafe Span(
      _unsafeStart: UnsafePointer(device.receiveBuffer.start), count: length)
    let isRequest = device.engine.accept(bytes, from: source, now: now)
    if device.platform.logs { logArrival(length) }
    return isRequest
  }

  @inline(never)
  private func logArrival(_ length: Int) {
    logDatagram(UInt16(NBIOT_LOG_DATAGRAM_IN), device.receiveBuffer, length)
    logDrop(length)
  }

  /// Has the engine serve the request it has accepted, `length` bytes of the receive buffer or a body.
  @inline(never)
  private func hand(_ length: Int, now: Instant) {
    let isBody = device.engine.asksAboutBody
    let buffer = isBody ? device.engine.body : device.receiveBuffer
    var bytes = unsafe MutableSpan(
      _unsafeStart: buffer.start, count: isBody ? buffer.capacity : length)
    device.engine.serve(&bytes, now: now)
  }

  /// Tells why the datagram that was looked at last was dropped, if it was.
  @inline(never)
  func logDrop(_ length: Int) {
    guard let cause = device.engine.statistics.takeLastDrop() else { return }
    log(
      UInt8(NBIOT_LOG_INFO), UInt16(NBIOT_LOG_DATAGRAM_DROPPED), UInt32(cause.rawValue),
      UInt32(truncatingIfNeeded: length))
  }

  /// Sends what follows from the datagram of `length` bytes; whatever else there is leaves at the end of the pass.
  @inline(never)
  private func reply(_ length: Int, now: Instant) {
    converse(length, now: now)
    guard device.engine.hasReply, device.link.stage == .open, device.unsent == 0 else { return }
    var bytes = unsafe MutableSpan(
      _unsafeStart: device.sendBuffer.start, count: device.sendBuffer.capacity)
    if device.platform.hints { noteReason() }
    device.unsent = device.engine.transmitReply(into: &bytes)
    if device.unsent > 0 { _ = emit(now: now, isNew: true) }
  }

  private func logState() {
    let state = Status.state(device.engine.standing)
    guard state != device.loggedState else { return }
    log(
      UInt8(NBIOT_LOG_INFO), UInt16(NBIOT_LOG_STATE), UInt32(bitPattern: device.loggedState),
      UInt32(bitPattern: state))
    device.loggedState = state
  }

  /// Sends until nothing is left or the socket has no room.
  func flush(now: Instant) {
    while sendNext(now: now) {}
  }

  /// Sends what is next. `false` when that is nothing, or could not leave.
  @inline(never)
  private func sendNext(now: Instant) -> Bool {
    guard device.link.stage == .open else { return false }
    if device.unsent > 0 { return emitAgain(now: now) }
    return device.engine.select(now: now) && send(now: now)
  }

  /// Sends what the engine selected. `false` when it could not leave.
  private func send(now: Instant) -> Bool {
    converse(0, now: now)
    var bytes = unsafe MutableSpan(
      _unsafeStart: device.sendBuffer.start, count: device.sendBuffer.capacity)
    if device.platform.hints { noteReason() }
    device.unsent = device.engine.transmit(into: &bytes, now: now)
    guard device.unsent > 0 else { return true }
    guard emit(now: now, isNew: true) else { return false }
    fillEntropy()
    return true
  }

  /// Offers once more what the socket had no room for: time-outs count from when it leaves (RFC 7252 section 4.2).
  private func emitAgain(now: Instant) -> Bool {
    let isConfirmable = device.sendBuffer[0] & 0x30 == 0
    guard emit(now: now, isNew: false) else { return false }
    device.engine.leftLate(isConfirmable: isConfirmable, now: now)
    return true
  }

  /// Offers the datagram in the send buffer. `false` while it cannot leave.
  private func emit(now: Instant, isNew: Bool) -> Bool {
    let length = device.unsent
    if device.platform.hints {
      if isNew { noteExpectation(now: now) }
      tellHint()
    }
    if device.platform.logs {
      logDatagram(UInt16(NBIOT_LOG_DATAGRAM_OUT), device.sendBuffer, length)
    }
    let start = unsafe device.sendBuffer.start
    let answer =
      device.security.isPresent
      ? unsafe seal(start, length)
      : unsafe device.platform.send(device.link.socket, start, length, to: &device.link.address)
    if answer == 0 { return false }
    device.unsent = 0
    if answer < 0 { linkBroke(answer, now: now) }
    return answer > 0
  }

  /// Hands a datagram to the provider: what leaves meanwhile is told of already.
  @inline(never)
  private func seal(_ start: UnsafeMutablePointer<UInt8>, _ length: Int) -> Int32 {
    let answer = unsafe device.security.send(now: device.clock.reading, start, length)
    endHint()
    return answer
  }

  @inline(never)
  private func logDatagram(_ event: UInt16, _ buffer: LentTable<UInt8>, _ length: Int) {
    var head: UInt32 = 0
    for index in 0..<4 {
      head = head &<< 8 | (index < length ? UInt32(buffer[index]) : 0)
    }
    log(UInt8(NBIOT_LOG_DEBUG), event, UInt32(truncatingIfNeeded: length), head)
  }

  // MARK: When next

  /// Milliseconds until there is something to do, at most 2³¹ - 1.
  func waitTime() -> UInt32 {
    let now = device.clock.now
    var due = device.link.due
    if device.unsent > 0 {
      // A full socket is tried again soon, but not at once.
      due = now + Milliseconds(20)
    } else if device.link.stage != .closed || !isConnecting {
      due = min(due, device.due)
    } else {
      due = now
    }
    // So is a silent random source.
    if device.lacksEntropy { due = max(due, now + Milliseconds(1000)) }
    return min(due.since(now).count, 0x7FFF_FFFF)
  }
}
