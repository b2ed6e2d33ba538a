/// How a module talks: what the basic commands E, Q, V and the registers S3 ... S5 set (V.250 section 6.2), and `+CMEE`.
public struct AnswerFormat: Equatable, Sendable {
  /// S3, S4 and S5.
  public var characters = ControlCharacters()
  /// E: characters of commands are sent back.
  public var echoes = false
  /// Q: result codes are left out, unsolicited ones too.
  public var isQuiet = false
  /// V: result codes are words.
  public var isVerbose = true
  public var errorReports = ErrorReports.plain
  /// Vendors have a blank behind the colon of what they answer, or have none.
  public var hasBlanks = false

  public init() {}

  /// What an answer named `name` begins with.
  public func head(_ name: String) -> String {
    name + (hasBlanks ? ": " : ":")
  }

  /// Information text, as it goes to the UART.
  public func information(_ line: [UInt8]) -> [UInt8] {
    let end = [characters.lineEnd, characters.lineFeed]
    return (isVerbose ? end : []) + line + end
  }

  /// An unsolicited result code.
  public func unsolicited(_ line: [UInt8]) -> [UInt8] {
    isQuiet ? [] : information(line)
  }

  /// The end of an answer.
  public func result(_ result: FinalResult) -> [UInt8] {
    if isQuiet { return [] }
    let text = Array(self.text(of: result).utf8)
    return isVerbose ? information(text) : text + [characters.lineEnd]
  }

  /// Its words or number, without what is around it.
  public func text(of result: FinalResult) -> String {
    if case .equipment(let number) = result, errorReports != .plain {
      let words = errorReports == .verbose ? ErrorReports.words(number) : nil
      return head("+CME ERROR") + (words ?? String(number))
    }
    guard isVerbose else { return String(result.number) }
    return result == .ok ? "OK" : "ERROR"
  }
}
