import ConsoleText
import ModemConsole
import NBIoTBytes
import NBModule
import Testing

@Suite struct OptionsTests {
  @Test func theDefaultIsTheModuleOfTheGuideOnLoopback() throws {
    let options = try Options(parsing: ["--stdio"])
    #expect(options.line == .standard)
    #expect(options.configuration == ModuleConfiguration())
    #expect(options.address == .ipv4(0x7F00_0001))
    #expect(options.routes == Routes())
    #expect(options.names.isEmpty)
    #expect(options.script == nil)
    #expect(options.transcript == nil)
  }

  @Test(arguments: [
    (["--pty"], Options.Line.terminal(link: nil)),
    (["--link", "modem", "--pty"], .terminal(link: "modem")),
    (["--unix", "modem"], .socket("modem")), (["--stdio"], .standard),
  ])
  func theMCUIsOnOneLine(arguments: [String], line: Options.Line) throws {
    #expect(try Options(parsing: arguments).line == line)
  }

  @Test func theModuleIsAsItIsAskedFor() throws {
    let configuration = try Options(parsing: [
      "--pty", "--dialect", "m5310-a", "--baud", "9600", "--boot", "1", "--attach", "2",
      "--answer", "3", "--inactivity", "4", "--queue", "5", "--roaming", "--echo", "--plmn",
      "46001", "--earfcn", "7", "--imei", "123456789012345", "--imsi", "9", "--apn", "cmnbiot",
      "--longest-delay", "8", "--fault", "delay=0.25",
    ]).configuration
    var wanted = ModuleConfiguration()
    wanted.dialect = .m5310A
    wanted.baud = 9600
    wanted.bootTime = Milliseconds(1)
    wanted.registrationTime = Milliseconds(2)
    wanted.answerTime = Milliseconds(3)
    wanted.inactivity = Milliseconds(4)
    wanted.queueLength = 5
    wanted.isRoaming = true
    wanted.echoes = true
    wanted.plmn = "46001"
    wanted.earfcn = 7
    wanted.imei = "123456789012345"
    wanted.imsi = "9"
    wanted.apn = "cmnbiot"
    wanted.faults.longestDelay = Milliseconds(8)
    wanted.faults.delay = 0.25
    #expect(configuration == wanted)
  }

  @Test func theNetworkIsAsItIsAskedFor() throws {
    let options = try Options(parsing: [
      "--unix", "modem", "--bind", "127.0.0.2", "--route", "183.230.40.150:36000=127.0.0.1:5000",
      "--name", "nbiotacc.heclouds.com=183.230.40.40", "--seed", "18446744073709551615",
      "--script", "orders", "--transcript", "log",
    ])
    #expect(options.address == .ipv4(0x7F00_0002))
    let server = try #require(Endpoint(text: "183.230.40.150:36000"))
    #expect(options.routes.destination(of: server)?.text == "127.0.0.1:5000")
    #expect(options.names == ["nbiotacc.heclouds.com": .ipv4(0xB7E6_2828)])
    #expect(options.seed == .max)
    #expect(options.script == "orders")
    #expect(options.transcript == "log")
  }

  @Test func whatAllIsMayBeNarrowedAfterwards() throws {
    let faults = try Options(parsing: [
      "--stdio", "--longest-delay", "50", "--fault", "all=0.5", "--fault", "reboot=0",
    ]).configuration.faults
    var wanted = Faults.all(0.5)
    wanted.longestDelay = Milliseconds(50)
    wanted.reboot = 0
    #expect(faults == wanted)
  }

  @Test func eachFaultHasItsName() throws {
    for (name, _) in Faults.names {
      let options = try Options(parsing: ["--stdio", "--fault", "\(name)=1"])
      #expect(options.configuration.faults != Faults(), "\(name)")
      #expect(Options.usage.contains("  \(name) "))
    }
  }

  @Test func otherMachinesAreForWhoAllowsThem() throws {
    let options = try Options(parsing: [
      "--stdio", "--bind", "0.0.0.0", "--route", "1.2.3.4:5=6.7.8.9:10", "--allow-non-loopback",
    ])
    #expect(options.address == .ipv4(0))
  }

  @Test func helpNeedsNoLine() throws {
    #expect(try Options(parsing: ["--help"]).wantsHelp)
    #expect(try Options(parsing: ["-h", "--pty", "--stdio"]).wantsHelp)
  }

  private static let oneLine = "exactly one of --pty, --unix and --stdio says where the MCU is"
  private static let route = "--route takes ADDRESS:PORT=ADDRESS:PORT"

  @Test(arguments: [
    ([], oneLine), (["--pty", "--stdio"], oneLine), (["--unix", "a", "--unix", "b"], oneLine),
    (["--fast"], "unknown option --fast"), (["--unix"], "--unix needs a value"),
    (["--stdio", "--link", "x"], "--link needs --pty"),
    (["--pty", "--baud"], "--baud needs a value"),
    (["--pty", "--baud", "fast"], "--baud takes 0 to 4000000"),
    (["--pty", "--dialect", "m26"], "no dialect is called m26"),
    (["--pty", "--queue", "0"], "--queue takes 1 to 64"),
    (["--pty", "--boot", "86400001"], "--boot takes 0 to 86400000"),
    (["--pty", "--seed", "-1"], "--seed takes 0 to 18446744073709551615"),
    (["--pty", "--imei", "12345678901234x"], "--imei takes 15 to 15 digits"),
    (["--pty", "--plmn", "460"], "--plmn takes 5 to 6 digits"),
    (["--pty", "--bind", "localhost"], "localhost is no IPv4 address"),
    (
      ["--pty", "--bind", "0.0.0.0"],
      "0.0.0.0 is on other machines; --allow-non-loopback allows that"
    ),
    (["--pty", "--route", "1.2.3.4:5"], route),
    (["--pty", "--route", "1.2.3.4=127.0.0.1:5"], route),
    (["--pty", "--route", "1.2.3.4:5=127.0.0.1:65536"], route),
    (
      ["--pty", "--route", "1.2.3.4:5=6.7.8.9:1"],
      "6.7.8.9 is on other machines; --allow-non-loopback allows that"
    ),
    (
      ["--pty", "--route", "1.2.3.4:5=127.0.0.1:1", "--route", "1.2.3.4:6=127.0.0.1:1"],
      "1.2.3.4:6 or 127.0.0.1:1 has a route already"
    ),
    (["--pty", "--name", "host"], "--name takes HOST=ADDRESS"),
    (["--pty", "--fault", "delay"], "--fault takes NAME=RATE"),
    (["--pty", "--fault", "delay=2"], "a rate is a number from 0 to 1"),
    (["--pty", "--fault", "delay=nan"], "a rate is a number from 0 to 1"),
    (["--pty", "--fault", "gremlin=1"], "no fault is called gremlin"),
  ])
  func aWrongCommandLineSaysWhatIsWrong(arguments: [String], message: String) {
    #expect(throws: OptionsError(message: message)) { try Options(parsing: arguments) }
  }
}
