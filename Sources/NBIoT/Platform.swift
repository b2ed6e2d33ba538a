import CShims
import CoAPExchange
import NBIoTBytes

/// The platform's hooks behind Swift signatures. Everything the library does to the world is in this file.
@safe
struct Platform: ~Copyable {
  private let hooks: nbiot_platform_t

  /// `hooks` were checked: the mandatory ones are there.
  init(_ hooks: nbiot_platform_t) {
    unsafe self.hooks = unsafe hooks
  }

  @inline(__always)
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
    _ host: UnsafePointer<CChar>, length: Int, into address: inout nbiot_address_t
  ) -> Int32 {
    unsafe hooks.resolve.unsafelyUnwrapped(
      hooks.context, host, UInt32(truncatingIfNeeded: length), &address)
  }

  func open(family: UInt8, port: UInt16) -> Int32 {
    unsafe hooks.udp_open.unsafelyUnwrapped(hooks.context, family, port)
  }

  @inline(__always)
  func send(
    _ socket: Int32, _ data: UnsafePointer<UInt8>, _ length: Int, to address: inout nbiot_address_t
  ) -> Int32 {
    unsafe hooks.udp_send.unsafelyUnwrapped(
      hooks.context, socket, data, UInt32(truncatingIfNeeded: length), &address)
  }

  @inline(__always)
  func receive(
    _ socket: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ size: Int,
    from address: inout nbiot_address_t
  ) -> Int32 {
    unsafe hooks.udp_receive.unsafelyUnwrapped(
      hooks.context, socket, buffer, UInt32(truncatingIfNeeded: size), &address)
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

  @inline(__always)
  func lock() {
    unsafe hooks.lock?(hooks.context)
  }

  @inline(__always)
  func unlock() {
    unsafe hooks.unlock?(hooks.context)
  }

  func allocate(_ size: UInt32) -> UnsafeMutableRawPointer? {
    unsafe hooks.allocate?(hooks.context, size)
  }

  func release(_ memory: UnsafeMutableRawPointer) {
    unsafe hooks.release?(hooks.context, memory)
  }

  var logs: Bool {
    @inline(__always) get { unsafe hooks.log != nil }
  }

  func log(_ level: UInt8, _ event: UInt16, _ a: UInt32, _ b: UInt32) {
    unsafe hooks.log?(hooks.context, level, event, a, b)
  }

  func fill(_ buffer: UnsafeMutablePointer<UInt8>, _ size: UInt32) -> Int32 {
    unsafe hooks.random.unsafelyUnwrapped(hooks.context, buffer, size)
  }
}

extension PeerAddress {
  @inline(__always)
  init(_ address: nbiot_address_t) {
    let raw = address.bytes
    let high = PeerAddress.word(raw.0, raw.1, raw.2, raw.3, raw.4, raw.5, raw.6, raw.7)
    let low = PeerAddress.word(raw.8, raw.9, raw.10, raw.11, raw.12, raw.13, raw.14, raw.15)
    let isIPv4 = address.family == UInt8(NBIOT_FAMILY_IPV4)
    self.init(
      family: address.family, high: isIPv4 ? high & 0xFFFF_FFFF_0000_0000 : high,
      low: isIPv4 ? 0 : low, port: address.port)
  }

  @inline(__always)
  private static func word(
    _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8, _ g: UInt8, _ h: UInt8
  ) -> UInt64 {
    let upper = UInt32(a) &<< 24 | UInt32(b) &<< 16 | UInt32(c) &<< 8 | UInt32(d)
    let lower = UInt32(e) &<< 24 | UInt32(f) &<< 16 | UInt32(g) &<< 8 | UInt32(h)
    return UInt64(upper) &<< 32 | UInt64(lower)
  }
}
