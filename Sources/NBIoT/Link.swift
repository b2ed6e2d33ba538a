import CShims
import CoAPExchange
import NBIoTBytes

/// The way to the server: a socket, the address, and perhaps a security provider between them and the engine.
@safe
struct Link {
  var stage = Stage.closed
  var address = nbiot_address_t()
  let port: UInt16
  let localPort: UInt16
  let isSecure: Bool

  enum Stage {
    case closed
    /// Asked for the address; asked again then.
    case resolving(retryAt: Instant)
    /// The provider shakes hands; it wants to be called then.
    case securing(socket: Int32, stepAt: Instant)
    case open(socket: Int32, stepAt: Instant)
  }

  var socket: Int32 {
    @inline(__always)
    get {
      switch stage {
      case .closed, .resolving: -1
      case .securing(let socket, _), .open(let socket, _): socket
      }
    }
  }

  /// When the name or the provider wants attention.
  var deadline: Instant {
    @inline(__always)
    get {
      switch stage {
      case .closed: .never
      case .resolving(let instant): instant
      case .securing(_, let instant), .open(_, let instant): instant
      }
    }
  }

  /// A port that is still resolving is asked again after this.
  static var resolveInterval: Milliseconds { Milliseconds(100) }
}

/// A security provider with the context of this device. Never copied: it is a table of functions.
@safe
struct SecurityProvider: ~Copyable {
  private let table: nbiot_security_t
  private let context: UnsafeMutableRawPointer?
  private let credentials: UnsafePointer<nbiot_credentials_t>?

  init?(_ config: nbiot_config_t) {
    guard let provider = unsafe config.security else { return nil }
    table = unsafe provider.pointee
    unsafe context = unsafe config.security_context
    unsafe credentials = unsafe config.credentials
  }

  func open(
    _ environment: UnsafePointer<nbiot_security_environment_t>, now: UInt32
  ) -> Int32 {
    unsafe table.open.unsafelyUnwrapped(context, environment, credentials, now)
  }

  func step(now: UInt32, next: inout UInt32) -> Int32 {
    unsafe table.step.unsafelyUnwrapped(context, now, &next)
  }

  func input(
    now: UInt32, _ data: UnsafePointer<UInt8>?, _ length: Int,
    into buffer: UnsafeMutablePointer<UInt8>, _ size: Int
  ) -> Int32 {
    unsafe table.input.unsafelyUnwrapped(
      context, now, data, UInt32(truncatingIfNeeded: length), buffer,
      UInt32(truncatingIfNeeded: size))
  }

  func send(now: UInt32, _ data: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    unsafe table.send.unsafelyUnwrapped(
      context, now, data, UInt32(truncatingIfNeeded: length))
  }

  func close(notify: Bool) {
    unsafe table.close.unsafelyUnwrapped(context, notify ? 1 : 0)
  }
}
