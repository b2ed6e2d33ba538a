import Testing

@testable import ATCommands

@Suite struct PropertyTests {
  /// A parameter to be written and read back.
  private enum Value: Equatable {
    case number(Int64)
    case text([UInt8])
    case hexadecimal([UInt8])
    case omitted

    static func drawn(_ dice: inout Dice) -> Value {
      switch dice.draw(4) {
      case 0: .number(Int64(bitPattern: dice.next()) >> Int64(dice.draw(64)))
      case 1: .text((0..<dice.draw(20)).map { _ in UInt8(dice.draw(256)) })
      case 2: .hexadecimal((0...dice.draw(20)).map { _ in UInt8(dice.draw(256)) })
      default: .omitted
      }
    }
  }

  /// SplitMix64: a failure comes again.
  private struct Dice {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }

    mutating func draw(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  }

  private func write(_ values: [Value]) -> [UInt8] {
    var line = Line("AT+NAME=")
    for value in values {
      switch value {
      case .number(let number): line.add(number)
      case .text(let text): line.add(text: text)
      case .hexadecimal(let bytes): line.add(hexadecimal: bytes)
      case .omitted: line.addOmitted()
      }
    }
    return line.bytes
  }

  private func read(
    _ parameters: inout ParameterReader, like value: Value
  ) throws(CommandError) -> Value {
    switch value {
    case .number: .number(try parameters.number(Int64.min...Int64.max))
    case .text: .text(try parameters.text().bytes)
    case .hexadecimal(let bytes):
      .hexadecimal(try parameters.hexadecimal(count: bytes.count).bytes)
    case .omitted: try parameters.number(0...0, orElse: -1) == -1 ? .omitted : .number(0)
    }
  }

  /// The line that comes out of the editor, read like `values`.
  private func back(_ line: [UInt8], like values: [Value]) throws(CommandError) -> [Value] {
    var reader = CommandReader(line.span)
    guard let command = try reader.next() else { throw .nameMissing }
    var parameters = command.parameters
    var back: [Value] = []
    for value in values { back.append(try read(&parameters, like: value)) }
    try parameters.end()
    return back
  }

  @Test("V.250 5.4.2: what is written as a command is read as it was", arguments: 0..<20)
  func thereAndBack(seed: Int) throws {
    var dice = Dice(state: UInt64(seed))
    for _ in 0..<200 {
      let values = (0...dice.draw(8)).map { _ in Value.drawn(&dice) }
      var editor = LineEditor(longest: 4000)
      let arrivals = (write(values) + [0x0D]).map { editor.take($0, ControlCharacters()) }
      #expect(arrivals.last == .line)
      #expect(try back(editor.line, like: values) == values)
    }
  }

  @Test("V.250 5.2.1: whatever came before, the next line is understood", arguments: 0..<20)
  func noise(seed: Int) throws {
    var dice = Dice(state: UInt64(seed) &+ 1000)
    let alphabet = Array("ATat/+=?;,\"\\0x9-& \r\n\u{8}SEV".utf8)
    var editor = LineEditor(longest: 64)
    var understood = 0
    for _ in 0..<2000 {
      for _ in 0..<dice.draw(40) {
        let byte = dice.draw(4) == 0 ? UInt8(dice.draw(256)) : alphabet[dice.draw(alphabet.count)]
        guard editor.take(byte, ControlCharacters()) == .line else { continue }
        let text = String(decoding: editor.line, as: UTF8.self)
        if PlainCommand.error(text) == nil { understood += 1 }
      }
      _ = editor.take(0x0D, ControlCharacters())
      let arrivals = "AT+CFUN?\r".utf8.map { editor.take($0, ControlCharacters()) }
      #expect(arrivals.last == .line)
      #expect(editor.line == Array("+CFUN?".utf8))
    }
    #expect(understood > 0)
  }
}
