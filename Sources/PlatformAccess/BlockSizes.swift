import CoAPWire

/// How large the blocks of long bodies are (RFC 7959), and how long a body may be.
public struct BlockSizes: Equatable, Sendable {
  /// Exponent of the blocks in which a Write goes when it is longer than one of them.
  public var sent: UInt8 = 5
  /// Exponent of the blocks the first GET asks for (section 2.4); `nil` leaves them to the device.
  public var asked: UInt8?
  /// Exponent of the largest blocks of a Register or Update: the first 2.31 asks for these where a
  /// device begins with larger ones (section 2.5).
  public var taken = BlockOption.maximumExponent
  /// Bytes of the longest body that is put together, of a request or of an answer.
  public var limit = 16_384

  public init() {}

  /// The exponent of blocks of `size` bytes; `nil` when there are none of that size.
  public static func exponent(of size: Int) -> UInt8? {
    BlockOption.exponent(fitting: size).flatMap { 16 << Int($0) == size ? $0 : nil }
  }
}
