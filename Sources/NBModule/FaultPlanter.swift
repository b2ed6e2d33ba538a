import NBIoTBytes

/// Draws what goes wrong; the same seed, the same faults.
struct FaultPlanter: Sendable {
  var faults: Faults
  private var state: UInt64

  init(_ faults: Faults, seed: UInt64) {
    self.faults = faults
    state = seed
  }

  /// Whether what happens at this rate happens now.
  mutating func strikes(_ rate: Double) -> Bool {
    // Without faults no number is drawn, so that switching one on does not change the others before it.
    rate > 0 && Double(next() >> 11) < rate * Double(UInt64(1) << 53)
  }

  /// 0 ..< `count`.
  mutating func draw(below count: Int) -> Int {
    Int(next() % UInt64(max(count, 1)))
  }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
