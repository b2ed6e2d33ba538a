import Testing

@testable import ATCommands

@Suite struct ControlCharactersTests {
  @Test("V.250 6.2.1 ... 6.2.3: carriage return, line feed and backspace until told otherwise")
  func usual() {
    let characters = ControlCharacters()
    #expect(characters.lineEnd == 13)
    #expect(characters.lineFeed == 10)
    #expect(characters.erase == 8)
  }
}
