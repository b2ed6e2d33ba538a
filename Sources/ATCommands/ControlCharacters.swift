/// The characters that S3, S4 and S5 hold (V.250 6.2.1 ... 6.2.3).
public struct ControlCharacters: Equatable, BitwiseCopyable, Sendable {
  /// S3: ends a command line; begins and ends what is answered.
  public var lineEnd: UInt8 = 0x0D
  /// S4: follows S3 in what is answered.
  public var lineFeed: UInt8 = 0x0A
  /// S5: takes the character before it back.
  public var erase: UInt8 = 0x08

  public init() {}
}
