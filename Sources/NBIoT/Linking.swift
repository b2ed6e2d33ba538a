import CShims
import CoAPExchange
import CoAPWire
import LwM2MClient
import NBIoTBytes

/// Opening, securing, breaking and closing the way to the server.
extension DeviceReference {
  func manageLink(now: Instant) {
    if case .connecting = device.engine.standing { connectLink(now: now) }
    switch device.link.stage {
    case .securing(let socket, let due):
      if due <= now { stepSecurity(socket, now: now) }
    case .open(let socket, let due):
      if due <= now { stepSecurity(socket, now: now) }
    case .closed, .resolving:
      break
    }
  }

  /// A link nobody needs is closed; a socket that is not open costs nothing.
  func settleLink() {
    switch device.engine.standing {
    case .idle, .waiting:
      if device.unsent == 0 { closeLink(notify: true) }
    case .connecting, .registering, .registered, .updating, .deregistering:
      break
    }
  }

  private func connectLink(now: Instant) {
    switch device.link.stage {
    case .securing:
      return
    case .open:
      closeLink(notify: false)
    case .resolving(let retryAt):
      guard retryAt <= now else { return }
    case .closed:
      break
    }
    var address = nbiot_address_t()
    let answer = resolve(&address)
    if answer == 0 {
      device.link.stage = .resolving(retryAt: now + Link.resolveInterval)
      return
    }
    device.link.stage = .closed
    guard answer > 0 else {
      log(
        UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_RESOLVE_FAILED), 0,
        UInt32(bitPattern: answer))
      return device.engine.connectFailed(.unresolved, now: now)
    }
    address.port = device.link.port
    address.reserved = 0
    device.link.address = address
    openSocket(now: now)
  }

  /// The lock is not held while the hook runs.
  private func resolve(_ address: inout nbiot_address_t) -> Int32 {
    let host = device.uri.host
    let start = unsafe device.uriText.start + host.lowerBound
    let name = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
    return outside {
      unsafe device.platform.resolve(name, length: host.count, into: &address)
    }
  }

  private func openSocket(now: Instant) {
    let socket = device.platform.open(
      family: device.link.address.family, port: device.link.localPort)
    guard socket >= 0 else {
      device.engine.statistics[.socketErrors] &+= 1
      log(
        UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_SOCKET_BROKEN), UInt32.max,
        UInt32(bitPattern: socket))
      return device.engine.connectFailed(.socket, now: now)
    }
    log(
      UInt8(NBIOT_LOG_INFO), UInt16(NBIOT_LOG_SOCKET_OPENED), UInt32(bitPattern: socket), 0)
    guard device.link.isSecure else {
      device.link.stage = .open(socket: socket, stepAt: .never)
      return device.engine.connected(to: PeerAddress(device.link.address))
    }
    device.link.stage = .securing(socket: socket, stepAt: now)
    lendEnvironment()
    let answer =
      unsafe device.security?.open(environment, now: device.clock.reading)
      ?? NBIOT_SECURITY_PROTOCOL
    if answer < 0 { securityFailed(answer, now: now) }
  }

  private func lendEnvironment() {
    unsafe environment.pointee.context = UnsafeMutableRawPointer(handle)
    unsafe environment.pointee.emit = { context, data, length in
      guard let context = unsafe context,
        let reference = unsafe DeviceReference(OpaquePointer(context))
      else { return NBIOT_PORT_BROKEN }
      return unsafe reference.emitRecord(data, Int(length))
    }
    unsafe environment.pointee.random = { context, buffer, size in
      guard let context = unsafe context,
        let reference = unsafe DeviceReference(OpaquePointer(context))
      else { return NBIOT_PORT_BROKEN }
      return unsafe reference.device.platform.fill(buffer, size)
    }
  }

  private func emitRecord(_ data: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    var address = device.link.address
    return unsafe device.platform.send(device.link.socket, data, length, to: &address)
  }

  private func stepSecurity(_ socket: Int32, now: Instant) {
    var next = UInt32.max
    let answer =
      device.security?.step(now: device.clock.reading, next: &next) ?? NBIOT_SECURITY_PROTOCOL
    let due = next == .max ? Instant.never : now + Milliseconds(next)
    guard answer >= 0 else { return securityFailed(answer, now: now) }
    if answer == NBIOT_SECURITY_ESTABLISHED {
      let isNew = if case .securing = device.link.stage { true } else { false }
      device.link.stage = .open(socket: socket, stepAt: due)
      if isNew { device.engine.connected(to: PeerAddress(device.link.address)) }
    } else {
      device.link.stage = .securing(socket: socket, stepAt: due)
    }
  }

  /// Takes one record-layer datagram, and hands every plaintext in it to the engine. `false` when none arrived.
  func secureReceive(_ socket: Int32, now: Instant) -> Bool {
    var source = nbiot_address_t()
    guard let length = datagram(socket, from: &source, now: now) else { return false }
    guard length > 0 else { return true }
    guard PeerAddress(source) == PeerAddress(device.link.address) else {
      device.engine.statistics.foreign(length)
      return true
    }
    var answer = unsafe securityInput(device.receiveBuffer.start, length)
    while answer > 0 {
      let length = min(Int(answer), device.receiveBuffer.capacity)
      take(length, from: PeerAddress(device.link.address), now: now)
      // The answer to it may have found the session over.
      guard device.link.socket == socket else { return false }
      answer = unsafe securityInput(nil, 0)
    }
    guard answer == 0 else {
      device.engine.statistics.drop(.security)
      securityFailed(answer, now: now)
      return false
    }
    stepSecurity(socket, now: now)
    return true
  }

  private func securityInput(_ data: UnsafePointer<UInt8>?, _ length: Int) -> Int32 {
    let buffer = device.receiveBuffer
    return unsafe device.security?.input(
      now: device.clock.reading, data, length, into: buffer.start, buffer.capacity)
      ?? NBIOT_SECURITY_PROTOCOL
  }

  /// Protects and emits what the send buffer holds.
  func secureSend(_ length: Int) -> Int32 {
    unsafe device.security?.send(now: device.clock.reading, device.sendBuffer.start, length)
      ?? NBIOT_SECURITY_PROTOCOL
  }

  private func securityFailed(_ answer: Int32, now: Instant) {
    log(UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_SECURITY), 0, UInt32(bitPattern: answer))
    closeLink(notify: false)
    if case .connecting = device.engine.standing {
      device.engine.connectFailed(.silent, now: now)
    } else {
      device.engine.linkLost(now: now)
    }
  }

  /// The socket is of no use any more.
  func linkBroke(_ answer: Int32, now: Instant) {
    log(
      UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_SOCKET_BROKEN),
      UInt32(bitPattern: device.link.socket), UInt32(bitPattern: answer))
    device.engine.statistics[.socketErrors] &+= 1
    closeLink(notify: false)
    device.engine.linkLost(now: now)
  }

  func closeLink(notify: Bool) {
    let socket = device.link.socket
    if socket >= 0 {
      device.security?.close(notify: notify)
      device.platform.close(socket)
    }
    device.link.stage = .closed
    device.unsent = 0
  }
}
