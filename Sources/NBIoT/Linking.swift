import CShims
import CoAPExchange
import CoAPWire
import LwM2MClient
import NBIoTBytes

/// Opening, securing, breaking and closing the way to the server.
extension DeviceReference {
  var isConnecting: Bool {
    if case .connecting = device.engine.standing { true } else { false }
  }

  @inline(never)
  func manageLink(now: Instant) {
    if isConnecting, device.link.stage != .securing { connectLink(now: now) }
    if device.link.socket >= 0, device.link.due <= now { stepSecurity(now: now) }
  }

  /// A link nobody needs is closed; a socket that is not open costs nothing.
  func settleLink() {
    guard device.link.stage != .closed, device.unsent == 0, !device.engine.hasReply else { return }
    switch device.engine.standing {
    case .idle, .waiting, .disabled, .holdingOff: closeLink(notify: true)
    case .bootstrapping: if device.engine.leavesServer { closeLink(notify: true) }
    case .connecting, .registering, .registered, .updating, .deregistering: break
    }
  }

  private func connectLink(now: Instant) {
    if device.link.stage == .open { closeLink(notify: false) }
    if device.link.stage == .resolving, device.link.due > now { return }
    guard let server = device.engine.bootstraps ? device.engine.targetURI : device.uri else {
      return device.engine.connectFailed(.unresolved, now: now)
    }
    let answer = resolve(server)
    if answer == 0 { return device.link.resolve(again: now) }
    device.link.close()
    guard answer > 0 else {
      log(
        UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_RESOLVE_FAILED), 0,
        UInt32(bitPattern: answer))
      return device.engine.connectFailed(.unresolved, now: now)
    }
    device.security.choose(isSecure: server.isSecure)
    openSocket(now: now)
  }

  /// The lock is not held while the hook runs.
  private func resolve(_ server: ServerURI) -> Int32 {
    let text = unsafe device.engine.bootstraps ? accountText(.uri).start : uriText
    guard let text = unsafe text else { return NBIOT_PORT_BROKEN }
    let start = unsafe text + server.host.lowerBound
    let name = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
    var address = PeerAddress()
    let answer = outside {
      unsafe device.platform.resolve(name, length: server.host.count, into: &address)
    }
    address.port = server.port
    device.link.address = address
    return answer
  }

  private var uriText: UnsafePointer<UInt8>? { unsafe UnsafePointer(device.uriText.start) }

  /// A text of the server's account, where it stands: accounts only change while datagrams are handled.
  private func accountText(
    _ text: AccountText
  ) -> (start: UnsafePointer<UInt8>?, length: UInt32) {
    unsafe device.engine.withTargetText(text) { bytes in
      unsafe bytes.withUnsafeBufferPointer {
        ($0.baseAddress, UInt32(truncatingIfNeeded: $0.count))
      }
    }
  }

  private func openSocket(now: Instant) {
    let socket = device.platform.open(
      family: device.link.address.family, port: device.localPort)
    guard socket >= 0 else {
      noteBroken(.max, socket)
      return device.engine.connectFailed(.socket, now: now)
    }
    log(
      UInt8(NBIOT_LOG_INFO), UInt16(NBIOT_LOG_SOCKET_OPENED), UInt32(bitPattern: socket), 0)
    guard device.security.isPresent else {
      device.link.open(socket, .open, due: .never)
      return device.engine.connected(to: device.link.address)
    }
    device.link.open(socket, .securing, due: now)
    lendEnvironment()
    let own = unsafe lendCredentials() ? UnsafePointer(credentials) : nil
    let answer = unsafe device.security.open(environment, own, now: device.clock.reading)
    if answer < 0 { securityFailed(answer, now: now) }
  }

  /// `false` when the server's account has none.
  private func lendCredentials() -> Bool {
    guard device.engine.bootstraps else { return false }
    let identity = unsafe accountText(.identity)
    let key = unsafe accountText(.secret)
    guard unsafe key.length > 0 else { return false }
    unsafe credentials.pointee = unsafe nbiot_credentials_t(
      identity: identity.start, key: key.start, identity_length: identity.length,
      key_length: key.length)
    return true
  }

  private func lendEnvironment() {
    unsafe environment.pointee.context = UnsafeMutableRawPointer(handle)
    unsafe environment.pointee.emit = { context, data, length in
      guard let context = unsafe context else { return NBIOT_PORT_BROKEN }
      return unsafe DeviceReference(context).emitRecord(data, Int(length))
    }
    unsafe environment.pointee.random = { context, buffer, size in
      guard let context = unsafe context else { return NBIOT_PORT_BROKEN }
      return unsafe DeviceReference(context).device.platform.fill(buffer, size)
    }
  }

  private func emitRecord(_ data: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    tellRecord()
    return unsafe device.platform.send(device.link.socket, data, length, to: &device.link.address)
  }

  private func stepSecurity(now: Instant) {
    var next = UInt32.max
    let answer = device.security.step(now: device.clock.reading, next: &next)
    guard answer >= 0 else { return securityFailed(answer, now: now) }
    let due = next == .max ? Instant.never : now + Milliseconds(next)
    let isNew = device.link.stage == .securing
    let isEstablished = answer == NBIOT_SECURITY_ESTABLISHED
    device.link.open(device.link.socket, isEstablished ? .open : .securing, due: due)
    if isNew, isEstablished { device.engine.connected(to: device.link.address) }
  }

  /// Takes one record-layer datagram, and hands every plaintext in it to the engine. `false` when the link is over.
  @inline(never)
  func secureTake(_ length: Int, from source: PeerAddress, now: Instant) -> Bool {
    guard source == device.link.address else {
      device.engine.statistics.received(length, dropping: .source)
      logDrop(length)
      return true
    }
    let socket = device.link.socket
    let buffer = unsafe device.receiveBuffer.start
    var answer = unsafe securityInput(buffer, length)
    while answer > 0 {
      // While an answer waits for room there is none for another: the message is lost, and comes again.
      if device.unsent == 0 {
        take(min(Int(answer), device.receiveBuffer.capacity), from: source, now: now)
      }
      // The answer to it may have found the session over.
      guard device.link.socket == socket else { return false }
      answer = unsafe securityInput(nil, 0)
    }
    guard answer == 0 else {
      device.engine.statistics.received(length, dropping: .security)
      logDrop(length)
      securityFailed(answer, now: now)
      return false
    }
    stepSecurity(now: now)
    return true
  }

  private func securityInput(_ data: UnsafePointer<UInt8>?, _ length: Int) -> Int32 {
    unsafe device.security.input(
      now: device.clock.reading, data, length, into: device.receiveBuffer.start,
      device.receiveBuffer.capacity)
  }

  private func securityFailed(_ answer: Int32, now: Instant) {
    log(UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_SECURITY), 0, UInt32(bitPattern: answer))
    closeLink(notify: false)
    if isConnecting {
      device.engine.connectFailed(.silent, now: now)
    } else {
      device.engine.linkLost(now: now)
    }
  }

  /// The socket is of no use any more.
  @inline(never)
  func linkBroke(_ answer: Int32, now: Instant) {
    noteBroken(UInt32(bitPattern: device.link.socket), answer)
    closeLink(notify: false)
    device.engine.linkLost(now: now)
  }

  private func noteBroken(_ socket: UInt32, _ answer: Int32) {
    device.engine.statistics.count(.socketErrors)
    log(
      UInt8(NBIOT_LOG_WARNING), UInt16(NBIOT_LOG_SOCKET_BROKEN), socket,
      UInt32(bitPattern: answer))
  }

  func closeLink(notify: Bool) {
    let socket = device.link.socket
    if socket >= 0 {
      if device.security.isPresent { device.security.close(notify: notify) }
      device.platform.close(socket)
    }
    device.link.close()
    device.unsent = 0
  }
}
