import Testing

@testable import ATCommands

@Suite struct AnswerFormatTests {
  private func obey(
    _ line: String, _ format: inout AnswerFormat
  ) throws(CommandError) -> [String?] {
    let bytes = Array(line.utf8)
    var reader = CommandReader(bytes.span)
    var answers: [String?] = []
    while let command = try reader.next() {
      let line = try format.obey(command)
      answers.append(line.map { String(decoding: $0.bytes, as: UTF8.self) })
    }
    return answers
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("V.250 6.2.6: V1 has words between CR LF, V0 numbers before CR")
  func verbosity() throws {
    var format = AnswerFormat()
    #expect(text(format.result(.ok)) == "\r\nOK\r\n")
    #expect(text(format.result(.error)) == "\r\nERROR\r\n")
    #expect(text(format.information(Array("x".utf8))) == "\r\nx\r\n")
    #expect(try obey("V0", &format) == [""])
    #expect(text(format.result(.ok)) == "0\r")
    #expect(text(format.result(.error)) == "4\r")
    #expect(text(format.information(Array("x".utf8))) == "x\r\n")
    #expect(try obey("V1", &format) == [""])
    #expect(text(format.result(.ok)) == "\r\nOK\r\n")
  }

  @Test("V.250 6.2.5: Q1 leaves out result codes, unsolicited ones too, but not information")
  func quiet() throws {
    var format = AnswerFormat()
    #expect(try obey("Q1", &format) == [""])
    #expect(format.result(.ok) == [])
    #expect(format.unsolicited([0x78]) == [])
    #expect(text(format.information([0x78])) == "\r\nx\r\n")
    #expect(try obey("Q", &format) == [""])
    #expect(text(format.unsolicited([0x78])) == "\r\nx\r\n")
  }

  @Test("V.250 6.2.4: E0 and E1 switch the echo")
  func echo() throws {
    var format = AnswerFormat()
    #expect(try obey("E1", &format) == [""])
    #expect(format.echoes)
    #expect(try obey("E", &format) == [""])
    #expect(!format.echoes)
  }

  @Test("V.250 6.2.1 ... 6.2.3: S3, S4 and S5 are read with three digits, and set")
  func registers() throws {
    var format = AnswerFormat()
    #expect(try obey("S3?S4?S5?", &format) == ["013", "010", "008"])
    #expect(try obey("S3=10S4=13S5=127", &format) == ["", "", ""])
    #expect(try obey("S3?S4?S5?", &format) == ["010", "013", "127"])
    #expect(text(format.result(.ok)) == "\n\rOK\n\r")
    #expect(throws: CommandError.parameter(1, .outOfRange)) { try obey("S3=128", &format) }
  }

  @Test("27.007 9.1: +CMEE chooses between ERROR, a number and words")
  func equipmentErrors() throws {
    var format = AnswerFormat()
    #expect(text(format.result(.equipment(30))) == "\r\nERROR\r\n")
    #expect(try obey("+CMEE=1;+CMEE?", &format) == ["", "+CMEE:1"])
    #expect(text(format.result(.equipment(30))) == "\r\n+CME ERROR:30\r\n")
    format.hasBlanks = true
    #expect(try obey("+CMEE=2;+CMEE?;+CMEE=?", &format) == ["", "+CMEE: 2", "+CMEE: (0,1,2)"])
    #expect(text(format.result(.equipment(30))) == "\r\n+CME ERROR: no network service\r\n")
    #expect(text(format.result(.equipment(530))) == "\r\n+CME ERROR: 530\r\n")
    #expect(text(format.result(.ok)) == "\r\nOK\r\n")
  }

  @Test("V.250 6.2: other commands are for others, and what is out of range changes nothing")
  func others() throws {
    var format = AnswerFormat()
    #expect(try obey("Z+CFUN=1", &format) == [nil, nil])
    for line in ["E2", "Q7", "V9", "+CMEE=3", "+CMEE=-1"] {
      #expect(throws: CommandError.parameter(1, .outOfRange)) { try obey(line, &format) }
    }
    #expect(throws: CommandError.parameter(2, .surplus)) { try obey("+CMEE=1,1", &format) }
    #expect(format == AnswerFormat())
  }
}
