import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct SocketTests {
  private func open(_ bench: inout Bench, control: Int = 1, port: Int = 2334) {
    let answer = bench.ask("AT+NSOCR=\"DGRAM\",17,\(port),\(control)")
    #expect(answer == ["0", "OK"])
    bench.requests = []
    bench.events = []
  }

  @Test("M5310 2.1: seven sockets with numbers 0 ... 6; the eighth is refused until one is closed")
  func seven() {
    var bench = Bench.ready()
    for number in 0...6 {
      let answer = bench.ask("AT+NSOCR=\"DGRAM\",17,\(2000 + number),1")
      #expect(answer == ["\(number)", "OK"])
    }
    let eighth = bench.ask(#"AT+NSOCR="DGRAM",17,3000,1"#)
    #expect(eighth == ["+CME ERROR:23"])
    let closed = bench.ask("AT+NSOCL=3")
    #expect(closed == ["OK"])
    let again = bench.ask(#"AT+NSOCR="DGRAM",17,3000,1"#)
    #expect(again == ["3", "OK"])
    for number in 0...6 {
      bench.deliver([UInt8(number)], to: number)
      let answer = bench.ask("AT+NSORF=\(number),512")
      #expect(
        answer == [
          "+NSONMI:\(number),1", "\(number),183.230.40.150,36000,1,0\(number),0", "OK",
        ])
    }
  }

  @Test(
    "M5310 2.1: AT+NSOCR takes UDP with a port, a control and a family or without",
    arguments: [
      (#"="DGRAM",17"#, ["0", "OK"]), (#"="DGRAM",17,0"#, ["0", "OK"]),
      (#"="DGRAM",17,,2"#, ["0", "OK"]), (#"="DGRAM",17,65535,0,"AF_INET""#, ["0", "OK"]),
      (#"="DGRAM",17,1,1,"AF_INET6""#, ["+CME ERROR:4"]), (#"="STREAM",6,1,1"#, ["+CME ERROR:4"]),
      (#"="DGRAM",6"#, ["+CME ERROR:50"]), (#"="STREAM",17"#, ["+CME ERROR:50"]),
      (#"="RAW",17"#, ["+CME ERROR:50"]), ("=DGRAM,17", ["+CME ERROR:50"]),
      (#"="DGRAM",17,65536"#, ["+CME ERROR:50"]), (#"="DGRAM",17,1,3"#, ["+CME ERROR:50"]),
      (#"="DGRAM""#, ["+CME ERROR:50"]),
      (#"="DGRAM",17,1,1,"AF_INET","1.2.3.4",5"#, ["+CME ERROR:50"]),
      ("?", ["+CME ERROR:4"]), ("", ["+CME ERROR:4"]), ("=?", ["OK"]),
    ])
  func creation(parameters: String, answer: [String]) {
    var bench = Bench.ready()
    let said = bench.ask("AT+NSOCR" + parameters)
    #expect(said == answer)
  }

  @Test("M5310 2.1: a port that the system refuses makes no socket")
  func portTaken() {
    var bench = Bench.ready()
    bench.refusedPorts = [5683]
    let refused = bench.ask(#"AT+NSOCR="DGRAM",17,5683,1"#)
    #expect(refused == ["+CME ERROR:50"])
    open(&bench)
  }

  @Test(
    "M5310 2.2: AT+NSOST is refused for what is wrong with it",
    arguments: [
      ("0,183.230.40.150,36000,10,30313233343536373839", ["0,10", "OK"]),
      (#"0,"183.230.40.150",36000,2,"3031""#, ["0,2", "OK"]),
      ("0,183.230.40.150,36000,2,3031,255", ["0,2", "OK"]),
      ("1,183.230.40.150,36000,2,3031", ["+CME ERROR:530"]),
      ("7,183.230.40.150,36000,2,3031", ["+CME ERROR:530"]),
      ("256,183.230.40.150,36000,2,3031", ["+CME ERROR:50"]),
      ("0,183.230.40,36000,2,3031", ["+CME ERROR:50"]),
      ("0,183.230.40.256,36000,2,3031", ["+CME ERROR:50"]),
      ("0,183.230..150,36000,2,3031", ["+CME ERROR:50"]),
      ("0,183.230.40.+5,36000,2,3031", ["+CME ERROR:50"]),
      ("0,183.230.40.150,0,2,3031", ["+CME ERROR:50"]),
      ("0,183.230.40.150,65536,2,3031", ["+CME ERROR:50"]),
      ("0,183.230.40.150,36000,3,3031", ["+CME ERROR:50"]),
      ("0,183.230.40.150,36000,2,303", ["+CME ERROR:50"]),
      ("0,183.230.40.150,36000,2,30GG", ["+CME ERROR:50"]),
      ("0,183.230.40.150,36000,0,", ["+CME ERROR:50"]),
      ("0,183.230.40.150,36000,2", ["+CME ERROR:50"]),
      ("0,183.230.40.150,36000,2,3031,256", ["+CME ERROR:50"]),
      ("0,183.230.40.150,36000,2,3031,1,1", ["+CME ERROR:50"]),
    ])
  func sending(parameters: String, answer: [String]) {
    var bench = Bench.ready()
    open(&bench)
    let said = bench.ask("AT+NSOST=" + parameters)
    #expect(said == answer)
    #expect(bench.requests.isEmpty == (answer != ["0,2", "OK"] && answer != ["0,10", "OK"]))
  }

  @Test(
    "M5310 2.2: AT+NSOSTF has one of four flags",
    arguments: ["0", "0x100", "0x200", "0x400", "512"])
  func flags(flag: String) {
    var bench = Bench.ready()
    open(&bench)
    let good = bench.ask("AT+NSOSTF=0,183.230.40.150,36000,\(flag),2,3031")
    #expect(good == ["0,2", "OK"])
    #expect(bench.requests == [.send(socket: 0, to: Bench.server, [0x30, 0x31])])
    for bad in ["0x300", "1", "-1", "", "0x800"] {
      let answer = bench.ask("AT+NSOSTF=0,183.230.40.150,36000,\(bad),2,3031")
      #expect(answer == ["+CME ERROR:50"], "\(bad)")
    }
  }

  @Test("M5310-A CME 30: without a network nothing is sent")
  func noNetwork() {
    var bench = Bench.ready()
    open(&bench)
    bench.obey(.detach)
    for command in ["NSOST=0,183.230.40.150,36000,1,00", "NSOSTF=0,183.230.40.150,36000,0,1,00"] {
      let answer = bench.ask("AT+" + command)
      #expect(answer == ["+CME ERROR:30"])
    }
    bench.deliver([1])
    #expect(bench.requests == [])
    let dropped = bench.module.dropped
    #expect(dropped == 1)
    bench.obey(.attach)
    bench.pass(3100)
    let back = bench.ask("AT+NSOST=0,183.230.40.150,36000,1,00")
    #expect(back == ["0,1", "OK"])
  }

  @Test("M5310-A NSOSTR: a numbered datagram is told about, 1 = sent, 0 = not")
  func sendReports() {
    var bench = Bench.ready()
    open(&bench)
    let sent = bench.ask("AT+NSOST=0,183.230.40.150,36000,1,00,7")
    #expect(sent == ["0,1", "OK"])
    bench.pass(200)
    let told = bench.lines()
    #expect(told == ["+NSOSTR:0,7,1"])
    bench.type("AT+NSOST=0,183.230.40.150,36000,1,00,8\r")
    bench.obey(.detach)
    bench.pass(300)
    let lost = bench.lines()
    #expect(lost == ["0,1", "OK", "+NSOSTR:0,8,0"])
  }

  @Test(
    "M5310-A NSONMI: only the first of several is told; AT+NSORF gives them in order, then only OK")
  func announcing() {
    var bench = Bench.ready()
    open(&bench)
    for byte in UInt8(1)...3 { bench.deliver([byte, byte]) }
    bench.pass(100)
    let told = bench.lines()
    #expect(told == ["+NSONMI:0,2"])
    let answers = (0...3).map { _ in bench.ask("AT+NSORF=0,512") }
    #expect(
      answers == [
        ["0,183.230.40.150,36000,2,0101,0", "OK"], ["0,183.230.40.150,36000,2,0202,0", "OK"],
        ["0,183.230.40.150,36000,2,0303,0", "OK"], ["OK"],
      ])
    bench.deliver([4])
    bench.pass(100)
    let again = bench.lines()
    #expect(again == ["+NSONMI:0,1"])
  }

  @Test("M5310 2.3: more than there is gives what there is; less leaves the rest, which is told")
  func partialReads() {
    var bench = Bench.ready()
    open(&bench)
    bench.deliver(Array("0123456789".utf8))
    let answers = ["4", "4", "4", "4"].map { bench.ask("AT+NSORF=0," + $0) }
    #expect(
      answers == [
        ["+NSONMI:0,10", "0,183.230.40.150,36000,4,30313233,6", "OK"],
        ["0,183.230.40.150,36000,4,34353637,2", "OK"], ["0,183.230.40.150,36000,2,3839,0", "OK"],
        ["OK"],
      ])
    let bad = ["0,0", "0,513", "1,10", "0", "0,1,2"].map { bench.ask("AT+NSORF=" + $0) }
    #expect(
      bad == [
        ["+CME ERROR:50"], ["+CME ERROR:50"], ["+CME ERROR:530"], ["+CME ERROR:50"],
        ["+CME ERROR:50"],
      ])
  }

  @Test("M5310-A NSORF: with control 2 what arrives is pushed, longer ones in pieces")
  func pushing() {
    var bench = Bench.ready()
    open(&bench, control: 2)
    bench.deliver(Array("0123456789".utf8))
    bench.deliver([UInt8](repeating: 0xAB, count: 514))
    bench.pass(100)
    let told = bench.lines()
    #expect(
      told == [
        "+NSORF:0,183.230.40.150,36000,10,30313233343536373839,0",
        "+NSORF:0,183.230.40.150,36000,512,\(String(repeating: "AB", count: 512)),2",
        "+NSORF:0,183.230.40.150,36000,2,ABAB,0",
      ])
  }

  @Test("M5310-A NSOCR: with control 0 what arrives is lost, and counted")
  func ignoring() {
    var bench = Bench.ready()
    open(&bench, control: 0)
    bench.deliver([1, 2])
    bench.pass(100)
    let told = bench.lines() + bench.ask("AT+NSORF=0,512")
    #expect(told == ["OK"])
    let dropped = bench.module.dropped
    #expect(dropped == 1)
    #expect(
      bench.events.contains(.dropped(socket: 0, length: 2, reason: "receiving is switched off")))
  }

  @Test("M5310-A: a queue that is full loses the newest, and counts it")
  func fullQueue() {
    var bench = Bench.ready()
    open(&bench)
    for byte in UInt8(0)..<10 { bench.deliver([byte]) }
    let dropped = bench.module.dropped
    #expect(dropped == 2)
    bench.pass(100)
    _ = bench.lines()
    let read = (0..<9).map { _ in bench.ask("AT+NSORF=0,512").first }
    #expect(read == (0..<8).map { "0,183.230.40.150,36000,1,0\($0),0" } + ["OK"])
  }

  @Test("M5310 2.4: a closed socket is gone, with what waited in it")
  func closing() {
    var bench = Bench.ready()
    open(&bench)
    bench.deliver([1])
    let answers = ["=0", "=0", "=7", "=", "?"].map { bench.ask("AT+NSOCL" + $0) }
    #expect(
      answers == [
        ["+NSONMI:0,1", "OK"], ["+CME ERROR:530"], ["+CME ERROR:530"], ["+CME ERROR:50"],
        ["+CME ERROR:4"],
      ])
    #expect(bench.requests == [.close(socket: 0)])
    let dropped = bench.module.dropped
    #expect(dropped == 1)
    bench.deliver([1])
    let late = bench.lines()
    #expect(late == [])
  }

  @Test("A name is answered behind OK; one that there is not by an error")
  func names() {
    var bench = Bench.ready()
    bench.addresses["nbiotacc.heclouds.com"] = .ipv4(0xB7E6_2828)
    let found = bench.ask(#"AT+CMDNS="nbiotacc.heclouds.com""#)
    #expect(found == ["OK", "+CMDNS:183.230.40.40"])
    let missing = bench.ask(#"AT+CMDNS="nowhere""#)
    #expect(missing == ["+CME ERROR:100"])
    let bad = ["=nowhere", "=", "?"].map { bench.ask("AT+CMDNS" + $0) }
    #expect(bad == [["+CME ERROR:50"], ["+CME ERROR:50"], ["+CME ERROR:4"]])
    bench.obey(.detach)
    let offline = bench.ask(#"AT+CMDNS="nbiotacc.heclouds.com""#)
    #expect(offline == ["+CME ERROR:30"])
  }

  @Test("A network that does not answer ends a command after ten seconds")
  func silentNetwork() {
    let start = Instant(milliseconds: 0)
    var module = NBModule(seed: 1, now: start)
    let up = start + Milliseconds(2000)
    module.handleTimeout(now: up)
    _ = module.transmit(now: up)
    module.handle(Array("AT+NSOCR=\"DGRAM\",17,0,1\rAT\r".utf8), now: up)
    let open = module.nextRequest()
    #expect(open == .open(socket: 0, localPort: 0))
    module.handleTimeout(now: up + Milliseconds(9999))
    let nothing = module.transmit(now: up + Milliseconds(9999))
    #expect(nothing == nil)
    module.handleTimeout(now: up + Milliseconds(10_010))
    let said = module.transmit(now: up + Milliseconds(10_010)) ?? []
    #expect(said == Array("\r\n+CME ERROR:100\r\n\r\nOK\r\n".utf8))
    let close = module.nextRequest()
    #expect(close == .close(socket: 0))
    module.opened(socket: 0, localPort: 5, now: up + Milliseconds(10_020))
    module.handle([1], from: Bench.server, socket: 0, now: up + Milliseconds(10_030))
    let dropped = module.dropped
    #expect(dropped == 1)
  }
}
