/// SplitMix64: the same seed, the same world.
struct Dice {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// 0 ..< `count`.
  mutating func draw(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  mutating func draw(_ range: ClosedRange<Int>) -> Int { range.lowerBound + draw(range.count) }
  /// With a chance of one in `count`.
  mutating func strikes(_ count: Int) -> Bool { draw(count) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[draw(elements.count)] }

  /// Bytes that begin with `number`, so that no two datagrams are alike.
  mutating func datagram(_ number: UInt32, length: Int) -> [UInt8] {
    let head = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    return head + (4..<max(length, 4)).map { _ in UInt8(draw(256)) }
  }
}
