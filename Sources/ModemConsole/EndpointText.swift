import NBModule

extension Endpoint.Host {
  /// Reads four decimal numbers with dots; names are not resolved.
  public init?(text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard part.allSatisfy(\.isWholeNumber), let byte = UInt8(part) else { return nil }
      address = address << 8 | UInt32(byte)
    }
    self = .ipv4(address)
  }

  /// No other machine can be reached by it.
  public var isLoopback: Bool {
    switch self {
    case .ipv4(let address): address >> 24 == 127
    case .ipv6(let high, let low): high == 0 && low == 1
    }
  }
}

extension Endpoint {
  /// Reads `127.0.0.1:5683`.
  public init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let host = Host(text: String(parts[0])), let port = UInt16(parts[1])
    else { return nil }
    self.init(host: host, port: port)
  }

  /// As it is read; IPv6 addresses stand in brackets.
  public var text: String {
    switch host {
    case .ipv4: "\(host):\(port)"
    case .ipv6: "[\(host)]:\(port)"
    }
  }
}
