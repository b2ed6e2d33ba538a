import CoAPWire
import Fixtures
import NBIoTBytes

extension FuzzTarget {
  /// Block1 and Block2 (RFC 7959 section 2.2): the value of the option and what it says are one and the same.
  static let block = FuzzTarget("block", maximumLength: 6) { bytes throws(Finding) in
    guard bytes.count <= 4 else { return try requireFit(bytes) }
    let raw = Array(copying: bytes).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard let block = BlockOption(rawValue: raw) else {
      return try require(raw % 8 == 7 || raw > 0xFF_FFFF, "refused: \(raw)")
    }
    let (number, more, exponent) = (raw / 16, raw / 8 % 2 == 1, raw % 8)
    try require(raw <= 0xFF_FFFF && exponent < 7, "accepted: \(raw)")
    try require(
      block.number == number && block.hasMore == more && UInt32(block.exponent) == exponent,
      "read differently: \(raw)")
    try require(block.size == 1 << (exponent + 4), "size of \(raw)")
    try require(block.offset == Int(number) * block.size, "offset of \(raw)")
    let again = BlockOption(offset: block.offset, hasMore: more, exponent: block.exponent)
    try require(again == block, "made differently: \(raw)")
    let beyond = BlockOption(
      offset: block.size << 20 + block.offset, hasMore: more, exponent: block.exponent)
    try require(beyond == nil, "a number of more than 20 bits: \(raw)")
  }

  /// The largest block that fits.
  private static func requireFit(_ bytes: Span<UInt8>) throws(Finding) {
    let room = Int(bytes[0]) << 8 | Int(bytes[1])
    let fitting = (0...6).last { 16 << $0 <= room }
    try require(BlockOption.exponent(fitting: room).map(Int.init) == fitting, "fit in \(room)")
  }
}
