/// The value of Block1 and Block2: which piece of a body, and how large the pieces are (RFC 7959 section 2.2).
public struct BlockOption: Equatable, BitwiseCopyable, Sendable {
  /// NUM, M and SZX as they stand in the option, 24 bits.
  public let rawValue: UInt32

  /// What an option says; `nil` for SZX 7, which is reserved.
  public init?(rawValue: UInt32) {
    guard rawValue & 7 != 7, rawValue <= 0xFF_FFFF else { return nil }
    self.rawValue = rawValue
  }

  /// The piece at `offset`, a multiple of its size. `exponent` 0 ... 6. `nil` when there are too many before it.
  public init?(offset: Int, hasMore: Bool, exponent: UInt8) {
    let number = UInt32(truncatingIfNeeded: offset) &>> UInt32(exponent &+ 4)
    guard number <= BlockOption.maximumNumber else { return nil }
    rawValue = number &<< 4 | (hasMore ? 8 : 0) | UInt32(exponent)
  }

  /// NUM has 20 bits.
  public static var maximumNumber: UInt32 { 0xF_FFFF }
  /// 1,024 bytes.
  public static var maximumExponent: UInt8 { 6 }

  /// NUM.
  public var number: UInt32 { rawValue &>> 4 }
  /// M: another piece follows this one. In what asks for a piece it says nothing.
  public var hasMore: Bool { rawValue & 8 != 0 }
  /// SZX: pieces are of 2^(4 + SZX) bytes.
  public var exponent: UInt8 { UInt8(truncatingIfNeeded: rawValue & 7) }
  /// 16 ... 1,024 bytes; only the last piece may have fewer.
  public var size: Int { 16 &<< Int(truncatingIfNeeded: exponent) }
  /// Where in the body the piece begins: below 2^30.
  public var offset: Int {
    Int(truncatingIfNeeded: number) &<< (Int(truncatingIfNeeded: exponent) &+ 4)
  }

  /// The exponent of the largest pieces that have room in `room` bytes; `nil` below 16.
  public static func exponent(fitting room: Int) -> UInt8? {
    guard room >= 16 else { return nil }
    var exponent: UInt8 = 0
    while exponent < maximumExponent, room >= 32 &<< Int(truncatingIfNeeded: exponent) {
      exponent &+= 1
    }
    return exponent
  }
}
