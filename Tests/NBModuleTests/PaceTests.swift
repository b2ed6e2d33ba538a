import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct PaceTests {
  @Test("At 9600 baud a character takes 1.04 ms, and none comes early")
  func pace() {
    var wire = Wire(baud: 9600)
    let start = Instant(milliseconds: 100)
    wire.put(Array("0123456789".utf8), now: start)
    let counts = [0, 1, 2, 5, 10, 11].map { wire.take(now: start + Milliseconds(UInt32($0))).count }
    #expect(counts == [0, 0, 1, 3, 5, 1])
    let deadline = wire.deadline
    #expect(deadline == .never)
  }

  @Test("Characters are waited for sixteen at a time, and the last ones are waited for")
  func deadline() {
    var wire = Wire(baud: 9600)
    let start = Instant(milliseconds: 0)
    wire.put([UInt8](repeating: 0x55, count: 20), now: start)
    let first = wire.deadline
    #expect(first == Instant(milliseconds: 17))
    let taken = wire.take(now: first)
    #expect(taken.count == 16)
    let second = wire.deadline
    #expect(second == Instant(milliseconds: 21))
    let rest = wire.take(now: second)
    #expect(rest.count == 4)
  }

  @Test("Without a pace all leaves at once")
  func unpaced() {
    var wire = Wire(baud: 0)
    wire.put([1, 2, 3], now: Instant(milliseconds: 5))
    let due = wire.deadline
    #expect(due == Instant(milliseconds: 5))
    let bytes = wire.take(now: due)
    #expect(bytes == [1, 2, 3])
  }

  @Test("M5310-A NSORF: 1,358 bytes take 2.8 s at 9600 baud")
  func longLine() {
    var configuration = ModuleConfiguration()
    configuration.dialect = .m5310A
    configuration.baud = 9600
    var bench = Bench.ready(configuration)
    _ = bench.ask(#"AT+NSOCR="DGRAM",17,1,1"#)
    bench.deliver([UInt8](repeating: 0xA5, count: 1358))
    bench.pass(100)
    _ = bench.lines()
    let begin = bench.now
    bench.type("AT+NSORF=0,1358\r")
    while !bench.raw.suffix(6).elementsEqual("\r\nOK\r\n".utf8) { bench.pass(1) }
    let elapsed = bench.now.since(begin).count
    #expect((2860...2900).contains(elapsed))
  }

  @Test("A flood on a slow line: what cannot leave is dropped, commands are answered")
  func pushedFlood() {
    var configuration = ModuleConfiguration()
    configuration.baud = 9600
    var bench = Bench.ready(configuration)
    _ = bench.ask(#"AT+NSOCR="DGRAM",17,1,2"#)
    for _ in 0..<100 { bench.deliver([UInt8](repeating: 0xA5, count: 500)) }
    let dropped = bench.module.dropped
    #expect(dropped == 92)
    let first = ModuleEvent.dropped(socket: 0, length: 500, reason: "the line is too slow for it")
    #expect(bench.events.contains(first))
    bench.pass(10_000)
    _ = bench.lines()
    #expect(bench.ask("AT") == ["OK"])
  }

  @Test("An MCU that types far ahead has to wait, and nothing is lost")
  func typingAhead() {
    var bench = Bench.ready()
    bench.type("AT\r")
    bench.type(String(repeating: "AT\r", count: 1000))
    let isFull = !bench.module.hasRoom
    #expect(isFull)
    bench.pass(20_000)
    let hasRoom = bench.module.hasRoom
    #expect(hasRoom)
    #expect(bench.lines().count == 1001)
  }
}
