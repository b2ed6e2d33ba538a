import NBIoTBytes
import Testing

@testable import NBIoT

@Suite struct WrappingClockTests {
  @Test("a counter that wraps at 2^32 goes on without a jump")
  func wraps() {
    var clock = WrappingClock(0xFFFF_FF00)
    let start = clock.now
    #expect(clock.advance(to: 0x0000_0100) == 0)
    #expect(clock.now.since(start).count == 0x200)
  }

  @Test("a counter that steps back stands still, says so, and then runs on from there")
  func stepsBack() {
    var clock = WrappingClock(10_000)
    let start = clock.now
    #expect(clock.advance(to: 9_000) == 1_000)
    #expect(clock.now == start)
    #expect(clock.advance(to: 9_500) == 0)
    #expect(clock.now.since(start).count == 500)
  }

  @Test("a late reading up to 2^31 - 1 milliseconds is time that passed")
  func longSleep() {
    var clock = WrappingClock(0)
    let start = clock.now
    #expect(clock.advance(to: 0x7FFF_FFFF) == 0)
    #expect(clock.now.since(start).count == 0x7FFF_FFFF)
  }

  @Test("a fresh clock is far from zero, where everything is due")
  func startsLate() {
    #expect(WrappingClock(0).now > Instant(milliseconds: 0))
  }
}
