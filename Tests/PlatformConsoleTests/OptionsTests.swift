import NBIoTBytes
import Testing

@testable import PlatformConsole

@Suite struct OptionsTests {
  @Test func theDefaultIsLoopbackAndTheCoAPPort() throws {
    let options = try Options(parsing: [])
    #expect(options.address == "127.0.0.1")
    #expect(options.port == 5683)
    #expect(options.allowsNonLoopback == false)
    #expect(options.configuration.observesAutomatically)
    #expect(options.configuration.requestLimit == .seconds(25))
  }

  @Test func everyOptionIsTaken() throws {
    let options = try Options(parsing: [
      "--port", "0", "--bind", "::1", "--allow-non-loopback", "--auth-code", "a", "--auth",
      "1;2=b", "--deny", "3", "--no-auto-observe", "--no-auto-discover", "--timeout", "40",
      "--script", "file", "--json",
    ])
    #expect(options.port == 0)
    #expect(options.address == "::1")
    #expect(options.allowsNonLoopback)
    #expect(options.configuration.authCode == "a")
    #expect(options.configuration.authCodes == ["1;2": "b"])
    #expect(options.configuration.denied == ["3"])
    #expect(!options.configuration.observesAutomatically)
    #expect(!options.configuration.discoversAutomatically)
    #expect(options.configuration.requestLimit == .seconds(40))
    #expect(options.script == "file")
    #expect(options.json)
  }

  @Test(arguments: [
    (["--fast"], "unknown option --fast"), (["--port"], "--port needs a value"),
    (["--port", "65536"], "65536 is no port number"), (["--auth", "x"], "--auth takes EP=CODE"),
    (["--timeout", "4"], "--timeout takes 5 to 40 seconds"), (["x"], "unknown option x"),
  ])
  func aWrongCommandLineSaysWhatIsWrong(arguments: [String], message: String) {
    #expect(throws: OptionsError(message: message)) { try Options(parsing: arguments) }
  }
}
