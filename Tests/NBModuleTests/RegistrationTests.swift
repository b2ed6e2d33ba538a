import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct RegistrationTests {
  @Test(
    "27.007 10.1.22: n of +CEREG chooses what is told of a loss and a return",
    arguments: [
      (Dialect.m5310A, 0, [], []), (.m5310A, 1, ["+CEREG:2"], ["+CEREG:1"]),
      (.m5310A, 2, ["+CEREG:2"], ["+CEREG:1,19E6,94,9"]),
      (.m5310A, 5, ["+CEREG:2"], ["+CEREG:1,19E6,94,9"]),
      (.bc95, 1, ["+CEREG: 2"], ["+CEREG: 1"]),
      (.bc95, 4, ["+CEREG: 2"], ["+CEREG: 1,\"19E6\",\"94\",9"]),
      (.m5310, 1, ["+CEREG:2"], ["+CEREG:1,19E6,94,7"]),
    ])
  func reports(dialect: Dialect, n: Int, lost: [String], back: [String]) {
    var bench = Bench.ready(dialect)
    let answer = bench.ask("AT+CEREG=\(n)")
    #expect(answer == ["OK"])
    bench.obey(.detach)
    bench.pass(100)
    let atOnce = bench.lines()
    #expect(atOnce == lost)
    bench.obey(.attach)
    bench.pass(2900)
    let early = bench.lines()
    #expect(early == [])
    bench.pass(200)
    let later = bench.lines()
    #expect(later == back)
  }

  @Test("27.007 10.1.22: +CEREG is read with n in front, tested, and set within 0 ... 5")
  func forms() {
    var bench = Bench.ready(.m5310A)
    let answers = ["?", "=2", "?", "=?", "=6", "=-1", "=x", "", "=1,2", "?"].map {
      bench.ask("AT+CEREG" + $0)
    }
    #expect(
      answers == [
        ["+CEREG:0,1", "OK"], ["OK"], ["+CEREG:2,1,19E6,94,9", "OK"], ["+CEREG:(0-5)", "OK"],
        ["+CME ERROR:50"], ["+CME ERROR:50"], ["+CME ERROR:50"], ["+CME ERROR:4"],
        ["+CME ERROR:50"], ["+CEREG:1,1", "OK"],
      ])
  }

  @Test("M5310-A CEREG: a roaming module is told so")
  func roaming() {
    var configuration = ModuleConfiguration()
    configuration.isRoaming = true
    var bench = Bench.ready(configuration)
    let answer = bench.ask("AT+CEREG?")
    #expect(answer == ["+CEREG:0,5", "OK"])
  }

  @Test("M5310-A CSCON: connected with traffic, idle when there was none for a while")
  func radio() {
    var bench = Bench.ready()
    let forms = ["?", "=?", "=1", "=2", ""].map { bench.ask("AT+CSCON" + $0) }
    #expect(
      forms == [
        ["+CSCON:0,1", "OK"], ["+CSCON:(0,1)", "OK"], ["OK"], ["+CME ERROR:50"], ["+CME ERROR:4"],
      ])
    bench.pass(20_000)
    let idle = bench.lines()
    #expect(idle == ["+CSCON:0"])
    _ = bench.ask(#"AT+NSOCR="DGRAM",17,2334,1"#)
    bench.deliver([1])
    bench.pass(19_900)
    let paged = bench.lines()
    #expect(paged == ["+CSCON:1", "+NSONMI:0,1"])
    let sent = bench.ask("AT+NSOST=0,183.230.40.150,36000,1,00")
    #expect(sent == ["0,1", "OK"])
    bench.pass(19_700)
    let still = bench.ask("AT+CSCON?")
    #expect(still == ["+CSCON:1,1", "OK"])
    bench.pass(300)
    let released = bench.lines()
    #expect(released == ["+CSCON:0"])
  }

  @Test("24.301 release assistance: 0x200 releases behind the datagram, 0x400 behind the reply")
  func release() {
    var bench = Bench.ready()
    _ = bench.ask("AT+CSCON=1")
    _ = bench.ask(#"AT+NSOCR="DGRAM",17,2334,1"#)
    let nothingFollows = bench.ask("AT+NSOSTF=0,183.230.40.150,36000,0x200,1,00")
    bench.pass(10)
    let released = nothingFollows + bench.lines()
    #expect(released == ["0,1", "OK", "+CSCON:0"])
    bench.answer = { $0 }
    let oneFollows = bench.ask("AT+NSOSTF=0,183.230.40.150,36000,0x400,1,00")
    #expect(oneFollows == ["+CSCON:1", "0,1", "OK"])
    bench.pass(510)
    let reply = bench.lines()
    #expect(reply == ["+NSONMI:0,1", "+CSCON:0"])
    for flag in ["0", "0x100"] {
      let answer = bench.ask("AT+NSOSTF=0,183.230.40.150,36000,\(flag),1,00")
      #expect(answer.suffix(2) == ["0,1", "OK"])
    }
    bench.pass(5000)
    let kept = bench.ask("AT+CSCON?")
    #expect(kept.suffix(2) == ["+CSCON:1,1", "OK"])
  }

  @Test(
    "24.301 release assistance: a reply that never came is not waited for once the radio is idle")
  func releaseForgotten() {
    var bench = Bench.ready()
    _ = bench.ask("AT+CSCON=1")
    _ = bench.ask(#"AT+NSOCR="DGRAM",17,2334,1"#)
    _ = bench.ask("AT+NSOSTF=0,183.230.40.150,36000,0x400,1,00")
    bench.pass(20_000)
    let idle = bench.lines()
    #expect(idle == ["+CSCON:0"])
    bench.deliver([1])
    bench.pass(5000)
    let paged = bench.lines()
    #expect(paged == ["+CSCON:1", "+NSONMI:0,1"])
  }

  @Test("27.007 7.3: +COPS chooses the network, looks for another one in vain, and leaves it")
  func operators() {
    var bench = Bench.ready()
    var answers = [
      bench.ask("AT+COPS?"), bench.ask(#"AT+COPS=1,2,"46001""#), bench.ask("AT+CEREG?"),
    ]
    #expect(answers == [["+COPS:0,2,\"46000\"", "OK"], ["OK"], ["+CEREG:0,2", "OK"]])
    answers = [bench.ask("AT+COPS=2"), bench.ask("AT+CEREG?"), bench.ask("AT+COPS?")]
    #expect(answers == [["OK"], ["+CEREG:0,0", "OK"], ["+COPS:2", "OK"]])
    _ = bench.ask(#"AT+COPS=1,2,"46000""#)
    bench.pass(3000)
    let back = bench.ask("AT+CEREG?")
    #expect(back == ["+CEREG:0,1", "OK"])
    for bad in ["=3", "=1", "=1,2", "=1,0,\"46000\"", "=1,2,46000", "=0,2,\"\",10"] {
      let answer = bench.ask("AT+COPS" + bad)
      #expect(answer == ["+CME ERROR:50"], "\(bad)")
    }
  }

  @Test(
    "27.007 8.2, 10.1.9: the radio off, or detached, is not searching; on again it is found again")
  func switches() {
    for name in ["CFUN", "CGATT"] {
      var bench = Bench.ready()
      _ = bench.ask("AT+CEREG=1;+CSCON=1")
      let answers = ["?", "=?", "=0", "?", "=2"].map { bench.ask("AT+\(name)" + $0) }
      #expect(
        answers == [
          ["+\(name):1", "OK"], ["+\(name):(0,1)", "OK"], ["+CSCON:0", "+CEREG:0", "OK"],
          ["+\(name):0", "OK"], ["+CME ERROR:50"],
        ])
      let on = bench.ask("AT+\(name)=1")
      #expect(on == ["+CEREG:2", "OK"])
      bench.pass(3000)
      let found = bench.lines()
      #expect(found == ["+CSCON:1", "+CEREG:1,19E6,94,7"])
    }
  }

  @Test("M5310-A NEARFCN: only the form of a lock, with a cell in hexadecimal or without")
  func frequency() {
    var bench = Bench.ready()
    let answers = ["=0,3555", "=0,3555,1F7", "=0,3555,1F8", "=1,3555", "=0", "?"].map {
      bench.ask("AT+NEARFCN" + $0)
    }
    #expect(
      answers == [
        ["OK"], ["OK"], ["+CME ERROR:50"], ["+CME ERROR:50"], ["+CME ERROR:50"], ["+CME ERROR:4"],
      ])
  }

  @Test("27.007 10.1.1: contexts are defined and told")
  func contexts() {
    var bench = Bench.ready()
    let answers = [#"=1,"IP","cmnbiot""#, "?", #"=11,"IP","x""#, #"=1,"PPP","x""#, "=1"].map {
      bench.ask("AT+CGDCONT" + $0)
    }
    #expect(
      answers == [
        ["OK"],
        [
          #"+CGDCONT:0,"IP","nbiot.MNC002.MCC460.GPRS",,0,0"#, #"+CGDCONT:1,"IP","cmnbiot",,0,0"#,
          "OK",
        ],
        ["+CME ERROR:50"], ["+CME ERROR:50"], ["+CME ERROR:50"],
      ])
    let address = [bench.ask("AT+CGPADDR"), bench.ask("AT+CGATT=0"), bench.ask("AT+CGPADDR")]
    #expect(address == [["+CGPADDR:0,10.169.36.15", "OK"], ["OK"], ["+CGPADDR:0", "OK"]])
  }
}
