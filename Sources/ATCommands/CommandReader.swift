import NBIoTBytes

/// A walk over the commands of a line (V.250 sections 5.3 and 5.4), each checked as it is reached. Blanks between the parts
/// of a command say nothing.
public struct CommandReader: ~Copyable, ~Escapable {
  private var reader: ByteReader

  /// `line`: behind `AT`, without its end; from `position` on.
  @_lifetime(copy line)
  public init(_ line: Span<UInt8>, at position: Int = 0) {
    reader = ByteReader(line, at: position)
  }

  /// Behind the command that was read last.
  public var position: Int { reader.position }

  /// The next command; `nil` behind the last one. What stands behind an error is not to be carried out (section 5.6).
  @_lifetime(copy self)
  public mutating func next() throws(CommandError) -> Command? {
    reader.skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ";") }
    guard let first = reader.peek() else { return nil }
    if first.isExtensionPrefix { return try extended() }
    if first.upperCased == UInt8(ascii: "S") { return try register() }
    return try basic()
  }

  /// A letter, or `&` and a letter, and perhaps a number (section 5.3.1).
  @_lifetime(copy self)
  private mutating func basic() throws(CommandError) -> Command {
    let hasPrefix = reader.skip(UInt8(ascii: "&"))
    guard let letter = reader.peek() else { throw .nameMissing }
    guard letter.isLetter else { throw .characterInvalid(letter) }
    _ = reader.skip(1)
    let name = reader.last(hasPrefix ? 2 : 1)
    reader.skipBlanks()
    let number = digits()
    return Command(name, number.isEmpty ? .execute : .set, number)
  }

  /// `S3?` or `S3=13` (section 5.3.2).
  @_lifetime(copy self)
  private mutating func register() throws(CommandError) -> Command {
    let start = reader.position
    _ = reader.skip(1)
    guard !digits().isEmpty else { throw .nameMissing }
    let name = reader.last(reader.position - start)
    guard name.count <= Command.longestName else { throw .nameTooLong }
    reader.skipBlanks()
    if reader.skip(UInt8(ascii: "?")) { return Command(name, .read, reader.last(0)) }
    guard reader.skip(UInt8(ascii: "=")) else { throw .formInvalid }
    reader.skipBlanks()
    return Command(name, .set, digits())
  }

  /// A prefix, a name, a form (section 5.4).
  @_lifetime(copy self)
  private mutating func extended() throws(CommandError) -> Command {
    let start = reader.position
    _ = reader.skip(1)
    reader.skip { $0.isNameCharacter }
    let name = reader.last(reader.position - start)
    guard name.count > 1 else { throw .nameMissing }
    guard name.count <= Command.longestName else { throw .nameTooLong }
    reader.skipBlanks()
    var form = Command.Form.execute
    if reader.skip(UInt8(ascii: "?")) {
      form = .read
    } else if reader.skip(UInt8(ascii: "=")) {
      reader.skipBlanks()
      form = reader.skip(UInt8(ascii: "?")) ? .test : .set
    }
    let text = form == .set ? try parameters() : reader.last(0)
    try endCommand()
    return Command(name, form, text)
  }

  /// Up to a semicolon outside of quotes, or the end.
  @_lifetime(copy self)
  private mutating func parameters() throws(CommandError) -> Span<UInt8> {
    let start = reader.position
    var isQuoted = false
    while let byte = reader.peek(), isQuoted || byte != UInt8(ascii: ";") {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard isQuoted || byte < 0x7F else { throw .characterInvalid(byte) }
      _ = reader.skip(1)
    }
    guard !isQuoted else { throw .quoteUnclosed }
    return reader.last(reader.position - start)
  }

  private mutating func endCommand() throws(CommandError) {
    reader.skipBlanks()
    if let byte = reader.peek(), byte != UInt8(ascii: ";") { throw .formInvalid }
  }

  @_lifetime(copy self)
  private mutating func digits() -> Span<UInt8> {
    let start = reader.position
    reader.skip { $0.isDigit }
    return reader.last(reader.position - start)
  }
}
