import ConsoleText
import NBIoTBytes
import PlatformAccess

/// Commands that change what the platform is or knows.
extension Command {
  static func silent(_ arguments: inout CommandArguments) throws(CommandError) -> Command {
    let duration = Milliseconds.seconds(try arguments.number("seconds"))
    guard !arguments.isAtEnd else { return .silent(nil, duration) }
    let name = try arguments.word("server")
    guard let role = Platform.Role(rawValue: name) else {
      throw CommandError("no server is called \"\(name)\"")
    }
    return .silent(role, duration)
  }

  static func outage(_ arguments: inout CommandArguments) throws(CommandError) -> Command {
    let duration = Milliseconds.seconds(try arguments.number("seconds"))
    guard !arguments.isAtEnd else { return .outage(duration, .lost) }
    let word = try arguments.word("kept or lost")
    guard let memory = Platform.Memory(rawValue: word) else {
      throw CommandError("what is known is kept or lost, not \"\(word)\"")
    }
    return .outage(duration, memory)
  }

  static func account(_ arguments: inout CommandArguments) throws(CommandError) -> Command {
    .account(try arguments.word("endpoint"), uri: try arguments.word("URI"))
  }

  static func orders(_ arguments: inout CommandArguments) throws(CommandError) -> Command {
    let name = try arguments.word("list of orders")
    guard let orders = [BootstrapOrder].named(name) else {
      throw CommandError("no list of orders is called \"\(name)\"")
    }
    return .orders(orders)
  }

  static func mistake(_ arguments: inout CommandArguments) throws(CommandError) -> Command {
    let name = try arguments.word("mistake")
    guard name != "none" else { return .mistake(nil, times: nil) }
    guard let mistake = BootstrapMistake(rawValue: name) else {
      throw CommandError("no mistake is called \"\(name)\"")
    }
    return .mistake(mistake, times: arguments.isAtEnd ? nil : try arguments.number("times"))
  }

  static func blockMistake(
    _ arguments: inout CommandArguments
  ) throws(CommandError) -> Command {
    let name = try arguments.word("mistake")
    guard name != "none" else { return .blockMistake(nil, times: nil) }
    guard let mistake = BlockMistake(rawValue: name) else {
      throw CommandError("no mistake with blocks is called \"\(name)\"")
    }
    return .blockMistake(mistake, times: arguments.isAtEnd ? nil : try arguments.number("times"))
  }

  static var blockMistakeNames: String {
    BlockMistake.allCases.map(\.rawValue).joined(separator: "|")
  }

  static var mistakeNames: String {
    BootstrapMistake.allCases.map(\.rawValue).joined(separator: "|")
  }
}
