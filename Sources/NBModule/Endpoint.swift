/// An address and a port on the far side of the radio.
public struct Endpoint: Hashable, Sendable {
  public enum Host: Hashable, Sendable {
    /// The first byte of the address is the most significant one.
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

extension Endpoint.Host: CustomStringConvertible {
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
