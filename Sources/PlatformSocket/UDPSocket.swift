import Glibc
import PlatformAccess

/// A UDP socket.
public struct UDPSocket: ~Copyable {
  private let descriptor: Int32
  /// Where the socket is bound, with the port the system chose.
  public let localPeer: Peer

  /// The largest datagram there is.
  private static let capacity = 65_535

  public init(binding peer: Peer) throws(SocketError) {
    let family = if case .ipv4 = peer.host { AF_INET } else { AF_INET6 }
    let descriptor = socket(
      family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .systemCall("socket", errno: errno) }
    let status = unsafe UDPSocket.withAddress(of: peer) { address, length in
      unsafe bind(descriptor, address, length)
    }
    guard status == 0, let local = UDPSocket.boundPeer(of: descriptor) else {
      let number = errno
      close(descriptor)
      throw .systemCall("bind \(peer)", errno: number)
    }
    self.descriptor = descriptor
    localPeer = local
  }

  deinit {
    close(descriptor)
  }

  private static func boundPeer(of descriptor: Int32) -> Peer? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(descriptor, address, &length)
      }
    }
    return status == 0 ? peer(from: storage) : nil
  }

  /// A datagram that cannot be sent is lost, as any datagram may be.
  public func send(_ datagram: Datagram) {
    _ = unsafe datagram.bytes.withUnsafeBytes { bytes in
      unsafe UDPSocket.withAddress(of: datagram.peer) { address, length in
        unsafe sendto(
          descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT), address,
          length)
      }
    }
  }

  /// The next datagram that is there; does not wait.
  public func receive() -> Datagram? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: UDPSocket.capacity) { buffer, size in
      count = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          unsafe recvfrom(
            descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT), address,
            &length)
        }
      }
      size = max(0, count)
    }
    guard count >= 0, let peer = UDPSocket.peer(from: storage) else { return nil }
    return Datagram(bytes: bytes, peer: peer)
  }

  public var handle: Handle { Handle(descriptor: descriptor) }
}

/// Addresses between Swift and C.
extension UDPSocket {
  /// Reads an address as digits; names are not resolved.
  public static func host(parsing text: String) throws(SocketError) -> Peer.Host {
    var four = in_addr()
    if unsafe inet_pton(AF_INET, text, &four) == 1 {
      return .ipv4(UInt32(bigEndian: four.s_addr))
    }
    var six = in6_addr()
    guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { throw .addressInvalid(text) }
    return host(from: six)
  }

  private static func host(from address: in6_addr) -> Peer.Host {
    unsafe withUnsafeBytes(of: address) { bytes in
      let high = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
      let low = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      return .ipv6(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }
  }

  private static func peer(from storage: sockaddr_storage) -> Peer? {
    unsafe withUnsafeBytes(of: storage) { bytes in
      switch Int32(storage.ss_family) {
      case AF_INET:
        let address = unsafe bytes.load(as: sockaddr_in.self)
        return Peer(
          host: .ipv4(UInt32(bigEndian: address.sin_addr.s_addr)),
          port: UInt16(bigEndian: address.sin_port))
      case AF_INET6:
        let address = unsafe bytes.load(as: sockaddr_in6.self)
        return Peer(
          host: host(from: address.sin6_addr), port: UInt16(bigEndian: address.sin6_port))
      default: return nil
      }
    }
  }

  private static func withAddress<Result>(
    of peer: Peer, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    switch peer.host {
    case .ipv4(let host):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = peer.port.bigEndian
      address.sin_addr.s_addr = host.bigEndian
      return unsafe withGenericAddress(address, body)
    case .ipv6(let high, let low):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = peer.port.bigEndian
      unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
        unsafe bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
        unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      return unsafe withGenericAddress(address, body)
    }
  }

  private static func withGenericAddress<Address, Result>(
    _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe body(generic, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}
