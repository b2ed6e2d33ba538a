import CoAPWire

/// Which piece of an answer is wanted, how large pieces may be, and what it is to say of itself; and then which piece it
/// became. All bits zero: whatever fits.
struct BlockWish: BitwiseCopyable {
  /// NUM above the low byte; in that the flags below, and in its low three bits SZX + 1, 0 = any size.
  private var bits: UInt32 = 0

  private static var naming: UInt32 { 0x80 }
  private static var sizing: UInt32 { 0x40 }
  private static var more: UInt32 { 0x20 }
  private static var cut: UInt32 { 0x10 }

  init() {}

  /// Of a later answer, from the byte that was kept.
  init(kept: UInt8) {
    bits = UInt32(kept)
  }

  mutating func take(_ block: BlockOption) {
    bits |= block.number &<< 8 | BlockWish.naming | UInt32(block.exponent &+ 1)
  }

  mutating func askForSize() {
    bits |= BlockWish.sizing
  }

  /// The piece is this one. `exponent` is not above the one wished for: the place stays, NUM is another then.
  mutating func become(_ piece: BlockOption) {
    var flags = bits & (BlockWish.naming | BlockWish.sizing) | BlockWish.cut
    if piece.hasMore {
      flags |= BlockWish.naming | BlockWish.more
      if piece.number == 0 { flags |= BlockWish.sizing }
    }
    bits = piece.number &<< 8 | flags | UInt32(piece.exponent &+ 1)
  }

  var isPresent: Bool {
    @inline(__always) get { bits != 0 }
  }

  /// NUM.
  var number: UInt32 { bits &>> 8 }
  /// Everything but NUM, for a later answer.
  var kept: UInt8 { UInt8(truncatingIfNeeded: bits) }
  /// Of `kept`, how large the pieces of notifications may be.
  var limit: UInt8 { kept & 0x07 }
  /// SZX; the largest there is when any will do.
  var exponent: UInt8 { limit == 0 ? BlockOption.maximumExponent : limit &- 1 }
  /// Where in the body the piece begins: below 2^30.
  var offset: Int {
    Int(truncatingIfNeeded: number) &<< (Int(truncatingIfNeeded: exponent) &+ 4)
  }
  /// Block2 is in the answer: the client asked for it, or there is more.
  var namesBlock: Bool { bits & BlockWish.naming != 0 }
  /// Size2 is: in the same cases (RFC 7959 section 4), but only with the first piece when nobody asked.
  var tellsSize: Bool { bits & BlockWish.sizing != 0 }
  /// There is more behind this piece.
  var hasMore: Bool { bits & BlockWish.more != 0 }
  /// It has become a piece.
  var isCut: Bool { bits & BlockWish.cut != 0 }
  /// The value of Block2.
  var option: UInt32 { number &<< 4 | (hasMore ? 8 : 0) | UInt32(exponent) }
}
