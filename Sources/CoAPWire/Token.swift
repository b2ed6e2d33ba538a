/// 0 ... 8 bytes that pair a response with its request (RFC 7252 section 5.3.1).
public struct Token: Equatable, BitwiseCopyable, Sendable {
  /// The bytes, the first one most significant, right-aligned.
  public let bits: UInt64
  public let length: UInt8

  public static var maximumLength: Int { 8 }

  /// The empty token.
  @inline(__always)
  public init() {
    bits = 0
    length = 0
  }

  /// The low `length` bytes of `bits`.
  @inline(__always)
  public init(bits: UInt64, length: UInt8) {
    precondition(length <= 8)
    self.length = length
    self.bits = length == 8 ? bits : bits & (UInt64(1) &<< (UInt64(length) &* 8) &- 1)
  }

  /// `bits` fit into `length` bytes, 8 at most.
  @inline(__always)
  init(checked bits: UInt64, length: UInt8) {
    self.bits = bits
    self.length = length
  }

  @inline(__always)
  public static func == (left: Token, right: Token) -> Bool {
    left.bits == right.bits && left.length == right.length
  }

  /// A digest for tables that need not keep the whole token.
  public var hash: UInt32 {
    @inline(__always)
    get {
      let folded = UInt32(truncatingIfNeeded: bits ^ bits &>> 32)
      return (folded ^ UInt32(length)) &* 0x9E37_79B1
    }
  }
}
