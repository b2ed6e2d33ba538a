import NBIoTBytes

/// One command of a command line. Its name and the end of its parameters were checked; the parameters are checked as they
/// are read.
public struct Command: ~Escapable {
  public enum Form: Equatable, BitwiseCopyable, Sendable {
    /// `+NAME`, or a basic command without a number.
    case execute
    /// `+NAME?`
    case read
    /// `+NAME=?`: which values are there?
    case test
    /// `+NAME=...`, or a basic command with a number.
    case set
  }

  /// With its prefix, as it came: `+CEREG`, `E`, `&F`, `S3`. Upper and lower case mean the same.
  public let name: Span<UInt8>
  public let form: Form
  private let text: Span<UInt8>

  /// More than any command has; vendors' ones are long.
  public static var longestName: Int { 32 }

  @_lifetime(copy name, copy text)
  init(_ name: Span<UInt8>, _ form: Form, _ text: Span<UInt8>) {
    self.name = name
    self.form = form
    self.text = text
  }

  /// The parameters of the form `set`; the other forms have none.
  public var parameters: ParameterReader {
    @_lifetime(copy self)
    get { ParameterReader(text, isEmpty: form != .set) }
  }

  /// `expected`: in lower case.
  public func isNamed(_ expected: StaticString) -> Bool {
    var reader = ByteReader(name)
    return reader.skip(lowerCase: expected) && reader.isAtEnd
  }
}
