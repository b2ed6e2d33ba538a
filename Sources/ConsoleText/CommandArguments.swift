/// The words behind a command, taken one by one.
public struct CommandArguments {
  private var words: [String]

  public init(_ words: [String]) {
    self.words = words
  }

  public var isAtEnd: Bool { words.isEmpty }

  public mutating func word(_ meaning: String) throws(CommandError) -> String {
    guard !words.isEmpty else { throw CommandError("\(meaning) missing") }
    return words.removeFirst()
  }

  public mutating func number(_ meaning: String) throws(CommandError) -> UInt32 {
    let word = try word(meaning)
    guard let number = UInt32(word) else {
      throw CommandError("\"\(word)\" is no number of \(meaning)")
    }
    return number
  }

  public func end() throws(CommandError) {
    if let extra = words.first { throw CommandError("\"\(extra)\" is too much") }
  }
}
