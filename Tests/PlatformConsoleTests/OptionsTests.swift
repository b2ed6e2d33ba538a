import ConsoleText
import NBIoTBytes
import PlatformAccess
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
    #expect(options.bootstrapPort == nil)
    #expect(options.configuration.blocks == BlockSizes())
  }

  @Test func everyOptionIsTaken() throws {
    let options = try Options(parsing: [
      "--port", "0", "--bind", "::1", "--allow-non-loopback", "--auth-code", "a", "--auth",
      "1;2=b", "--deny", "3", "--no-auto-observe", "--no-auto-discover", "--timeout", "40",
      "--script", "file", "--json", "--bootstrap-port", "0", "--account", "1;2=coap://h:1",
      "--orders", "lwm2m", "--mistake", "half=2", "--block-size", "64", "--ask-block-size",
      "128", "--take-block-size", "16", "--body-limit", "2048",
      "--block-mistake", "gap=3",
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
    #expect(options.configuration.blocks.sent == 2)
    #expect(options.configuration.blocks.asked == 3)
    #expect(options.configuration.blocks.taken == 0)
    #expect(options.configuration.blocks.limit == 2048)
    #expect(options.script == "file")
    #expect(options.json)
    #expect(options.bootstrapPort == 0)
    #expect(options.plan.accounts == ["1;2": "coap://h:1"])
    #expect(options.plan.orders == .lwm2m)
    #expect(options.plan.mistake == .half)
    #expect(options.plan.mistakesLeft == 2)
    #expect(options.blockMistakes.mistake == .gap)
    #expect(options.blockMistakes.left == 3)
  }

  @Test func ordersUnderAnotherNameAreAFile() throws {
    let options = try Options(parsing: ["--bootstrap-port", "0", "--orders", "list.txt"])
    #expect(options.ordersFile == "list.txt")
    #expect(options.plan.mistake == nil)
  }

  @Test(arguments: [
    (["--fast"], "unknown option --fast"), (["--port"], "--port needs a value"),
    (["--port", "65536"], "65536 is no port number"), (["--auth", "x"], "--auth takes EP=CODE"),
    (["--timeout", "4"], "--timeout takes 5 to 40 seconds"), (["x"], "unknown option x"),
    (["--orders", "lwm2m"], "--orders needs --bootstrap-port"),
    (["--bootstrap-port", "x"], "x is no port number"),
    (["--account", "x"], "--account takes EP=URI"),
    (["--block-size", "500"], "--block-size takes 16, 32, 64 ... 1024"),
    (["--ask-block-size", "2048"], "--ask-block-size takes 16, 32, 64 ... 1024"),
    (["--take-block-size", "x"], "--take-block-size takes 16, 32, 64 ... 1024"),
    (["--block-mistake", "x"], "no mistake with blocks is called x"),
    (["--block-mistake", "gap=x"], "x is no number of times"),
    (["--body-limit", "-1"], "-1 is no number of bytes"),
    (["--mistake", "x"], "no mistake is called x"),
    (["--mistake", "half=x"], "x is no number of times"),
  ])
  func aWrongCommandLineSaysWhatIsWrong(arguments: [String], message: String) {
    #expect(throws: OptionsError(message: message)) { try Options(parsing: arguments) }
  }
}
