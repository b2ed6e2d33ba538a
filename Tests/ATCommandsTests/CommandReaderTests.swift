import Testing

@testable import ATCommands

@Suite struct CommandReaderTests {
  @Test(
    "V.250 5.3.1: a basic command is a letter, or & and a letter, with a number or without",
    arguments: [
      ("E", [PlainCommand("E")]), ("E0", [PlainCommand("E", .set, ["0"])]),
      ("&F", [PlainCommand("&F")]), ("&F1", [PlainCommand("&F", .set, ["1"])]),
      ("E0V1Q0", [.init("E", .set, ["0"]), .init("V", .set, ["1"]), .init("Q", .set, ["0"])]),
      ("  Z  ", [PlainCommand("Z")]), ("e 1", [PlainCommand("e", .set, ["1"])]), ("", []),
    ])
  func basic(line: String, commands: [PlainCommand]) throws {
    #expect(try PlainCommand.all(line) == commands)
  }

  @Test(
    "V.250 5.3.2: S registers are read and set",
    arguments: [
      ("S3?", [PlainCommand("S3", .read)]), ("S3=13", [PlainCommand("S3", .set, ["13"])]),
      ("s12 = 7", [PlainCommand("s12", .set, ["7"])]), ("S4=", [PlainCommand("S4", .set, [""])]),
      ("S3=13S4?", [PlainCommand("S3", .set, ["13"]), PlainCommand("S4", .read)]),
    ])
  func registers(line: String, commands: [PlainCommand]) throws {
    #expect(try PlainCommand.all(line) == commands)
  }

  @Test(
    "V.250 5.4: an extended command is executed, read, tested or set",
    arguments: [
      ("+CFUN", [PlainCommand("+CFUN")]), ("+CFUN?", [PlainCommand("+CFUN", .read)]),
      ("+CFUN=?", [PlainCommand("+CFUN", .test)]), ("+CFUN=1", [.init("+CFUN", .set, ["1"])]),
      ("+CFUN = 1 , 2", [.init("+CFUN", .set, ["1", "2"])]), ("+A =?", [.init("+A", .test)]),
      ("+X=", [.init("+X", .set, [""])]), ("+X=,", [.init("+X", .set, ["", ""])]),
      ("+X=1,,3", [.init("+X", .set, ["1", "", "3"])]), ("+X ?", [.init("+X", .read)]),
      ("^SYSINFO", [.init("^SYSINFO")]), ("$QCRMCALL=1", [.init("$QCRMCALL", .set, ["1"])]),
      ("+VTS.a/b-c:d_e!1%2", [.init("+VTS.a/b-c:d_e!1%2")]),
    ])
  func extended(line: String, commands: [PlainCommand]) throws {
    #expect(try PlainCommand.all(line) == commands)
  }

  @Test(
    "V.250 5.4.4: a semicolon parts commands, but not within a string",
    arguments: [
      ("+A;+B?;+C=1", [PlainCommand("+A"), .init("+B", .read), .init("+C", .set, ["1"])]),
      ("E0+A=1;V1", [.init("E", .set, ["0"]), .init("+A", .set, ["1"]), .init("V", .set, ["1"])]),
      (#"+A="x;y",2;+B"#, [.init("+A", .set, [#""x;y""#, "2"]), .init("+B")]),
      (#"+A="x,y""#, [.init("+A", .set, [#""x,y""#])]), ("+A;", [.init("+A")]),
      ("+A ; +B", [.init("+A"), .init("+B")]), (";;", []),
    ])
  func concatenation(line: String, commands: [PlainCommand]) throws {
    #expect(try PlainCommand.all(line) == commands)
  }

  @Test(
    "V.250 5.2.1: a line that is no command is refused for a reason",
    arguments: [
      ("=", CommandError.characterInvalid(0x3D)), ("5", .characterInvalid(0x35)),
      ("\u{E9}", .characterInvalid(0xC3)), ("&", .nameMissing), ("&1", .characterInvalid(0x31)),
      ("+", .nameMissing), ("+=1", .nameMissing), ("S", .nameMissing), ("S=3", .nameMissing),
      ("S3", .formInvalid), ("S3!", .formInvalid), ("E?", .characterInvalid(0x3F)),
      ("+A?1", .formInvalid), ("+A=?1", .formInvalid), ("+A 1", .formInvalid),
      (#"+A"x""#, .formInvalid), (#"+A="x"#, .quoteUnclosed), (#"+A=1,";+B"#, .quoteUnclosed),
      ("+A=\u{E9}", .characterInvalid(0xC3)),
      ("+" + String(repeating: "N", count: 32), .nameTooLong),
      ("S" + String(repeating: "3", count: 32) + "?", .nameTooLong),
    ])
  func refused(line: String, error: CommandError) {
    #expect(PlainCommand.error(line) == error)
  }

  @Test("V.250 5.6: what stands before the error was understood")
  func understoodUntilThen() throws {
    let line = Array("+A=1;+B=\"".utf8)
    var reader = CommandReader(line.span)
    guard let command = try reader.next() else { throw CommandError.nameMissing }
    #expect(PlainCommand(command) == PlainCommand("+A", .set, ["1"]))
    let position = reader.position
    #expect(position == 4)
    var rest = CommandReader(line.span, at: position)
    do {
      _ = try rest.next()
      Issue.record("a string without end is a command")
    } catch {
      #expect(error == .quoteUnclosed)
    }
  }

  @Test("V.250 5.4.1: upper and lower case mean the same in names")
  func cases() throws {
    let line = Array("+cEreG?".utf8)
    var reader = CommandReader(line.span)
    guard let command = try reader.next() else { throw CommandError.nameMissing }
    let answers = [
      command.isNamed("+cereg"), command.isNamed("+cere"), command.isNamed("+ceregs"),
    ]
    #expect(answers == [true, false, false])
  }
}
