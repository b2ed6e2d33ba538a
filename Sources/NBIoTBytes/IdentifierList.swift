/// Up to three 16-bit IDs while they come in, one after the other; 65535 is none.
public struct IdentifierList: BitwiseCopyable, Sendable {
  /// The complement of each, the last one lowest: where none is, there is nothing.
  fileprivate var bits: UInt64 = 0

  @inline(__always)
  public init() {}

  public var isFull: Bool {
    @inline(__always) get { bits &>> 32 != 0 }
  }

  /// Adds one that is not 65535 to a list that is not full.
  @inline(__always)
  mutating func append(_ id: UInt16) {
    bits = bits &<< 16 | UInt64(truncatingIfNeeded: ~id)
  }

  /// The first ID in bits 32 ... 47, the second below it, then the third; 65535 for each that is absent.
  public var key: UInt64 {
    @inline(__always)
    get {
      var key = bits
      if key &>> 32 == 0 { key = key &<< 16 }
      if key &>> 32 == 0 { key = key &<< 16 }
      return ~key & 0xFFFF_FFFF_FFFF
    }
  }
}
