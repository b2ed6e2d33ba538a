import Testing

@testable import ATCommands

@Suite struct LineEditorTests {
  /// The lines that these characters bring about; `/` before one that is repeated, `!` for one too long.
  private func lines(
    _ text: String, longest: Int = 20, _ characters: ControlCharacters = ControlCharacters()
  ) -> [String] {
    var editor = LineEditor(longest: longest)
    return text.utf8.compactMap { byte in
      let arrival = editor.take(byte, characters)
      let line = String(decoding: editor.line, as: UTF8.self)
      return switch arrival {
      case .nothing: nil
      case .line: line
      case .again: "/" + line
      case .tooLong: "!" + line
      }
    }
  }

  @Test(
    "V.250 5.2.1: a line begins with AT or at and ends with CR",
    arguments: [
      ("AT\r", [""]), ("at+cfun?\r", ["+cfun?"]), ("ATE0\rATE1\r", ["E0", "E1"]),
      ("AT", []), ("\r\n\r\nAT\r\n", [""]), ("xyzAT+A\r", ["+A"]), ("AAT+A\r", ["+A"]),
      ("T+A\r", []), ("aT+A\rAt+A\r", []), ("A\rT\r", []), ("+CGATT=1\rAT\r", ["T=1", ""]),
    ])
  func prefix(text: String, expected: [String]) {
    #expect(lines(text) == expected)
  }

  @Test("V.250 5.2.2: S5 takes a character back, but not AT; other control characters are skipped")
  func editing() {
    #expect(lines("ATE1\u{8}0\r") == ["E0"])
    #expect(lines("AT\u{8}\u{8}\u{8}E1\r") == ["E1"])
    #expect(lines("AT+A\n\u{1B}\u{0}\u{7F}B\r") == ["+AB"])
  }

  @Test("V.250 5.2.4: A/ repeats the line before, without CR")
  func repetition() {
    #expect(lines("AT+A\rA/a/AT+B\rA/") == ["+A", "/+A", "/+A", "+B", "/+B"])
    #expect(lines("A/") == ["/"])
  }

  @Test("V.250 5.2.1: a line that is too long is told once, and the next one is understood")
  func tooLong() {
    #expect(lines("AT12345\rAT1234\rAT\r", longest: 4) == ["!", "1234", ""])
    #expect(lines("AT+A\rAT12345678AT\rA/", longest: 4) == ["+A", "!+A", "/+A"])
  }

  @Test("V.250 6.2.1, 6.2.3: S3 and S5 say what ends a line and what takes a character back")
  func otherCharacters() {
    var characters = ControlCharacters()
    #expect([characters.lineEnd, characters.lineFeed, characters.erase] == [13, 10, 8])
    characters.lineEnd = 0x0A
    characters.erase = UInt8(ascii: "<")
    #expect(lines("AT+AB<\r\n", characters) == ["+A"])
  }
}
