import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct DialectTests {
  @Test(
    "M5310-A NSOST: a command carries 1,358 bytes at most, those of the others 512",
    arguments: [(Dialect.m5310, 512), (.m5310A, 1358), (.bc95, 512)])
  func longest(dialect: Dialect, longest: Int) {
    var bench = Bench.ready(dialect)
    _ = bench.ask(#"AT+CMEE=1;+NSOCR="DGRAM",17,1,1"#)
    let blank = dialect == .bc95 ? " " : ""
    for (length, answer) in [
      (longest, ["0,\(longest)", "OK"]), (longest + 1, ["+CME ERROR:\(blank)50"]),
    ] {
      let data = String(repeating: "5B", count: length)
      let said = bench.ask("AT+NSOST=0,183.230.40.150,36000,\(length),\(data)")
      #expect(said == answer)
    }
    bench.deliver([UInt8](repeating: 0x5B, count: longest + 1))
    let read = bench.ask("AT+NSORF=0,\(longest)")
    #expect(read.dropFirst().first?.hasSuffix(",1") == true)
    let tooMuch = bench.ask("AT+NSORF=0,\(longest + 1)")
    #expect(tooMuch == ["+CME ERROR:\(blank)50"])
  }

  @Test("A blank behind the colon, or none, is a matter of the firmware")
  func blanks() {
    for (dialect, blank) in [(Dialect.m5310, ""), (.m5310A, ""), (.bc95, " ")] {
      var bench = Bench.ready(dialect)
      _ = bench.ask("AT+CSCON=1;+CMEE=1")
      _ = bench.ask(#"AT+NSOCR="DGRAM",17,1,2"#)
      bench.deliver([0xA0])
      let told = bench.ask("AT+CSCON?;+NSOCL=1")
      #expect(
        told == [
          "+NSORF:\(blank)0,183.230.40.150,36000,1,A0,0", "+CSCON:\(blank)1,1",
          "+CME ERROR:\(blank)530",
        ])
    }
  }

  @Test("A dialect is named as on a command line")
  func names() {
    #expect(Dialect.allCases.map(\.rawValue) == ["m5310", "m5310-a", "bc95"])
  }
}
