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
      if device.engine.deadline <= now { device.engine.handleTimeout(now: now) }
      manageLink(now: now)
      flush(now: now)
    }
    if receiving { receive(now: now) }
    settleLink()
    tellEvents()
    logState()
  }

  /// Most passes begin because a datagram came: nothing is due and the link stands.
  @inline(__always)
  private func hasWork(now: Instant) -> Bool {
    guard case .open(_, let stepAt) = device.link.stage else { return true }
    return device.unsent > 0 || stepAt <= now || device.engine.deadline <= now
  }

  /// Reads the clock.
  @inline(__always)
  @discardableResult
  func tick() -> Instant {
    let back = device.clock.advance(to: device.platform.now())
    if back > 0 {
      device.engine.statistics[.clockSteps] &+= 1
      log(UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_CLOCK_STEPPED), back, 0)
    }
    return device.clock.now
  }

  @inline(__always)
  private func fillEntropy() {
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

  private func receive(now: Instant) {
    for _ in 0..<DeviceReference.datagramsPerPass {
      // A datagram the socket had no room for keeps the send buffer: nothing more can be answered until it has left.
      guard case .open(let socket, _) = device.link.stage, device.unsent == 0 else {
        if case .securing(let socket, _) = device.link.stage {
          if secureReceive(socket, now: now) { continue }
        }
        return
      }
      if device.link.isSecure {
        guard secureReceive(socket, now: now) else { return }
      } else {
        guard plainReceive(socket, now: now) else { return }
      }
    }
  }

  @inline(__always)
  private func plainReceive(_ socket: Int32, now: Instant) -> Bool {
    var source = nbiot_address_t()
    guard let length = datagram(socket, from: &source, now: now) else { return false }
    if length > 0 { take(length, from: PeerAddress(source), now: now) }
    return true
  }

  /// The next datagram's length; 0 for one that was too long; `nil` when there is none or the socket broke.
  @inline(__always)
  func datagram(_ socket: Int32, from source: inout nbiot_address_t, now: Instant) -> Int? {
    let buffer = device.receiveBuffer
    let answer = unsafe device.platform.receive(
      socket, buffer.start, buffer.capacity, from: &source)
    if answer > 0 { return min(Int(answer), buffer.capacity) }
    if answer == 0 { return nil }
    if answer == NBIOT_PORT_TRUNCATED {
      device.engine.statistics.truncated()
      return 0
    }
    linkBroke(answer, now: now)
    return nil
  }

  /// Hands `length` bytes of the receive buffer to the engine and sends what follows from them.
  @inline(never)
  func take(_ length: Int, from source: PeerAddress, now: Instant) {
    logDatagram(UInt16(NBIOT_LOG_DATAGRAM_IN), device.receiveBuffer, length)
    var bytes = unsafe MutableSpan(_unsafeStart: device.receiveBuffer.start, count: length)
    device.engine.handle(&bytes, from: source, now: now)
    if let cause = device.engine.statistics.takeLastDrop() {
      log(
        UInt8(NBIOT_LOG_INFO), UInt16(NBIOT_LOG_DATAGRAM_DROPPED), UInt32(cause.rawValue),
        UInt32(truncatingIfNeeded: length))
    }
    converse(length, now: now)
    flush(now: now)
  }

  private func logState() {
    guard device.platform.logs else { return }
    let state = Status.state(device.engine.standing)
    guard state != device.loggedState else { return }
    log(
      UInt8(NBIOT_LOG_INFO), UInt16(NBIOT_LOG_STATE), UInt32(bitPattern: device.loggedState),
      UInt32(bitPattern: state))
    device.loggedState = state
  }

  /// Sends until nothing is left or the socket has no room.
  @inline(never)
  func flush(now: Instant) {
    guard case .open = device.link.stage else { return }
    if device.unsent > 0, !emit(now: now) { return }
    while device.engine.select(now: now) {
      converse(0, now: now)
      let length = encode(now: now)
      guard length > 0 else { continue }
      device.unsent = length
      guard emit(now: now) else { return }
      fillEntropy()
    }
  }

  @inline(__always)
  private func encode(now: Instant) -> Int {
    let buffer = device.sendBuffer
    var bytes = unsafe MutableSpan(_unsafeStart: buffer.start, count: buffer.capacity)
    return device.engine.transmit(into: &bytes, now: now)
  }

  /// Offers the datagram in the send buffer. `false` while it cannot leave.
  @inline(__always)
  private func emit(now: Instant) -> Bool {
    let length = device.unsent
    logDatagram(UInt16(NBIOT_LOG_DATAGRAM_OUT), device.sendBuffer, length)
    let answer =
      device.link.isSecure
      ? secureSend(length)
      : unsafe device.platform.send(
        device.link.socket, device.sendBuffer.start, length, to: &device.link.address)
    if answer == 0 { return false }
    device.unsent = 0
    guard answer > 0 else {
      linkBroke(answer, now: now)
      return false
    }
    return true
  }

  @inline(never)
  private func logDatagram(_ event: UInt16, _ buffer: LentTable<UInt8>, _ length: Int) {
    guard device.platform.logs else { return }
    var head: UInt32 = 0
    for index in 0..<4 where index < length {
      head |= UInt32(buffer[index]) << UInt32(24 - 8 * index)
    }
    log(UInt8(NBIOT_LOG_DEBUG), event, UInt32(truncatingIfNeeded: length), head)
  }

  // MARK: When next

  /// Milliseconds until there is something to do, at most 2³¹ - 1.
  func waitTime() -> UInt32 {
    let now = device.clock.now
    var deadline = device.engine.deadline
    if case .connecting = device.engine.standing, case .closed = device.link.stage {
      deadline = now
    }
    deadline = min(deadline, device.link.deadline)
    // A full socket or a silent random source is tried again soon, but not at once.
    if device.unsent > 0 { deadline = now + Milliseconds(20) }
    if device.lacksEntropy { deadline = max(deadline, now + Milliseconds(1000)) }
    guard deadline > now else { return 0 }
    return min(deadline.since(now).count, 0x7FFF_FFFF)
  }
}
