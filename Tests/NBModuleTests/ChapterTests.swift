import NBIoTBytes
import Testing

@testable import NBModule

/// The customer's guide "基于M5310模组实现NB设备接入实例", chapters 1 and 2.
@Suite struct ChapterTests {
  /// What is typed, and what is to be said until the next row, which comes so much later.
  private struct Row {
    let command: String?
    let wait: UInt32
    let lines: [String]

    init(_ command: String?, _ wait: UInt32, _ lines: [String]) {
      self.command = command
      self.wait = wait
      self.lines = lines
    }
  }

  private func follow(_ rows: [Row], _ bench: inout Bench) {
    for row in rows {
      if let command = row.command { bench.type(command + "\r\n") }
      bench.pass(row.wait)
      let said = bench.lines()
      #expect(said == row.lines, "after \(row.command ?? "nothing")")
    }
  }

  private static let chapter1 = [
    Row("AT", 900, []),
    Row(nil, 200, ["M5310", "OK"]),
    Row("AT", 300, ["OK"]),
    Row(#"AT+COPS=1,2,"46000""#, 300, ["OK"]),
    Row("AT+NEARFCN=0,3555", 300, ["OK"]),
    Row("AT+CSCON=1", 300, ["OK"]),
    Row("AT+CEREG=1", 300, ["OK"]),
    Row(nil, 5000, ["+CSCON:1", "+CEREG:1,19E6,94,7"]),
    Row("AT+CGDCONT?", 300, [#"+CGDCONT:0,"IP","nbiot.MNC002.MCC460.GPRS",,0,0"#, "OK"]),
  ]

  private static let chapter2 = [
    Row(#"AT+NSOCR="DGRAM",17,2334,1"#, 300, ["0", "OK"]),
    Row("AT+NSOST=0,183.230.40.150,36000,10,30313233343536373839", 300, ["0,10", "OK"]),
    Row(nil, 700, ["+NSONMI:0,30"]),
    Row(
      "AT+NSORF=0,30", 300,
      [
        "0,183.230.40.150,36000,30,5B3131372E3136392E33362E31353A323137395D30313233343536373839,0",
        "OK",
      ]),
    Row("AT+NSOCL=0", 300, ["OK"]),
  ]

  @Test("M5310 1: bring-up, line by line")
  func bringUp() {
    var bench = Bench()
    follow(ChapterTests.chapter1, &bench)
  }

  @Test("M5310 2.1 ... 2.4: a UDP socket, ten bytes there and thirty back, line by line")
  func datagrams() {
    var bench = Bench()
    follow(ChapterTests.chapter1, &bench)
    bench.answer = { Array("[117.169.36.15:2179]".utf8) + $0 }
    follow(ChapterTests.chapter2, &bench)
    let requests = bench.requests
    #expect(
      requests == [
        .open(socket: 0, localPort: 2334),
        .send(socket: 0, to: Bench.server, Array("0123456789".utf8)),
        .close(socket: 0),
      ])
  }

  @Test("M5310 1: each line begins and ends with CR LF")
  func framing() {
    var bench = Bench.ready()
    let start = bench.raw.count
    _ = bench.ask("AT+CGDCONT?")
    let said = String(decoding: bench.raw[start...], as: UTF8.self)
    #expect(said == "\r\n+CGDCONT:0,\"IP\",\"nbiot.MNC002.MCC460.GPRS\",,0,0\r\n\r\nOK\r\n")
  }

  @Test("M5310 1: registration takes as long as the network needs, 20 ... 120 s in the field")
  func slowNetwork() {
    var configuration = ModuleConfiguration()
    configuration.registrationTime = .seconds(90)
    var bench = Bench(configuration)
    bench.pass(1500)
    _ = bench.ask("AT+CEREG=1")
    bench.pass(88_000)
    let early = bench.lines()
    #expect(early == [])
    let question = bench.ask("AT+CEREG?")
    #expect(question == ["+CEREG:1,2", "OK"])
    bench.pass(2000)
    let late = bench.lines()
    #expect(late == ["+CEREG:1,19E6,94,7"])
  }

  @Test("M5310 1: a module locked to a frequency that is not there finds no network")
  func wrongFrequency() {
    var bench = Bench.ready()
    let lock = bench.ask("AT+NEARFCN=0,3600")
    #expect(lock == ["OK"])
    bench.pass(60_000)
    let registration = bench.ask("AT+CEREG?")
    #expect(registration == ["+CEREG:0,2", "OK"])
    _ = bench.ask("AT+NEARFCN=0,0")
    bench.pass(4000)
    let again = bench.ask("AT+CEREG?")
    #expect(again == ["+CEREG:0,1", "OK"])
  }
}
