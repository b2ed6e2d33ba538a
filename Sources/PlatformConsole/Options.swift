import ConsoleText
import PlatformAccess

/// The command line of `onenet-local`.
public struct Options: Equatable, Sendable {
  public var address = "127.0.0.1"
  public var port: UInt16 = 5683
  public var allowsNonLoopback = false
  public var configuration = Configuration()
  /// `nil` when no bootstrap server is to run.
  public var bootstrapPort: UInt16?
  public var plan = BootstrapPlan()
  /// The file to take the orders of `plan` from.
  public var ordersFile: String?
  public var script: String?
  public var blockMistakes = BlockMistakes()
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
      --bootstrap-port N    run a bootstrap server at this port, 0 for any; off without
      --account EP=URI      where it sends this device, * for all; default: this server
      --orders LIST         onenet (default), onenet-tlv, lwm2m, none, or a file with orders
      --mistake NAME[=N]    do this wrong, N times or always: see `mistake` below
      --block-mistake NAME[=N]  do this wrong with long bodies, N times or always: see below
      --timeout SECONDS     how long one request or block may take, 5 to 40, default 25
      --block-size BYTES    what is longer is written in blocks of BYTES: 16, 32 ... 1024, default 512
      --ask-block-size BYTES   ask for answers in blocks of BYTES or less
      --take-block-size BYTES  ask a device that registers in larger blocks for these, default 1024
      --body-limit BYTES    the longest body that is taken in blocks, default 16384
      --script FILE         run the commands in FILE, then end; exit status 0 when all succeeded
      --json                print one JSON object per line
      --help                print this

    Commands, one per line on standard input or in FILE:

    """ + Command.usages.map { "  \($0.usage)\n" }.joined()

  public init() {}

  public init(parsing arguments: [String]) throws(OptionsError) {
    var rest = arguments[...]
    var needsBootstrap: String?
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
      if Options.bootstrapNames.contains(name) { needsBootstrap = name }
    }
    if let needsBootstrap, bootstrapPort == nil {
      throw OptionsError(message: "\(needsBootstrap) needs --bootstrap-port")
    }
  }

  private static let bootstrapNames: Set<String> = ["--account", "--orders", "--mistake"]
  private static let namesWithValue = bootstrapNames.union([
    "--port", "--bind", "--auth-code", "--auth", "--deny", "--timeout", "--script",
    "--bootstrap-port", "--block-size", "--ask-block-size", "--take-block-size", "--body-limit",
    "--block-mistake",
  ])

  private mutating func set(_ name: String, _ value: String) throws(OptionsError) {
    switch name {
    case "--port": port = try Options.port(value)
    case "--bootstrap-port": bootstrapPort = try Options.port(value)
    case "--account": try setAccount(value)
    case "--orders": setOrders(value)
    case "--mistake": try setMistake(value)
    case "--bind": address = value
    case "--auth-code": configuration.authCode = value
    case "--auth": try setAuthCode(value)
    case "--deny": configuration.denied.insert(value)
    case "--timeout":
      guard let seconds = UInt32(value), (5...40).contains(seconds) else {
        throw OptionsError(message: "--timeout takes 5 to 40 seconds")
      }
      configuration.requestLimit = .seconds(seconds)
    case "--block-mistake": try setBlockMistake(value)
    case "--block-size": configuration.blocks.sent = try Options.exponent(name, value)
    case "--ask-block-size": configuration.blocks.asked = try Options.exponent(name, value)
    case "--take-block-size": configuration.blocks.taken = try Options.exponent(name, value)
    case "--body-limit":
      guard let bytes = UInt32(value) else {
        throw OptionsError(message: "\(value) is no number of bytes")
      }
      configuration.blocks.limit = Int(bytes)
    default: script = value
    }
  }

  private static func port(_ value: String) throws(OptionsError) -> UInt16 {
    guard let number = UInt16(value) else {
      throw OptionsError(message: "\(value) is no port number")
    }
    return number
  }

  private static func exponent(_ name: String, _ value: String) throws(OptionsError) -> UInt8 {
    guard let exponent = Int(value).flatMap({ BlockSizes.exponent(of: $0) }) else {
      throw OptionsError(message: "\(name) takes 16, 32, 64 ... 1024")
    }
    return exponent
  }

  private mutating func setAccount(_ value: String) throws(OptionsError) {
    let parts = value.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { throw OptionsError(message: "--account takes EP=URI") }
    plan.accounts[String(parts[0])] = String(parts[1])
  }

  private mutating func setOrders(_ value: String) {
    if let orders = [BootstrapOrder].named(value) {
      plan.orders = orders
      ordersFile = nil
    } else {
      ordersFile = value
    }
  }

  private mutating func setMistake(_ value: String) throws(OptionsError) {
    let (mistake, times): (BootstrapMistake, UInt32?) = try Options.mistake(value, "mistake")
    plan.set(mistake, times: times)
  }

  private mutating func setBlockMistake(_ value: String) throws(OptionsError) {
    let (mistake, times): (BlockMistake, UInt32?) = try Options.mistake(
      value, "mistake with blocks")
    blockMistakes.set(mistake, times: times)
  }

  /// `NAME` or `NAME=TIMES`.
  private static func mistake<Mistake: RawRepresentable<String>>(
    _ value: String, _ kind: String
  ) throws(OptionsError) -> (Mistake, times: UInt32?) {
    let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
    guard let name = parts.first, let mistake = Mistake(rawValue: name) else {
      throw OptionsError(message: "no \(kind) is called \(value)")
    }
    guard parts.count == 2 else { return (mistake, nil) }
    guard let times = UInt32(parts[1]) else {
      throw OptionsError(message: "\(parts[1]) is no number of times")
    }
    return (mistake, times)
  }

  private mutating func setAuthCode(_ value: String) throws(OptionsError) {
    let parts = value.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { throw OptionsError(message: "--auth takes EP=CODE") }
    configuration.authCodes[String(parts[0])] = String(parts[1])
  }
}
