import CShims
import CoAPExchange
import NBIoTBytes

/// The way to the server: a socket, the address, and perhaps a security provider between them and the engine.
struct Link {
  enum Stage: UInt8 {
    case closed
    /// Asked for the address.
    case resolving
    /// There is a socket, and the provider shakes hands.
    case securing
    /// There is a socket, and datagrams may pass.
    case open
  }

  private(set) var stage = Stage.closed
  /// -1 while none is open.
  private(set) var socket: Int32 = -1
  /// When the name or the provider wants attention.
  private(set) var due = Instant.never
  var address = PeerAddress()

  /// A port that is still resolving is asked again after this.
  private static var resolveInterval: Milliseconds { Milliseconds(100) }

  mutating func resolve(again now: Instant) {
    stage = .resolving
    due = now + Link.resolveInterval
  }

  @inline(never)
  mutating func open(_ socket: Int32, _ stage: Stage, due: Instant) {
    self.socket = socket
    self.stage = stage
    self.due = due
  }

  /// Not this socket any more: the next attempt to connect closes it, in the call that serves.
  mutating func discard() {
    if stage == .securing { stage = .open }
  }

  mutating func close() {
    open(-1, .closed, due: .never)
  }
}

/// A security provider with the context of this device, or none.
@safe
struct SecurityProvider: ~Copyable {
  private let offered: UnsafePointer<nbiot_security_t>?
  /// `offered` while the link is to be secure.
  private var table: UnsafePointer<nbiot_security_t>?
  private let context: UnsafeMutableRawPointer?
  private let credentials: UnsafePointer<nbiot_credentials_t>?

  /// The functions were checked: they are there where a secure link is possible.
  init(_ config: UnsafePointer<nbiot_config_t>) {
    unsafe offered = unsafe config.pointee.security
    unsafe table = nil
    unsafe context = unsafe config.pointee.security_context
    unsafe credentials = unsafe config.pointee.credentials
  }

  /// Before a link is opened. A secure one is only asked for where there is a provider.
  mutating func choose(isSecure: Bool) {
    unsafe table = isSecure ? unsafe offered : nil
  }

  /// Whether the link is secure.
  var isPresent: Bool {
    @inline(__always) get { unsafe table != nil }
  }

  private var functions: UnsafePointer<nbiot_security_t> {
    @inline(__always) get { unsafe table.unsafelyUnwrapped }
  }

  /// `own`: the server's, before those that were configured.
  func open(
    _ environment: UnsafePointer<nbiot_security_environment_t>,
    _ own: UnsafePointer<nbiot_credentials_t>?, now: UInt32
  ) -> Int32 {
    unsafe functions.pointee.open.unsafelyUnwrapped(
      context, environment, own ?? credentials, now)
  }

  func step(now: UInt32, next: inout UInt32) -> Int32 {
    unsafe functions.pointee.step.unsafelyUnwrapped(context, now, &next)
  }

  func input(
    now: UInt32, _ data: UnsafePointer<UInt8>?, _ length: Int,
    into buffer: UnsafeMutablePointer<UInt8>, _ size: Int
  ) -> Int32 {
    unsafe functions.pointee.input.unsafelyUnwrapped(
      context, now, data, UInt32(truncatingIfNeeded: length), buffer,
      UInt32(truncatingIfNeeded: size))
  }

  func send(now: UInt32, _ data: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    unsafe functions.pointee.send.unsafelyUnwrapped(
      context, now, data, UInt32(truncatingIfNeeded: length))
  }

  func close(notify: Bool) {
    unsafe functions.pointee.close.unsafelyUnwrapped(context, notify ? 1 : 0)
  }
}
