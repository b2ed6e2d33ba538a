import NBIoTBytes

/// A cursor over the parameters of a command, in the order the command has them:
///
///     var parameters = command.parameters
///     let socket = try parameters.number(0...6)
///     let name = try parameters.text()
///     let flag = try parameters.number(0...1, orElse: 0)
///     try parameters.end()
///
/// An error names the parameter and what is wrong with it.
public struct ParameterReader: ~Copyable, ~Escapable {
  private var reader: ByteReader
  private var hasNext: Bool
  /// Of the parameter that was read last, from 1.
  public private(set) var number = 0

  /// `isEmpty`: there is not even one that is left out.
  @_lifetime(copy text)
  init(_ text: Span<UInt8>, isEmpty: Bool) {
    reader = ByteReader(text)
    hasNext = !isEmpty
  }

  /// A number in `range`: decimal, or hexadecimal behind `0x`, with a sign if need be.
  public mutating func number<Value: FixedWidthInteger>(
    _ range: ClosedRange<Value>
  ) throws(CommandError) -> Value {
    let text = takeRaw()
    guard !text.isEmpty else { throw fault(.missing) }
    return try value(text, radix: 10, in: range)
  }

  /// The same; `orElse` when it is left out.
  public mutating func number<Value: FixedWidthInteger>(
    _ range: ClosedRange<Value>, orElse usual: Value
  ) throws(CommandError) -> Value {
    let text = takeRaw()
    return text.isEmpty ? usual : try value(text, radix: 10, in: range)
  }

  /// A number of hexadecimal digits without `0x` in front; `orElse` when it is left out.
  public mutating func hexadecimalNumber<Value: FixedWidthInteger>(
    _ range: ClosedRange<Value>, orElse usual: Value
  ) throws(CommandError) -> Value {
    let text = takeRaw()
    return text.isEmpty ? usual : try value(text, radix: 16, in: range)
  }

  /// A string in quotes; `nil` when it is left out.
  @_lifetime(copy self)
  public mutating func optionalText() throws(CommandError) -> QuotedText? {
    let text = takeRaw()
    if text.isEmpty { return nil }
    guard text.count >= 2, text[0] == UInt8(ascii: "\""),
      text[text.count - 1] == UInt8(ascii: "\"")
    else { throw fault(.notText) }
    return try quoted(text.extracting(1..<text.count - 1))
  }

  /// A string in quotes.
  @_lifetime(copy self)
  public mutating func text() throws(CommandError) -> QuotedText {
    guard let text = try optionalText() else { throw fault(.missing) }
    return text
  }

  /// A word that firmware writes with quotes or without, such as an address.
  @_lifetime(copy self)
  public mutating func word() throws(CommandError) -> Span<UInt8> {
    let text = takeRaw()
    guard !text.isEmpty else { throw fault(.missing) }
    guard text[0] == UInt8(ascii: "\"") else { return text }
    guard text.count > 2, text[text.count - 1] == UInt8(ascii: "\"") else { throw fault(.notText) }
    return text.extracting(1..<text.count - 1)
  }

  /// Bytes as hexadecimal digits, with quotes or without; `count` of them.
  @_lifetime(copy self)
  public mutating func hexadecimal(count: Int) throws(CommandError) -> HexadecimalText {
    let digits = try word()
    guard let view = HexadecimalText(digits) else { throw fault(.notHexadecimal) }
    guard view.count == count else { throw fault(.lengthWrong) }
    return view
  }

  /// There must be no more parameters.
  public func end() throws(CommandError) {
    guard !hasNext else { throw .parameter(number + 1, .surplus) }
  }

  /// What is wrong with the parameter that was read last.
  public func fault(_ fault: CommandError.Fault) -> CommandError {
    .parameter(number, fault)
  }

  /// The next parameter without the blanks around it; empty when it is left out.
  @_lifetime(copy self)
  mutating func takeRaw() -> Span<UInt8> {
    number += 1
    guard hasNext else { return reader.last(0) }
    reader.skipBlanks()
    var length = 0
    var isQuoted = false
    var kept = 0
    while let byte = reader.peek(), isQuoted || byte != UInt8(ascii: ",") {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      _ = reader.skip(1)
      length += 1
      if byte != UInt8(ascii: " ") || isQuoted { kept = length }
    }
    let parameter = reader.last(length).extracting(first: kept)
    hasNext = reader.skip(UInt8(ascii: ","))
    return parameter
  }

  @_lifetime(copy text)
  private func quoted(_ text: Span<UInt8>) throws(CommandError) -> QuotedText {
    do {
      return try QuotedText(text)
    } catch {
      throw fault(error)
    }
  }

  private func value<Value: FixedWidthInteger>(
    _ text: Span<UInt8>, radix: UInt8, in range: ClosedRange<Value>
  ) throws(CommandError) -> Value {
    let number: Int64
    do {
      number = try NumberText.value(text, radix: radix)
    } catch {
      throw fault(error)
    }
    guard let value = Value(exactly: number), range.contains(value) else {
      throw fault(.outOfRange)
    }
    return value
  }
}
