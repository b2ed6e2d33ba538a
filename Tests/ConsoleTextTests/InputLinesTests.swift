import ConsoleText
import Testing

@Suite struct InputLinesTests {
  @Test func aLineIsWholeWhenItsEndIsThere() {
    var lines = InputLines()
    #expect(lines.append([UInt8]("one\ntw".utf8)) == ["one"])
    #expect(lines.append([UInt8]("o\n\n".utf8)) == ["two", ""])
    #expect(!lines.isAtEnd)
  }

  @Test func theEndOfTheInputEndsTheLastLine() {
    var lines = InputLines()
    #expect(lines.append([UInt8]("quit".utf8)) == [])
    #expect(lines.append([]) == ["quit"])
    #expect(lines.isAtEnd)
    #expect(lines.append([]) == [])
  }
}
