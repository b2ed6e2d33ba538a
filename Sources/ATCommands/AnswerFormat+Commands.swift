/// The commands that say how a module talks.
extension AnswerFormat {
  /// Carries out E, Q, V, S3, S4, S5 or +CMEE. `nil`: the command is another one; otherwise the information asked for, or an
  /// empty line.
  public mutating func obey(_ command: borrowing Command) throws(CommandError) -> Line? {
    if command.isNamed("e") {
      echoes = try AnswerFormat.isOn(command)
    } else if command.isNamed("q") {
      isQuiet = try AnswerFormat.isOn(command)
    } else if command.isNamed("v") {
      isVerbose = try AnswerFormat.isOn(command)
    } else if command.isNamed("s3") {
      return try AnswerFormat.register(&characters.lineEnd, command)
    } else if command.isNamed("s4") {
      return try AnswerFormat.register(&characters.lineFeed, command)
    } else if command.isNamed("s5") {
      return try AnswerFormat.register(&characters.erase, command)
    } else if command.isNamed("+cmee") {
      return try reportErrors(command)
    } else {
      return nil
    }
    return Line()
  }

  /// A number that is left out is 0 (V.250 section 5.3.1).
  private static func isOn(_ command: borrowing Command) throws(CommandError) -> Bool {
    var parameters = command.parameters
    return try parameters.number(0...1, orElse: 0) == 1
  }

  /// Three digits when it is read (V.250 section 5.3.2).
  private static func register(
    _ value: inout UInt8, _ command: borrowing Command
  ) throws(CommandError) -> Line {
    guard command.form == .read else {
      var parameters = command.parameters
      value = try parameters.number(0...127, orElse: 0)
      return Line()
    }
    let digits = String(value)
    return Line(String(repeating: "0", count: 3 - digits.count) + digits)
  }

  private mutating func reportErrors(_ command: borrowing Command) throws(CommandError) -> Line {
    var line = Line(head("+CMEE"))
    switch command.form {
    case .read: line.add(errorReports.rawValue)
    case .test: line.add(word: "(0,1,2)")
    case .set, .execute:
      var parameters = command.parameters
      let mode = try parameters.number(UInt8(0)...2, orElse: 0)
      try parameters.end()
      errorReports = ErrorReports(rawValue: mode) ?? .plain
      return Line()
    }
    return line
  }
}
