/// Why a line is no command.
public struct CommandError: Error, Equatable, Sendable {
  public let message: String

  public init(_ message: String) {
    self.message = message
  }
}

/// Splits a line at blanks; double quotes hold words with blanks together.
public struct CommandWords {
  public private(set) var words: [String] = []

  public init(_ line: String) throws(CommandError) {
    var word: String?
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
        word = word ?? ""
      } else if character.isWhitespace, !isQuoted {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard !isQuoted else { throw CommandError("a quote is not closed") }
    if let word { words.append(word) }
  }
}
