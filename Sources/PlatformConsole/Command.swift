import CoAPWire
import ConsoleText
import LwM2MModel
import NBIoTBytes
import PlatformAccess

/// One line of the console.
public enum Command: Equatable, Sendable {
  /// Which device: by its endpoint name, or the only one there is.
  public enum Target: Equatable, Sendable {
    case only
    case endpoint(String)
  }

  public enum Condition: Equatable, Sendable {
    case registered
    /// The automatic requests are done and no Observe failed.
    case observed
    case updated
    case deregistered
    case notified(Path)
    /// A device has asked for a bootstrap.
    case bootstrapRequested
    /// A device has taken the Finish of a bootstrap.
    case bootstrapped
  }

  case devices
  case values(Target)
  case request(Target, Path, Operation)
  case writeLarge(Target, Path, LargeBody, WriteFormat)
  case forget(Target)
  case restart
  /// `nil` stands for all servers.
  case silent(Platform.Role?, Milliseconds)
  case outage(Milliseconds, Platform.Memory)
  case bootstrap(Target, BootstrapOrder)
  case account(String, uri: String)
  case orders([BootstrapOrder])
  case mistake(BootstrapMistake?, times: UInt32?)
  case blockMistake(BlockMistake?, times: UInt32?)
  case wait(Condition, Milliseconds)
  case sleep(Milliseconds)
  /// Prints the text, for whoever follows a script.
  case say(String)
  case help
  case quit
}

extension Command {
  public static let defaultWait = Milliseconds(30_000)

  /// One line each, for `help` and for wrong commands.
  public static let usages: [(name: String, usage: String)] = [
    ("devices", "devices"),
    ("read", "read EP|* PATH [text|tlv|old-tlv|opaque]"),
    ("write", "write EP|* PATH VALUE [text|tlv|old-tlv|opaque|hex]"),
    ("write-large", "write-large EP|* PATH size=BYTES[,SEED]|file=NAME [opaque|text|tlv|old-tlv]"),
    ("write-partial", "write-partial EP|* /OBJ/INST ID=VALUE[,ID=VALUE...]"),
    ("execute", "execute EP|* PATH [ARGUMENTS]"),
    ("observe", "observe EP|* PATH"),
    ("cancel", "cancel EP|* PATH"),
    ("discover", "discover EP|* PATH"),
    ("write-attributes", "write-attributes EP|* PATH pmin=1&pmax=10"),
    ("create", "create EP|* /OBJ[/INST] ID=VALUE[,ID=VALUE...]"),
    ("delete", "delete EP|* PATH"),
    ("values", "values EP|*"),
    ("forget", "forget EP|*"),
    ("restart", "restart"),
    ("silent", "silent SECONDS [access|bootstrap]"),
    ("outage", "outage SECONDS [kept|lost]"),
    ("bootstrap", "bootstrap EP|* delete|discover|read PATH"),
    ("bootstrap", "bootstrap EP|* write PATH VALUE [text|tlv|old-tlv|opaque|hex]"),
    ("bootstrap", "bootstrap EP|* finish"),
    ("account", "account EP|* URI"),
    ("orders", "orders onenet|onenet-tlv|lwm2m|none"),
    ("mistake", "mistake none|\(mistakeNames) [TIMES]"),
    ("block-mistake", "block-mistake none|\(blockMistakeNames) [TIMES]"),
    ("wait", "wait registered|observed|updated|deregistered [SECONDS]"),
    ("wait", "wait bootstrap-request|bootstrapped [SECONDS]"),
    ("wait", "wait notify PATH [SECONDS]"),
    ("sleep", "sleep MILLISECONDS"),
    ("say", "say \"TEXT\""),
    ("help", "help"),
    ("quit", "quit"),
  ]

  /// `nil` for an empty line or a comment.
  public init?(parsing line: String) throws(CommandError) {
    let words = try CommandWords(line).words
    guard let name = words.first, !name.hasPrefix("#") else { return nil }
    do {
      self = try Command.parse(name, CommandArguments([String](words.dropFirst())))
    } catch {
      throw CommandError(error.message + Command.usage(of: name))
    }
  }

  private static func usage(of name: String) -> String {
    let usages = Command.usages.filter { $0.name == name }.map(\.usage)
    return usages.isEmpty
      ? "; `help` lists the commands" : "; usage: " + usages.joined(separator: "  or  ")
  }

  private static func parse(
    _ name: String, _ given: CommandArguments
  ) throws(CommandError) -> Command {
    var arguments = given
    let command: Command =
      switch name {
      case "devices": .devices
      case "help": .help
      case "quit": .quit
      case "values": .values(try arguments.target())
      case "wait": try wait(&arguments)
      case "say": .say(try arguments.word("text"))
      case "forget": .forget(try arguments.target())
      case "restart": .restart
      case "silent": try silent(&arguments)
      case "outage": try outage(&arguments)
      case "write-large": try writeLarge(&arguments)
      case "bootstrap": .bootstrap(try arguments.target(), try arguments.order())
      case "account": try account(&arguments)
      case "orders": try orders(&arguments)
      case "mistake": try mistake(&arguments)
      case "block-mistake": try blockMistake(&arguments)
      case "sleep": .sleep(Milliseconds(try arguments.number("milliseconds")))
      default: try request(name, &arguments)
      }
    try arguments.end()
    return command
  }

  private static func wait(_ arguments: inout CommandArguments) throws(CommandError) -> Command {
    let word = try arguments.word("what to wait for")
    let condition: Condition =
      switch word {
      case "registered": .registered
      case "observed": .observed
      case "updated": .updated
      case "deregistered": .deregistered
      case "bootstrap-request": .bootstrapRequested
      case "bootstrapped": .bootstrapped
      case "notify": .notified(try arguments.path())
      default: throw CommandError("nothing to wait for is called \"\(word)\"")
      }
    guard !arguments.isAtEnd else { return .wait(condition, defaultWait) }
    return .wait(condition, .seconds(try arguments.number("seconds")))
  }

  private static func request(
    _ name: String, _ arguments: inout CommandArguments
  ) throws(CommandError) -> Command {
    guard usages.contains(where: { $0.name == name }) else {
      throw CommandError("no command is called \"\(name)\"")
    }
    let target = try arguments.target()
    let path = try arguments.path()
    let operation: Operation =
      switch name {
      case "read": try read(&arguments)
      case "observe": .observe
      case "cancel": .cancelObservation
      case "discover": .discover
      case "write": .write(try write(&arguments, at: path))
      case "write-partial": .writePartial(try writePartial(&arguments, at: path))
      case "execute": .execute(arguments: try execute(&arguments, at: path))
      case "create": .create(try create(&arguments, at: path))
      case "delete": .delete
      default: .writeAttributes(try attributes(&arguments))
      }
    return .request(target, name == "create" ? Path(path.object) : path, operation)
  }

  private static func read(
    _ arguments: inout CommandArguments
  ) throws(CommandError) -> Operation {
    guard !arguments.isAtEnd else { return .read }
    let word = try arguments.word("format")
    switch word {
    case "text": return .readAs(.text)
    case "tlv": return .readAs(.tlv)
    case "old-tlv": return .readAs(.oldTLV)
    case "opaque": return .readAs(.opaque)
    default: throw CommandError("no format is called \"\(word)\"")
    }
  }

  private static func write(
    _ arguments: inout CommandArguments, at path: Path
  ) throws(CommandError) -> Content {
    let (value, format) = try arguments.written(at: path)
    return try content(value, format, path)
  }

  private static func writePartial(
    _ arguments: inout CommandArguments, at path: Path
  ) throws(CommandError) -> Content {
    guard path.depth == 2 else { throw CommandError("only an instance is written partially") }
    return try content(try arguments.word("values"), .tlv, path)
  }

  /// Behind the path of an object the device chooses the instance.
  private static func create(
    _ arguments: inout CommandArguments, at path: Path
  ) throws(CommandError) -> Content {
    guard path.depth <= 2 else { throw CommandError("only an instance is created") }
    let values = try arguments.word("values")
    do {
      return try PayloadWriter.instance(values, at: path)
    } catch {
      throw CommandError(error.explanation)
    }
  }

  private static func content(
    _ value: String, _ format: WriteFormat, _ path: Path
  ) throws(CommandError) -> Content {
    do {
      return try PayloadWriter.content(value, as: format, at: path)
    } catch {
      throw CommandError(error.explanation)
    }
  }

  private static func execute(
    _ arguments: inout CommandArguments, at path: Path
  ) throws(CommandError) -> String {
    guard path.depth == 3 else { throw CommandError("only a resource is executed") }
    return arguments.isAtEnd ? "" : try arguments.word("arguments")
  }

  private static func attributes(
    _ arguments: inout CommandArguments
  ) throws(CommandError) -> [String] {
    let text = try arguments.word("attributes")
    return text.split { $0 == "&" || $0 == ";" }.map(String.init)
  }
}

extension WriteError {
  var explanation: String {
    switch self {
    case .notHexadecimal: "the value is not made of pairs of hexadecimal digits"
    case .instanceNeedsTLV: "an instance is written in TLV only"
    case .assignmentMissing(let part): "\"\(part)\" is not ID=VALUE"
    case .valueNotOfType(let type): "the value is no \(type)"
    case .tooLong: "the value is too long"
    }
  }
}
