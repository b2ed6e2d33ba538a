import ModemConsole
import NBModule
import PlatformAccess
import PlatformSocket

/// The system's socket behind a socket of the module.
final class Port {
  /// The module's number of it.
  let number: Int
  let socket: UDPSocket

  init(_ number: Int, at host: Endpoint.Host, port: UInt16) throws(SocketError) {
    self.number = number
    socket = try UDPSocket(binding: Peer(Endpoint(host: host, port: port)))
  }
}

extension Peer {
  init(_ endpoint: Endpoint) {
    switch endpoint.host {
    case .ipv4(let address): self.init(host: .ipv4(address), port: endpoint.port)
    case .ipv6(let high, let low):
      self.init(host: .ipv6(high: high, low: low), port: endpoint.port)
    }
  }
}

extension Endpoint {
  init(_ peer: Peer) {
    switch peer.host {
    case .ipv4(let address): self.init(host: .ipv4(address), port: peer.port)
    case .ipv6(let high, let low): self.init(host: .ipv6(high: high, low: low), port: peer.port)
    }
  }
}
