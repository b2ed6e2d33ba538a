import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct RestartTests {
  @Test(
    "M5310 1: AT+NRB restarts: sockets and settings are gone, the banner comes, it registers again")
  func command() {
    var bench = Bench.ready()
    _ = bench.ask("AT+CEREG=1;+CSCON=1")
    _ = bench.ask(#"AT+NSOCR="DGRAM",17,2334,1"#)
    bench.deliver([1])
    bench.requests = []
    let answer = bench.ask("AT+NRB")
    #expect(answer == ["+NSONMI:0,1", "REBOOTING"])
    #expect(bench.requests == [.close(socket: 0)])
    #expect(bench.events.contains(.restarted(.command)))
    let deaf = bench.ask("AT")
    #expect(deaf == [])
    bench.pass(900)
    let banner = bench.lines()
    #expect(banner == ["M5310", "OK"])
    let settings = bench.ask("AT+CEREG?;+CSCON?")
    #expect(settings == ["+CEREG:0,2", "+CSCON:0,0", "OK"])
    bench.pass(3000)
    let socket = [bench.ask("AT+CEREG?"), bench.ask("AT+NSOCL=0")]
    #expect(socket == [["+CEREG:0,1", "OK"], ["+CME ERROR:530"]])
  }

  @Test(
    "Each firmware says how it began",
    arguments: [
      (Dialect.m5310, ["M5310", "OK"], ["M5310", "OK"]),
      (
        .m5310A, ["REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET", "M5310-A", "OK"],
        ["REBOOT_CAUSE_APPLICATION_AT", "M5310-A", "OK"]
      ),
      (
        .bc95, ["REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET", "Neul", "OK"],
        ["REBOOT_CAUSE_APPLICATION_AT", "Neul", "OK"]
      ),
    ])
  func banners(dialect: Dialect, power: [String], again: [String]) {
    var configuration = ModuleConfiguration()
    configuration.dialect = dialect
    var bench = Bench(configuration)
    bench.pass(1000)
    let first = bench.lines()
    #expect(first == power)
    let restarted = bench.ask("AT+NRB")
    bench.pass(1000)
    let second = bench.lines()
    #expect(restarted + second == ["REBOOTING"] + again)
  }

  @Test("A module that is restarted on command says nothing more of what it was about to say")
  func order() {
    var bench = Bench.ready()
    bench.type("AT+CGATT?\r")
    bench.obey(.reboot)
    bench.pass(900)
    let nothing = bench.lines()
    #expect(nothing == [])
    bench.pass(200)
    let banner = bench.lines()
    #expect(banner == ["M5310", "OK"])
    let heard = bench.ask("AT")
    #expect(heard == ["OK"])
  }

  @Test("M5310-A NEARFCN: no restart keeps the lock")
  func lock() {
    var bench = Bench.ready()
    _ = bench.ask("AT+NEARFCN=0,3600")
    _ = bench.ask("AT+NRB")
    bench.pass(5000)
    let registration = bench.ask("AT+CEREG?")
    #expect(registration.suffix(2) == ["+CEREG:0,1", "OK"])
  }

  @Test("A restart does not bring the network back")
  func withoutNetwork() {
    var bench = Bench.ready()
    bench.obey(.detach)
    bench.obey(.reboot)
    bench.pass(10_000)
    let registration = bench.ask("AT+CEREG?")
    #expect(registration.suffix(2) == ["+CEREG:0,2", "OK"])
  }

  @Test("What has not left the UART when the module crashes never does; what AT+NRB answers does")
  func halfSaid() {
    var configuration = ModuleConfiguration()
    configuration.baud = 9600
    var bench = Bench.ready(configuration)
    bench.type("AT+CGDCONT?\r")
    bench.pass(40)
    bench.obey(.reboot)
    bench.pass(900)
    let half = bench.lines()
    #expect(half.count == 1)
    #expect(
      half.first.map { #"+CGDCONT:0,"IP","nbiot.MNC002.MCC460.GPRS",,0,0"#.hasPrefix($0) } == true)
    bench.pass(200)
    let banner = bench.lines()
    #expect(banner == ["M5310", "OK"])
    let answer = bench.ask("AT+NRB")
    #expect(answer == ["REBOOTING"])
  }
}
