/// A UDP address as the core compares it; the ring converts from and to the C struct.
public struct PeerAddress: Equatable, BitwiseCopyable, Sendable {
  /// The first eight bytes of the address, most significant first; IPv4 uses the upper half of these.
  public let high: UInt64
  public let low: UInt64
  public let port: UInt16
  public let family: UInt8

  public init(family: UInt8, high: UInt64, low: UInt64, port: UInt16) {
    self.family = family
    self.high = high
    self.low = low
    self.port = port
  }

  @inline(__always)
  public static func == (left: PeerAddress, right: PeerAddress) -> Bool {
    left.high == right.high && left.low == right.low && left.port == right.port
      && left.family == right.family
  }
}
