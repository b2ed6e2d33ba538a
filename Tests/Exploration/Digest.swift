/// 128 bits that tell states apart.
struct Digest: Hashable {
  private var high: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var low: UInt64 = 0xC2B2_AE3D_27D4_EB4F

  mutating func add(_ word: UInt64) {
    high = (high ^ word) &* 0xFF51_AFD7_ED55_8CCD
    high ^= high &>> 32
    low = (low &+ word) &* 0xC4CE_B9FE_1A85_EC53
    low ^= low &>> 29
  }

  mutating func add(_ number: some BinaryInteger) { add(UInt64(truncatingIfNeeded: number)) }
  mutating func add(_ flag: Bool) { add(flag ? 1 as UInt64 : 0) }

  mutating func add(_ bytes: [UInt8]) {
    add(bytes.count)
    for byte in bytes { add(UInt64(byte)) }
  }

  static func == (left: Digest, right: Digest) -> Bool {
    left.high == right.high && left.low == right.low
  }

  func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// Message IDs and tokens by the order in which they appear: which numbers they are is all the same.
struct Names {
  private var known: [UInt64] = []

  mutating func ordinal(of id: UInt16) -> Int { ordinal(UInt64(id)) }

  mutating func ordinal(of token: [UInt8]) -> Int {
    ordinal(token.reduce(UInt64(token.count) << 56) { $0 &* 257 &+ UInt64($1) } | 1 << 63)
  }

  private mutating func ordinal(_ name: UInt64) -> Int {
    if let index = known.firstIndex(of: name) { return index }
    known.append(name)
    return known.count - 1
  }
}
