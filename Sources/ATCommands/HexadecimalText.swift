/// Bytes as hexadecimal digits, two to a byte, of either case; all of them were checked.
public struct HexadecimalText: ~Escapable {
  private let digits: Span<UInt8>

  /// `nil`: an odd number of digits, or something else among them.
  @_lifetime(copy digits)
  init?(_ digits: Span<UInt8>) {
    guard digits.count.isMultiple(of: 2) else { return nil }
    for index in digits.indices where digits[index].digitValue == nil { return nil }
    self.digits = digits
  }

  /// In bytes.
  public var count: Int { digits.count / 2 }

  /// What they stand for.
  public var bytes: [UInt8] {
    (0..<count).map { index in
      let high = digits[index * 2].digitValue ?? 0
      let low = digits[index * 2 + 1].digitValue ?? 0
      return high &<< 4 | low
    }
  }
}
