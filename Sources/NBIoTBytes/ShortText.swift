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
    let digits = DecimalText.digits(of: id)
    // All in front of the last digit may be zeros; three bytes are.
    let zeros = (digits | 1).leadingZeroBitCount & ~7
    let text = DecimalText.text(digits) &<< 8 | 0x3E
    // The slash takes the place of the character before the first digit.
    bytes = text &<< UInt64(truncatingIfNeeded: zeros &- 16) &- 1 &<< 56
    length = UInt8(truncatingIfNeeded: 10 &- zeros &>> 3)
  }

  /// `>`
  public static var end: ShortText {
    var text = ShortText()
    text.bytes = 0x3E &<< 56
    text.length = 1
    return text
  }

  /// There is room for it.
  public mutating func prepend(_ character: UInt8) {
    bytes = bytes &>> 8 | UInt64(truncatingIfNeeded: character) &<< 56
    length &+= 1
  }

  /// There is one.
  @inline(__always)
  public mutating func dropLast() {
    length &-= 1
  }
}
