import LwM2MModel

/// Splits a line at blanks; double quotes hold words with blanks together.
struct CommandWords {
  private(set) var words: [String] = []

  init(_ line: String) throws(CommandError) {
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

/// The words behind a command, taken one by one.
struct CommandArguments {
  private var words: [String]

  init(_ words: [String]) {
    self.words = words
  }

  var isAtEnd: Bool { words.isEmpty }

  mutating func word(_ meaning: String) throws(CommandError) -> String {
    guard !words.isEmpty else { throw CommandError("\(meaning) missing") }
    return words.removeFirst()
  }

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

  mutating func number(_ meaning: String) throws(CommandError) -> UInt32 {
    let word = try word(meaning)
    guard let number = UInt32(word) else {
      throw CommandError("\"\(word)\" is no number of \(meaning)")
    }
    return number
  }

  func end() throws(CommandError) {
    if let extra = words.first { throw CommandError("\"\(extra)\" is too much") }
  }
}
