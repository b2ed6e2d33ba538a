import ConsoleText
import NBIoTBytes
import NBModule

/// One line of what is to be done to the module.
public enum Order: Equatable, Sendable {
  public enum Condition: Equatable, Sendable {
    /// A command line that begins so.
    case heard(String)
    /// A line to the MCU that begins so.
    case said(String)
    /// This many datagrams.
    case sent(UInt32)
    case received(UInt32)
    case registered
    case restarted
    /// An MCU is on the line.
    case plugged
    case unplugged
  }

  case module(ModuleOrder)
  /// Changes the rate of one fault.
  case fault(String, Double)
  case wait(Condition, Milliseconds)
  case sleep(Milliseconds)
  /// Prints the text, for whoever follows a script.
  case say(String)
  case help
  case quit
}

extension Order {
  public static let defaultWait = Milliseconds(30_000)

  /// One each, for `help` and for wrong lines.
  public static let usages: [(name: String, usage: String, meaning: String)] = [
    ("reboot", "reboot", "the module restarts at once"),
    ("detach", "detach", "the network is gone"),
    ("attach", "attach", "the network is back"),
    ("refuse", "refuse COUNT CODE", "the next COUNT commands get +CME ERROR:CODE"),
    ("fault", "fault NAME RATE", "as --fault"),
    ("wait", "wait line TEXT [SECONDS]", "until the MCU sends a line that begins so"),
    ("wait", "wait said TEXT [SECONDS]", "until the module does"),
    ("wait", "wait sent N [SECONDS]", "until N more datagrams have left"),
    ("wait", "wait received N [SECONDS]", "until N more have arrived"),
    ("wait", "wait registered [SECONDS]", "until the module is registered"),
    ("wait", "wait restarted [SECONDS]", "until it restarts"),
    ("wait", "wait plugged|unplugged [SECONDS]", "until the MCU is there, or gone"),
    ("sleep", "sleep MILLISECONDS", "do nothing for that long"),
    ("say", "say \"TEXT\"", "print TEXT"),
    ("help", "help", "list the orders"),
    ("quit", "quit", "end"),
  ]

  /// `nil` for an empty line or a comment.
  public init?(parsing line: String) throws(CommandError) {
    let words = try CommandWords(line).words
    guard let name = words.first, !name.hasPrefix("#") else { return nil }
    do {
      var arguments = CommandArguments([String](words.dropFirst()))
      self = try Order.parse(name, &arguments)
      try arguments.end()
    } catch {
      throw CommandError(error.message + Order.usage(of: name))
    }
  }

  private static func usage(of name: String) -> String {
    let usages = Order.usages.filter { $0.name == name }.map(\.usage)
    return usages.isEmpty
      ? "; `help` lists the orders" : "; usage: " + usages.joined(separator: "  or  ")
  }

  private static func parse(
    _ name: String, _ arguments: inout CommandArguments
  ) throws(CommandError) -> Order {
    switch name {
    case "reboot": .module(.reboot)
    case "detach": .module(.detach)
    case "attach": .module(.attach)
    case "refuse": .module(try refusal(&arguments))
    case "fault": try fault(&arguments)
    case "wait": try wait(&arguments)
    case "sleep": .sleep(Milliseconds(try arguments.number("milliseconds")))
    case "say": .say(try arguments.word("text"))
    case "help": .help
    case "quit": .quit
    default: throw CommandError("no order is called \"\(name)\"")
    }
  }

  private static func refusal(
    _ arguments: inout CommandArguments
  ) throws(CommandError) -> ModuleOrder {
    let count = try arguments.number("commands")
    let code = try arguments.number("codes")
    guard let code = UInt16(exactly: code) else {
      throw CommandError("\(code) is no code of +CME ERROR")
    }
    return .refuse(code: code, count: Int(count))
  }

  private static func fault(_ arguments: inout CommandArguments) throws(CommandError) -> Order {
    let name = try arguments.word("name")
    guard Faults.names.contains(where: { $0.name == name }) else {
      throw CommandError("no fault is called \"\(name)\"")
    }
    guard let rate = Faults.rate(try arguments.word("rate")) else {
      throw CommandError("a rate is a number from 0 to 1")
    }
    return .fault(name, rate)
  }

  private static func wait(_ arguments: inout CommandArguments) throws(CommandError) -> Order {
    let word = try arguments.word("what to wait for")
    let condition: Condition =
      switch word {
      case "line": .heard(try arguments.word("text"))
      case "said": .said(try arguments.word("text"))
      case "sent": .sent(try arguments.number("datagrams"))
      case "received": .received(try arguments.number("datagrams"))
      case "registered": .registered
      case "restarted": .restarted
      case "plugged": .plugged
      case "unplugged": .unplugged
      default: throw CommandError("nothing to wait for is called \"\(word)\"")
      }
    guard !arguments.isAtEnd else { return .wait(condition, defaultWait) }
    return .wait(condition, .seconds(try arguments.number("seconds")))
  }
}
