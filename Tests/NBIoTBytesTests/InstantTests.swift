import Testing

@testable import NBIoTBytes

@Suite struct InstantTests {
  @Test("Instants order as their milliseconds do")
  func ordering() {
    let ascending: [UInt64] = [0, 1, 0xFFFF_FFFF, 0x1_0000_0000, .max - 1, .max]
    for left in ascending {
      for right in ascending {
        let (a, b) = (Instant(milliseconds: left), Instant(milliseconds: right))
        #expect((a < b) == (left < right))
        #expect((a == b) == (left == right))
      }
    }
  }

  @Test("never stays never, whatever is added")
  func neverIsAbsorbing() {
    for count: UInt32 in [0, 1, .max] {
      #expect(Instant.never + Milliseconds(count) == .never)
    }
    #expect(Instant(milliseconds: .max - 1) + Milliseconds(2) == .never)
    #expect(Instant(milliseconds: .max - 2) + Milliseconds(1) < .never)
  }

  @Test("An instant plus a duration crosses the wrap of a 32-bit counter")
  func sumCrosses32Bits() {
    let sum = Instant(milliseconds: 0xFFFF_FFFF) + Milliseconds(2)
    #expect(sum.milliseconds == 0x1_0000_0001)
  }

  @Test("since is zero for the past and the present, and clamps at 32 bits")
  func sinceClamps() {
    let now = Instant(milliseconds: 1000)
    #expect(now.since(now) == Milliseconds(0))
    #expect(now.since(Instant(milliseconds: 1001)) == Milliseconds(0))
    #expect(now.since(.never) == Milliseconds(0))
    #expect(now.since(Instant(milliseconds: 1)) == Milliseconds(999))
    let start = Instant(milliseconds: 0)
    #expect(Instant(milliseconds: 0xFFFF_FFFF).since(start) == Milliseconds(.max))
    #expect(Instant(milliseconds: 0x1_0000_0000).since(start) == Milliseconds(.max))
    #expect(Instant.never.since(start) == Milliseconds(.max))
  }

  @Test("Whole seconds clamp at what 32 bits of milliseconds hold")
  func secondsClamp() {
    #expect(Milliseconds.seconds(0).count == 0)
    #expect(Milliseconds.seconds(247).count == 247_000)
    #expect(Milliseconds.seconds(4_294_967).count == 4_294_967_000)
    #expect(Milliseconds.seconds(4_294_968).count == .max)
    #expect(Milliseconds.seconds(.max).count == .max)
    #expect(Milliseconds.seconds(1) < Milliseconds(1001))
  }
}
