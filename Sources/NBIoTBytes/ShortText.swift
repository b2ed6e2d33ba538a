/// At most eight characters, which are written in one go.
public struct ShortText: BitwiseCopyable, Sendable {
  /// The first in the high byte; what is behind the last is no part of the text.
  private(set) var bytes: UInt64 = 0
  private(set) var length: UInt8 = 0

  @inline(__always)
  public init() {}

  /// `/3303>`
  @inline(__always)
  public init(segment id: UInt16) {
    let digits = DecimalText.eightDigits(UInt32(truncatingIfNeeded: id))
    // The digits behind the first; at most four, so there is a zero in front of it.
    let others = 7 &- (digits | 1).leadingZeroBitCount &>> 3
    let text = DecimalText.text(digits) &<< 8 | 0x3E
    bytes = text &<< UInt64(truncatingIfNeeded: 40 &- others &* 8) &- 1 &<< 56
    length = UInt8(truncatingIfNeeded: others &+ 3)
  }

  /// `>`
  public static var end: ShortText {
    var text = ShortText()
    text.bytes = 0x3E &<< 56
    text.length = 1
    return text
  }

  /// There is room for them.
  public mutating func prepend(_ first: UInt8, _ second: UInt8) {
    let both = UInt64(truncatingIfNeeded: first) &<< 8 | UInt64(truncatingIfNeeded: second)
    bytes = bytes &>> 16 | both &<< 48
    length &+= 2
  }

  /// There is one.
  @inline(__always)
  public mutating func dropFirst() {
    bytes = bytes &<< 8
    length &-= 1
  }

  /// There is one.
  @inline(__always)
  public mutating func dropLast() {
    length &-= 1
  }
}
