import CoAPWire
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
  }

  case devices
  case values(Target)
  case request(Target, Path, Operation)
  case wait(Condition, Milliseconds)
  case sleep(Milliseconds)
  case help
  case quit
}

/// Why a line is no command.
public struct CommandError: Error, Equatable, Sendable {
  public let message: String

  public init(_ message: String) {
    self.message = message
  }
}

extension Command {
  public static let defaultWait = Milliseconds(30_000)

  /// One line each, for `help` and for wrong commands.
  public static let usages: [(name: String, usage: String)] = [
    ("devices", "devices"),
    ("read", "read EP|* PATH [text|tlv|old-tlv|opaque]"),
    ("write", "write EP|* PATH VALUE [text|tlv|old-tlv|opaque|hex]"),
    ("write-partial", "write-partial EP|* /OBJ/INST ID=VALUE[,ID=VALUE...]"),
    ("execute", "execute EP|* PATH [ARGUMENTS]"),
    ("observe", "observe EP|* PATH"),
    ("cancel", "cancel EP|* PATH"),
    ("discover", "discover EP|* PATH"),
    ("write-attributes", "write-attributes EP|* PATH pmin=1&pmax=10"),
    ("values", "values EP|*"),
    ("wait", "wait registered|observed|updated|deregistered [SECONDS]"),
    ("wait", "wait notify PATH [SECONDS]"),
    ("sleep", "sleep MILLISECONDS"),
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
      default: .writeAttributes(try attributes(&arguments))
      }
    return .request(target, path, operation)
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
    guard path.depth >= 2 else { throw CommandError("an object cannot be written") }
    let value = try arguments.word("value")
    var format: WriteFormat = path.depth == 3 ? .text : .tlv
    if !arguments.isAtEnd {
      let word = try arguments.word("format")
      guard let named = WriteFormat(rawValue: word) else {
        throw CommandError("no format is called \"\(word)\"")
      }
      format = named
    }
    return try content(value, format, path)
  }

  private static func writePartial(
    _ arguments: inout CommandArguments, at path: Path
  ) throws(CommandError) -> Content {
    guard path.depth == 2 else { throw CommandError("only an instance is written partially") }
    return try content(try arguments.word("values"), .tlv, path)
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
