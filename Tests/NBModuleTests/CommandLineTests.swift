import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct CommandLineTests {
  @Test("V.250 5.6: commands of a line are carried out in order; the first error ends it")
  func order() {
    var bench = Bench.ready()
    let both = bench.ask("AT+CSCON=1;+CSCON?;+CGATT?")
    #expect(both == ["+CSCON:1,1", "+CGATT:1", "OK"])
    let broken = bench.ask("AT+CSCON=0;+NONSENSE;+CEREG=1")
    #expect(broken == ["+CME ERROR:4"])
    let after = bench.ask("AT+CSCON?;+CEREG?")
    #expect(after == ["+CSCON:0,1", "+CEREG:0,1", "OK"])
    let socket = bench.ask(#"AT+NSOCR="DGRAM",17,1,1;+NSOCL=0;+NSOCL=0"#)
    #expect(socket == ["0", "+CME ERROR:530"])
  }

  @Test("V.250 5.2.4: A/ asks once more")
  func repetition() {
    var bench = Bench.ready()
    let first = bench.ask("AT+CGATT?")
    bench.type("A/")
    bench.pass(100)
    let again = bench.lines()
    #expect(first == ["+CGATT:1", "OK"])
    #expect(again == first)
  }

  @Test("V.250 6.2.4: with echo all characters of a command come back")
  func echo() {
    var bench = Bench.ready()
    _ = bench.ask("ATE1")
    let start = bench.raw.count
    _ = bench.ask("AT+CGATT?")
    let text = String(decoding: bench.raw[start...], as: UTF8.self)
    #expect(text == "AT+CGATT?\r\r\n+CGATT:1\r\n\r\nOK\r\n")
    _ = bench.ask("ATE0")
    let quiet = bench.ask("AT")
    #expect(quiet == ["OK"])
  }

  @Test("V.250 6.1.1, 6.2.6: ATV0 answers by numbers, ATZ takes that back")
  func numeric() {
    var bench = Bench.ready()
    let numbers = [bench.ask("ATV0"), bench.ask("AT+CGATT?"), bench.ask("ATZ"), bench.ask("AT")]
    #expect(numbers == [["0"], ["+CGATT:1", "0"], ["OK"], ["OK"]])
    bench.obey(.refuse(code: 3, count: 1))
    let silent = [bench.ask("ATQ1"), bench.ask("ATQ1"), bench.ask("AT+CGATT?"), bench.ask("ATQ0")]
    #expect(silent == [["+CME ERROR:3"], [], ["+CGATT:1"], ["OK"]])
  }

  @Test("27.007 9.1: errors are plain, numbers or words; a BC95 begins with plain ones")
  func errors() {
    var bench = Bench.ready(.bc95)
    let answers = [
      bench.ask("AT+NSOCL=0"), bench.ask("AT+CMEE=1"), bench.ask("AT+NSOCL=0"),
      bench.ask("AT+CMEE=2"), bench.ask("AT+NSOCL=x"), bench.ask("AT+CMEE?"),
    ]
    #expect(
      answers == [
        ["ERROR"], ["OK"], ["+CME ERROR: 530"], ["OK"], ["+CME ERROR: Incorrect parameters"],
        ["+CMEE: 2", "OK"],
      ])
  }

  @Test("V.250 5.2.1: a line in pieces, and two at once: each is answered, in order")
  func pieces() {
    var bench = Bench.ready()
    for character in "AT+CGATT?\r" { bench.type(String(character)) }
    bench.pass(100)
    let whole = bench.lines()
    #expect(whole == ["+CGATT:1", "OK"])
    let two = bench.ask("AT+CSCON?\rAT+CGATT?")
    #expect(two == ["+CSCON:0,1", "OK", "+CGATT:1", "OK"])
  }

  @Test("V.250 5.2.1: noise, and a line that is far too long: the next one is understood")
  func noise() {
    var bench = Bench.ready()
    let long = bench.ask("AT+NSOST=0,1.1.1.1,1,512," + String(repeating: "0", count: 4000))
    #expect(long == ["+CME ERROR:50"])
    bench.type("\u{0}\u{1}xyz\r\n\r\n\u{FF}\"\"")
    let next = bench.ask("AT+CGATT?")
    #expect(next == ["+CGATT:1", "OK"])
    for bad in ["AT+", "AT=", "AT+CEREG=\"", "AT+CGATT=1=", "ATS3", "AT+\u{E9}"] {
      let answer = bench.ask(bad)
      #expect(answer == ["+CME ERROR:50"], "\(bad)")
    }
  }

  @Test("27.007 5: the module says who it is")
  func identity() {
    var bench = Bench.ready()
    let answers = ["+CGSN=1", "+CGSN", "+CIMI", "+CGMM", "+CGMI", "+CSQ", "+CGMR=?", "I"].map {
      bench.ask("AT" + $0)
    }
    #expect(
      answers == [
        ["+CGSN:867725030106226", "OK"], ["867725030106226", "OK"], ["460040975306226", "OK"],
        ["M5310", "OK"], ["CMCC", "OK"], ["+CSQ:18,99", "OK"], ["OK"],
        ["CMCC", "M5310", "Revision:M5310-SIM", "OK"],
      ])
    let bad = ["+CGSN=2", "+CIMI?", "+CGMM=1", "+CGSN?", "+NRB=1"].map { bench.ask("AT" + $0) }
    #expect(
      bad == [
        ["+CME ERROR:50"], ["+CME ERROR:4"], ["+CME ERROR:4"], ["+CME ERROR:4"], ["+CME ERROR:4"],
      ])
  }

  @Test(
    "M5310 1: what firmware sends as a matter of form is taken",
    arguments: ["+CPSMS=0", "+CEDRXS=0,5", "&W", "+CPSMS=1,,,\"01000011\",\"01000011\""])
  func form(command: String) {
    var bench = Bench.ready()
    let answer = bench.ask("AT" + command)
    #expect(answer == ["OK"])
  }
}
