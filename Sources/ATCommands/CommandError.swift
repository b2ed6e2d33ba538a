/// Why a command line, or a command in it, is not understood.
public enum CommandError: Error, Equatable, BitwiseCopyable, Sendable {
  /// Nothing of the grammar begins with it, or follows what stands before it.
  case characterInvalid(UInt8)
  /// A prefix such as `+` or `&` with no name behind it, or `S` without its number.
  case nameMissing
  /// The name has more than `Command.longestName` characters.
  case nameTooLong
  /// Behind the name stands neither `?`, `=?`, `=` nor the end, or more behind `?`.
  case formInvalid
  /// A string does not end.
  case quoteUnclosed
  /// The command is known, but not in this form.
  case formUnsupported
  /// The parameter with this number, counted from 1.
  case parameter(Int, Fault)

  /// What is wrong with a parameter.
  public enum Fault: Error, Equatable, BitwiseCopyable, Sendable {
    /// It is left out and has no default.
    case missing
    /// It is one more than the command has.
    case surplus
    case notNumber
    case outOfRange
    /// Not in quotes, or with something behind them.
    case notText
    /// A backslash without its two hexadecimal digits (V.250 section 5.4.2.2).
    case escapeInvalid
    case notHexadecimal
    /// Not as many bytes as another parameter says.
    case lengthWrong
    /// None of the words or values there are.
    case unknown
  }
}
