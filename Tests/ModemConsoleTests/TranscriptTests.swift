import ModemConsole
import NBIoTBytes
import NBModule
import Testing

@Suite struct TranscriptTests {
  private let transcript = Transcript(start: Instant(milliseconds: 1000))
  private let now = Instant(milliseconds: 2214)
  private static let server = Endpoint(host: .ipv4(0xB7E6_2896), port: 36000)

  @Test(arguments: [
    (ModuleEvent.heard("AT+CSCON=1"), "   1.214     MCU > AT+CSCON=1"),
    (.said("OK"), "   1.214  module > OK"),
    (.heard("AT\u{8}\u{1B}"), "   1.214     MCU > AT\\x08\\x1B"),
    (
      .sent(socket: 0, to: server, length: 10),
      "   1.214     UDP > socket 0 to 183.230.40.150:36000, 10 bytes"
    ),
    (
      .received(socket: 6, from: server, length: 30),
      "   1.214     UDP < socket 6 from 183.230.40.150:36000, 30 bytes"
    ),
    (.restarted(.fault), "   1.214        -- Restart     by itself"),
    (.registration(5), "   1.214        -- Network     5: registered, roaming"),
    (.registration(3), "   1.214        -- Network     3: registration denied"),
    (.radio(isConnected: false), "   1.214        -- Radio       idle"),
    (
      .dropped(socket: 1, length: 20, reason: "the queue is full"),
      "   1.214        -- Dropped     20 bytes for socket 1: the queue is full"
    ),
  ])
  func eachEventIsALine(event: ModuleEvent, line: String) {
    #expect(transcript.line(for: event, now: now) == line)
  }

  @Test(arguments: [
    (ModuleEvent.Fault.lostFromMCU(0x41), "'A' from the MCU is lost"),
    (.lostToMCU(0x0D), "character 13 to the MCU is lost"),
    (.delayed(Milliseconds(1500)), "the answer comes 1500 ms late"),
    (.interleaved("+CSCON:0"), "+CSCON:0 comes in between"),
    (.rebooted, "the module restarts instead of answering"),
    (.refused(159), "+CME ERROR:159 instead of doing it"),
  ])
  func eachFaultIsNamed(fault: ModuleEvent.Fault, text: String) {
    #expect(
      transcript.line(for: .fault(fault), now: now) == "   1.214        -- Fault       " + text)
  }

  @Test(arguments: [
    (Attendant.Report.began(line: "reboot"), "   1.214        -- Order       reboot"),
    (.waited(line: "wait sent 1"), "   1.214        -- Done        wait sent 1"),
    (.failed(line: "x", reason: "y"), "   1.214        -- Not done    x: y"),
    (.said("and now"), "   1.214        -- Note        and now"),
    (.help(["quit"]), "   1.214        -- Orders      quit"),
  ])
  func eachReportIsALine(report: Attendant.Report, line: String) {
    #expect(transcript.lines(for: report, now: now) == [line])
  }

  @Test func aLongPayloadIsAbridged() {
    let payload = String(repeating: "0123456789ABCDEF", count: 5)
    #expect(
      Transcript.abridged("AT+NSOST=0,127.0.0.1,5683,40,\(payload),7")
        == "AT+NSOST=0,127.0.0.1,5683,40,0123456789ABCDEF...(40 bytes),7")
  }

  @Test(arguments: [
    "", ",", "AT+NSORF=0,30", "0,127.0.0.1,1,32," + String(repeating: "AB", count: 32) + ",0",
    String(repeating: "x", count: 200),
  ])
  func whatIsShortOrNoPayloadStays(line: String) {
    #expect(Transcript.abridged(line) == line)
  }
}
