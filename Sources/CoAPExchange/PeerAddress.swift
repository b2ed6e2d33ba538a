/// A UDP address, laid out as the ring's C struct, so that nothing has to be converted.
public struct PeerAddress: Equatable, BitwiseCopyable, Sendable {
  public let family: UInt8
  /// Whatever it says, it says nothing.
  private let reserved: UInt8 = 0
  public var port: UInt16
  /// The address as on the wire; IPv4 has the first word, and zero in the others.
  private let words: (UInt32, UInt32, UInt32, UInt32)

  /// No address.
  public init() {
    self.init(family: 0, high: 0, low: 0, port: 0)
  }

  /// `high`: the first eight bytes of the address, most significant first; IPv4 uses the upper half of these.
  public init(family: UInt8, high: UInt64, low: UInt64, port: UInt16) {
    self.family = family
    self.port = port
    words = (
      UInt32(truncatingIfNeeded: high >> 32).bigEndian, UInt32(truncatingIfNeeded: high).bigEndian,
      UInt32(truncatingIfNeeded: low >> 32).bigEndian, UInt32(truncatingIfNeeded: low).bigEndian
    )
  }

  /// All of it at once, since it nearly always is.
  @inline(__always)
  public static func == (left: PeerAddress, right: PeerAddress) -> Bool {
    let difference =
      UInt32(truncatingIfNeeded: left.family ^ right.family)
      | UInt32(truncatingIfNeeded: left.port ^ right.port)
      | (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
      | (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3)
    return difference == 0
  }
}
