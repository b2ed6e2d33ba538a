import ConsoleText
import LwM2MModel

extension CommandArguments {
  mutating func target() throws(CommandError) -> Command.Target {
    let word = try word("endpoint")
    return word == "*" ? .only : .endpoint(word)
  }

  mutating func path() throws(CommandError) -> Path {
    let word = try word("path")
    guard let path = Path(text: word) else {
      throw CommandError("\"\(word)\" is no path such as /3303/0/5700")
    }
    return path
  }
}
