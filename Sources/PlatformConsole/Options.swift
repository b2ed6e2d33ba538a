import PlatformAccess

/// Why a command line is none.
public struct OptionsError: Error, Equatable, Sendable {
  public let message: String
}

/// The command line of `onenet-local`.
public struct Options: Equatable, Sendable {
  public var address = "127.0.0.1"
  public var port: UInt16 = 5683
  public var allowsNonLoopback = false
  public var configuration = Configuration()
  public var script: String?
  public var json = false
  public var wantsHelp = false

  public static let usage = """
    usage: onenet-local [options]

      --port N              UDP port, default 5683; 0 takes any and prints it
      --bind ADDRESS        local address, default 127.0.0.1
      --allow-non-loopback  allow an ADDRESS that other machines can reach
      --auth-code CODE      devices must send CODE in option 63
      --auth EP=CODE        this device must send CODE (EP: endpoint name or IMEI)
      --deny EP             refuse this device
      --no-auto-observe     do not observe what a device registers
      --no-auto-discover    do not discover its objects
      --timeout SECONDS     how long one request may take, 5 to 40, default 25
      --script FILE         run the commands in FILE, then end; exit status 0 when all succeeded
      --json                print one JSON object per line
      --help                print this

    Commands, one per line on standard input or in FILE:

    """ + Command.usages.map { "  \($0.usage)\n" }.joined()

  public init() {}

  public init(parsing arguments: [String]) throws(OptionsError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      switch name {
      case "--allow-non-loopback": allowsNonLoopback = true
      case "--no-auto-observe": configuration.observesAutomatically = false
      case "--no-auto-discover": configuration.discoversAutomatically = false
      case "--json": json = true
      case "--help", "-h": wantsHelp = true
      default:
        guard Options.namesWithValue.contains(name) else {
          throw OptionsError(message: "unknown option \(name)")
        }
        guard let value = rest.popFirst() else {
          throw OptionsError(message: "\(name) needs a value")
        }
        try set(name, value)
      }
    }
  }

  private static let namesWithValue: Set<String> = [
    "--port", "--bind", "--auth-code", "--auth", "--deny", "--timeout", "--script",
  ]

  private mutating func set(_ name: String, _ value: String) throws(OptionsError) {
    switch name {
    case "--port":
      guard let number = UInt16(value) else {
        throw OptionsError(message: "\(value) is no port number")
      }
      port = number
    case "--bind": address = value
    case "--auth-code": configuration.authCode = value
    case "--auth": try setAuthCode(value)
    case "--deny": configuration.denied.insert(value)
    case "--timeout":
      guard let seconds = UInt32(value), (5...40).contains(seconds) else {
        throw OptionsError(message: "--timeout takes 5 to 40 seconds")
      }
      configuration.requestLimit = .seconds(seconds)
    default: script = value
    }
  }

  private mutating func setAuthCode(_ value: String) throws(OptionsError) {
    let parts = value.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { throw OptionsError(message: "--auth takes EP=CODE") }
    configuration.authCodes[String(parts[0])] = String(parts[1])
  }
}
