import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct FaultTests {
  /// A module that was brought up without faults, and has this one from now on.
  private func bench(_ change: (inout Faults) -> Void, seed: UInt64 = 7) -> Bench {
    var bench = Bench.ready(seed: seed)
    _ = bench.ask(#"AT+NSOCR="DGRAM",17,2334,1"#)
    var faults = Faults()
    change(&faults)
    bench.obey(.misbehave(faults))
    bench.events = []
    return bench
  }

  private func faults(_ events: [ModuleEvent]) -> [ModuleEvent.Fault] {
    events.compactMap { event in
      if case .fault(let fault) = event { return fault }
      return nil
    }
  }

  @Test("Fault: a character from the MCU is lost, and the transcript has it")
  func lossIn() {
    var bench = bench { $0.lossIn = 1 }
    let answer = bench.ask("AT")
    #expect(answer == [])
    #expect(faults(bench.events) == "AT\r".utf8.map { .lostFromMCU($0) })
  }

  @Test("Fault: a character to the MCU is lost, and the transcript has it")
  func lossOut() {
    var bench = bench { $0.lossOut = 1 }
    let answer = bench.ask("AT")
    #expect(answer == [])
    #expect(faults(bench.events) == "\r\nOK\r\n".utf8.map { .lostToMCU($0) })
    #expect(bench.events.contains(.said("OK")))
  }

  @Test("Fault: of many characters as many are lost as the rate says")
  func lossRate() {
    var bench = bench { $0.lossOut = 0.1 }
    for _ in 0..<200 { _ = bench.ask("AT+CGDCONT?") }
    let lost = faults(bench.events).count
    #expect((1000...1500).contains(lost), "of 12,400, \(lost) were lost")
  }

  @Test("Fault: an answer is late by at most the longest delay; what comes unasked is not")
  func delay() {
    var late = 0
    for seed in UInt64(0)..<20 {
      var bench = bench({ $0.delay = 1 }, seed: seed)
      bench.type("AT+CGATT?\r")
      bench.deliver([1])
      bench.pass(1000)
      let first = bench.lines()
      #expect(first.first == "+NSONMI:0,1")
      late += first.count == 1 ? 1 : 0
      bench.pass(2100)
      let rest = bench.lines()
      #expect(first + rest == ["+NSONMI:0,1", "+CGATT:1", "OK"])
    }
    #expect((5...19).contains(late))
  }

  @Test("Fault: something unasked stands before the answer, or between its information and OK")
  func interleaving() {
    var places: Set<Int> = []
    var texts: Set<String> = []
    for seed in UInt64(0)..<40 {
      var bench = bench({ $0.interleaving = 1 }, seed: seed)
      let said = bench.ask("AT+CGATT?")
      #expect(said.count == 3)
      #expect(said.filter { $0 == "+CGATT:1" || $0 == "OK" } == ["+CGATT:1", "OK"])
      #expect(said.last == "OK")
      let place = said.firstIndex { $0 != "+CGATT:1" && $0 != "OK" } ?? 2
      places.insert(place)
      texts.insert(said[place])
    }
    #expect(places == [0, 1])
    #expect(texts == ["+CSCON:1", "+CEREG:1,19E6,94,7", "+CGEV: ME PDN ACT 0"])
  }

  @Test("Fault: the module restarts instead of answering; what was asked for may have been done")
  func reboot() {
    var bench = bench { $0.reboot = 1 }
    bench.requests = []
    let answer = bench.ask("AT+NSOST=0,183.230.40.150,36000,1,00")
    #expect(answer == [])
    #expect(bench.requests == [.send(socket: 0, to: Bench.server, [0]), .close(socket: 0)])
    #expect(bench.events.contains(.restarted(.fault)))
    bench.pass(1100)
    let banner = bench.lines()
    #expect(banner == ["M5310", "OK"])
  }

  @Test("Fault: +CME ERROR, and what was asked for is not done")
  func refusal() {
    var codes: Set<String> = []
    for seed in UInt64(0)..<60 {
      var bench = bench({ $0.refusal = 1 }, seed: seed)
      bench.requests = []
      let answer = bench.ask("AT+NSOST=0,183.230.40.150,36000,1,00")
      #expect(bench.requests == [])
      #expect(answer.count == 1)
      codes.formUnion(answer)
    }
    #expect(codes == Set([3, 4, 23, 30, 50, 51, 52, 100, 159, 530].map { "+CME ERROR:\($0)" }))
  }

  @Test("Order: the next command lines are refused, so many")
  func orderedRefusal() {
    var bench = bench { _ in }
    bench.obey(.refuse(code: 159, count: 2))
    let answers = (0..<3).map { _ in bench.ask("AT+NSOST=0,183.230.40.150,36000,1,00") }
    #expect(answers == [["+CME ERROR:159"], ["+CME ERROR:159"], ["0,1", "OK"]])
  }

  @Test("Fault: the same seed, the same faults")
  func seeds() {
    func transcript(_ seed: UInt64) -> [ModuleEvent] {
      var bench = bench({ $0 = .all(0.3) }, seed: seed)
      for _ in 0..<50 { _ = bench.ask("AT+CGATT?") }
      return bench.events
    }
    #expect(transcript(3) == transcript(3))
    #expect(transcript(3) != transcript(4))
  }

  @Test(
    "Fault: when everything goes wrong and then nothing more, the module answers", arguments: 0..<30
  )
  func recovery(seed: UInt64) {
    var bench = bench({ $0 = .all(0.5) }, seed: seed)
    for _ in 0..<100 {
      _ = bench.ask(#"AT+NSOCR="DGRAM",17,0,1"#)
      bench.deliver([UInt8](repeating: 7, count: 100), to: Int(seed % 7))
      _ = bench.ask("AT+NSORF=\(seed % 7),512")
    }
    bench.obey(.misbehave(Faults()))
    bench.pass(10_000)
    bench.type("\r")
    bench.pass(100)
    _ = bench.lines()
    let answer = bench.ask("AT+CGATT?")
    #expect(answer == ["+CGATT:1", "OK"])
  }
}
