import CShims
import CoAPExchange
import NBIoTBytes

/// The platform's hooks behind Swift signatures. Everything the library does to the world is in this file.
@safe
struct Platform: ~Copyable {
  private let hooks: nbiot_platform_t

  /// `hooks` were checked: the mandatory ones are there.
  init(_ hooks: UnsafePointer<nbiot_platform_t>) {
    unsafe self.hooks = unsafe hooks.pointee
  }

  /// The caller's own struct as a platform, for the time before there is a device.
  static func view(
    _ hooks: UnsafePointer<nbiot_platform_t>
  ) -> UnsafePointer<Platform> {
    unsafe UnsafeRawPointer(hooks).assumingMemoryBound(to: Platform.self)
  }

  func now() -> UInt32 {
    unsafe hooks.now_ms.unsafelyUnwrapped(hooks.context)
  }

  /// A random word, or the hook's refusal.
  func random(_ word: inout UInt32) -> Int32 {
    unsafe withUnsafeMutableBytes(of: &word) { bytes in
      let start = unsafe bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
      return unsafe fill(start, 4)
    }
  }

  func resolve(
    _ host: UnsafePointer<CChar>, length: Int, into address: inout PeerAddress
  ) -> Int32 {
    unsafe address.withPointer {
      unsafe hooks.resolve.unsafelyUnwrapped(
        hooks.context, host, UInt32(truncatingIfNeeded: length), $0)
    }
  }

  func open(family: UInt8, port: UInt16) -> Int32 {
    unsafe hooks.udp_open.unsafelyUnwrapped(hooks.context, family, port)
  }

  func send(
    _ socket: Int32, _ data: UnsafePointer<UInt8>, _ length: Int, to address: inout PeerAddress
  ) -> Int32 {
    unsafe address.withPointer {
      unsafe hooks.udp_send.unsafelyUnwrapped(
        hooks.context, socket, data, UInt32(truncatingIfNeeded: length), $0)
    }
  }

  func receive(
    _ socket: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ size: Int,
    from address: inout PeerAddress
  ) -> Int32 {
    unsafe address.withPointer {
      unsafe hooks.udp_receive.unsafelyUnwrapped(
        hooks.context, socket, buffer, UInt32(truncatingIfNeeded: size), $0)
    }
  }

  func close(_ socket: Int32) {
    unsafe hooks.udp_close.unsafelyUnwrapped(hooks.context, socket)
  }

  var canWait: Bool { unsafe hooks.wait != nil }
  var canWake: Bool { unsafe hooks.wake != nil }

  func wait(_ socket: Int32, _ timeout: UInt32) {
    unsafe hooks.wait?(hooks.context, socket, timeout)
  }

  func wake(_ socket: Int32) {
    unsafe hooks.wake?(hooks.context, socket)
  }

  func lock() {
    unsafe hooks.lock?(hooks.context)
  }

  func unlock() {
    unsafe hooks.unlock?(hooks.context)
  }

  func allocate(_ size: UInt32) -> UnsafeMutableRawPointer? {
    unsafe hooks.allocate?(hooks.context, size)
  }

  func release(_ memory: UnsafeMutableRawPointer) {
    unsafe hooks.release?(hooks.context, memory)
  }

  var hints: Bool {
    @inline(__always) get { unsafe hooks.udp_hint != nil }
  }

  func hint(_ socket: Int32, _ reason: UInt8, _ expectation: UInt8) {
    unsafe hooks.udp_hint?(hooks.context, socket, reason, expectation)
  }

  var logs: Bool {
    @inline(__always) get { unsafe hooks.log != nil }
  }

  func log(_ level: UInt8, _ event: UInt16, _ a: UInt32, _ b: UInt32) {
    unsafe hooks.log?(hooks.context, level, event, a, b)
  }

  /// Whether an account can be kept over a loss of power.
  var keeps: Bool { unsafe hooks.store != nil }

  func store(_ slot: UInt8, _ data: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    unsafe hooks.store.unsafelyUnwrapped(
      hooks.context, UInt32(slot), data, UInt32(truncatingIfNeeded: length))
  }

  func load(_ slot: UInt8, _ buffer: UnsafeMutablePointer<UInt8>, _ size: Int) -> Int32 {
    unsafe hooks.load.unsafelyUnwrapped(
      hooks.context, UInt32(slot), buffer, UInt32(truncatingIfNeeded: size))
  }

  func fill(_ buffer: UnsafeMutablePointer<UInt8>, _ size: UInt32) -> Int32 {
    unsafe hooks.random.unsafelyUnwrapped(hooks.context, buffer, size)
  }
}

extension PeerAddress {
  /// The same bytes as C sees them; assertions.c and PlatformTests hold the layouts together.
  @inline(__always)
  fileprivate mutating func withPointer<Result>(
    _ body: (UnsafeMutablePointer<nbiot_address_t>) -> Result
  ) -> Result {
    unsafe withUnsafeMutablePointer(to: &self) {
      unsafe body(UnsafeMutableRawPointer($0).assumingMemoryBound(to: nbiot_address_t.self))
    }
  }
}
