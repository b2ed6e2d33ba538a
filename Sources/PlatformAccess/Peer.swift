/// Where datagrams come from and go to.
public struct Peer: Hashable, Sendable {
  public enum Host: Hashable, Sendable {
    case ipv4(UInt32)
    case ipv6(high: UInt64, low: UInt64)
  }

  public let host: Host
  public let port: UInt16

  public init(host: Host, port: UInt16) {
    self.host = host
    self.port = port
  }
}

extension Peer.Host: CustomStringConvertible {
  public var isLoopback: Bool {
    switch self {
    case .ipv4(let address): address >> 24 == 127
    case .ipv6(let high, let low): high == 0 && (low == 1 || Self.mapsLoopback(low))
    }
  }

  /// Nobody can be sent there: it stands for every address of this machine.
  public var isUnspecified: Bool {
    self == .ipv4(0) || self == .ipv6(high: 0, low: 0)
  }

  /// `::ffff:127.x.y.z`
  private static func mapsLoopback(_ low: UInt64) -> Bool {
    low >> 32 == 0xFFFF && (low >> 24) & 0xFF == 127
  }

  public var description: String {
    switch self {
    case .ipv4(let address):
      return [24, 16, 8, 0].map { String(address >> $0 & 0xFF) }.joined(separator: ".")
    case .ipv6(let high, let low):
      let groups = [high, low].flatMap { half in
        [48, 32, 16, 0].map { String(half >> $0 & 0xFFFF, radix: 16) }
      }
      return groups.joined(separator: ":")
    }
  }
}

extension Peer: CustomStringConvertible {
  public var description: String {
    switch host {
    case .ipv4: "\(host):\(port)"
    case .ipv6: "[\(host)]:\(port)"
    }
  }
}

/// Bytes on their way to a peer.
public struct Datagram: Equatable, Sendable {
  public let bytes: [UInt8]
  public let peer: Peer

  public init(bytes: [UInt8], peer: Peer) {
    self.bytes = bytes
    self.peer = peer
  }
}
