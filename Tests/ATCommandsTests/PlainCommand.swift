import NBIoTBytes

@testable import ATCommands

/// A command as values, for comparison.
struct PlainCommand: Equatable {
  var name: String
  var form: Command.Form
  /// As they came, those left out as empty texts.
  var parameters: [String] = []

  init(_ name: String, _ form: Command.Form = .execute, _ parameters: [String] = []) {
    self.name = name
    self.form = form
    self.parameters = parameters
  }

  init(_ command: borrowing Command) {
    name = String(decoding: Array(copying: command.name), as: UTF8.self)
    form = command.form
    var reader = command.parameters
    while let parameter = reader.nextPlain() { parameters.append(parameter) }
  }

  /// The commands of a line, as far as it is understood.
  static func all(_ line: String) throws(CommandError) -> [PlainCommand] {
    let bytes = Array(line.utf8)
    var reader = CommandReader(bytes.span)
    var commands: [PlainCommand] = []
    while let command = try reader.next() { commands.append(PlainCommand(command)) }
    return commands
  }

  static func error(_ line: String) -> CommandError? {
    do {
      _ = try all(line)
      return nil
    } catch {
      return error
    }
  }
}

extension ParameterReader {
  mutating func nextPlain() -> String? {
    do {
      try end()
      return nil
    } catch {
      return String(decoding: Array(copying: takeRaw()), as: UTF8.self)
    }
  }
}

extension Array where Element == UInt8 {
  init(copying span: Span<UInt8>) {
    self = span.indices.map { span[$0] }
  }
}

/// Gives the parameters of `+X=` and this text to `body`.
func reading<Value>(
  _ text: String, _ body: (inout ParameterReader) throws(CommandError) -> Value
) throws(CommandError) -> Value {
  let bytes = Array("+X=\(text)".utf8)
  var reader = CommandReader(bytes.span)
  guard let command = try reader.next() else { throw .nameMissing }
  var parameters = command.parameters
  return try body(&parameters)
}

/// The error that `body` ends with.
func failing<Value>(
  _ text: String, _ body: (inout ParameterReader) throws(CommandError) -> Value
) -> CommandError? {
  do {
    _ = try reading(text, body)
    return nil
  } catch {
    return error
  }
}
