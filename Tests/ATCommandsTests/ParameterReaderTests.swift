import Testing

@testable import ATCommands

@Suite struct ParameterReaderTests {
  @Test(
    "V.250 5.4.2.1: numbers are decimal, or hexadecimal behind 0x, with a sign or without",
    arguments: [
      ("0", 0), ("7", 7), ("0007", 7), (" 42 ", 42), ("-5", -5), ("+5", 5), ("0x200", 512),
      ("0XfF", 255), ("-0x10", -16), ("9223372036854775807", Int64.max),
      ("-9223372036854775808", Int64.min),
    ] as [(String, Int64)])
  func numbers(text: String, value: Int64) throws {
    #expect(
      try reading(text) { parameters throws(CommandError) in
        try parameters.number(Int64.min...Int64.max)
      } == value)
  }

  @Test(
    "V.250 5.4.2.1: what is no number is refused with its place and the reason",
    arguments: [
      ("", CommandError.Fault.missing), (",1", .missing), ("x", .notNumber), ("1x", .notNumber),
      ("1 2", .notNumber), ("0x", .notNumber), ("-", .notNumber), ("--1", .notNumber),
      (#""1""#, .notNumber), ("FF", .notNumber), ("9", .outOfRange), ("-1", .outOfRange),
      ("9223372036854775808", .outOfRange), ("99999999999999999999999", .outOfRange),
    ])
  func noNumbers(text: String, fault: CommandError.Fault) {
    let first = failing(text) { parameters throws(CommandError) in try parameters.number(0...6) }
    #expect(first == .parameter(1, fault))
    let second = failing("1," + text) { parameters throws(CommandError) in
      _ = try parameters.number(1...1)
      return try parameters.number(UInt8(0)...6)
    }
    #expect(second == .parameter(2, fault))
  }

  @Test("V.250 5.4.2.3: a parameter that is left out has its default, in the middle and at the end")
  func omitted() throws {
    let values = try reading("1,,3") { parameters throws(CommandError) in
      [
        try parameters.number(0...9), try parameters.number(0...9, orElse: 8),
        try parameters.number(0...9), try parameters.number(0...9, orElse: 7),
        try parameters.hexadecimalNumber(0...0x1F7, orElse: 6),
      ]
    }
    #expect(values == [1, 8, 3, 7, 6])
  }

  @Test(
    "V.250 5.4.2: what is one parameter too many is refused",
    arguments: [
      ("1", nil), ("1,2,3", CommandError.parameter(2, .surplus)), ("1,", .parameter(2, .surplus)),
    ])
  func surplus(text: String, error: CommandError?) {
    let found = failing(text) { parameters throws(CommandError) in
      _ = try parameters.number(0...9)
      try parameters.end()
    }
    #expect(found == error)
  }

  @Test(
    "M5310-A NEARFCN: a cell is a hexadecimal number without 0x",
    arguments: [("1F7", nil), ("1F8", CommandError.Fault.outOfRange), ("1G", .notNumber)])
  func hexadecimalNumber(text: String, fault: CommandError.Fault?) {
    let error = failing(text) { parameters throws(CommandError) in
      let value = try parameters.hexadecimalNumber(0...0x1F7, orElse: 0)
      guard value == 0x1F7 else { throw parameters.fault(.unknown) }
    }
    #expect(error == fault.map { .parameter(1, $0) })
  }

  @Test(
    "V.250 5.4.2.2, 27.007 4.2: a string is in quotes; a backslash and two digits are one character",
    arguments: [
      (#""""#, ""), (#""abc""#, "abc"), (#" "a b" "#, "a b"), (#""a,b;c""#, "a,b;c"),
      (#""\22\5C""#, "\"\\"), (#""5700;5701""#, "5700;5701"), (#""\e4\BD\a0""#, "你"),
      (#""é""#, "é"),
    ])
  func strings(text: String, value: String) throws {
    let bytes = try reading(text) { parameters throws(CommandError) in
      let text = try parameters.text()
      return text.count == text.bytes.count ? text.bytes : []
    }
    #expect(bytes == Array(value.utf8))
  }

  @Test(
    "V.250 5.4.2.2: what is no string is refused with its place and the reason",
    arguments: [
      ("", CommandError.Fault.missing), ("abc", .notText), (#""a"b"#, .notText),
      (#""a""b""#, .notText), (#"a"b""#, .notText), (#""\2""#, .escapeInvalid),
      (#""\2G""#, .escapeInvalid), (#""\""#, .escapeInvalid),
    ])
  func noStrings(text: String, fault: CommandError.Fault) {
    let error = failing(text) { parameters throws(CommandError) in try parameters.text().count }
    #expect(error == .parameter(1, fault))
  }

  @Test(
    "M5310 2.2: addresses come with quotes or without",
    arguments: [#""183.230.40.150""#, "183.230.40.150", " 183.230.40.150 "])
  func words(text: String) throws {
    let word = try reading(text) { parameters throws(CommandError) in
      Array(copying: try parameters.word())
    }
    #expect(word == Array("183.230.40.150".utf8))
  }

  @Test(
    "M5310 2.2: a word with half a pair of quotes, or nothing in it, is none",
    arguments: [("", CommandError.Fault.missing), (#""""#, .notText), (#""a"b"#, .notText)])
  func noWords(text: String, fault: CommandError.Fault) {
    let error = failing(text) { parameters throws(CommandError) in try parameters.word().count }
    #expect(error == .parameter(1, fault))
  }

  private func threeBytes(
    _ parameters: inout ParameterReader
  ) throws(CommandError) -> [UInt8] {
    try parameters.hexadecimal(count: 3).bytes
  }

  @Test("M5310 2.2: a payload is so many bytes of hexadecimal digits, with quotes or without")
  func hexadecimal() throws {
    #expect(try reading("00fFA5", threeBytes) == [0, 255, 0xA5])
    #expect(try reading(#""00FFa5""#, threeBytes) == [0, 255, 0xA5])
    let long = String(repeating: "5B", count: 1358)
    let count = try reading(long) { parameters throws(CommandError) in
      try parameters.hexadecimal(count: 1358).bytes.count
    }
    #expect(count == 1358)
  }

  @Test(
    "M5310 2.2: a payload of other characters or of another length is refused",
    arguments: [
      ("", CommandError.Fault.missing), ("0", .notHexadecimal), ("0g", .notHexadecimal),
      ("00 ff", .notHexadecimal), ("00FF", .lengthWrong), ("00FF0000", .lengthWrong),
    ])
  func noPayload(text: String, fault: CommandError.Fault) {
    #expect(failing(text, threeBytes) == .parameter(1, fault))
  }

  @Test("OneNET AT+MIPLNOTIFY: a command of many parameters reads as it is declared")
  func manyParameters() throws {
    let notify = try reading(#"0,255,3303,0,5701,1,3, "Cel",0,0"#) {
      parameters throws(CommandError) in
      _ = try parameters.number(0...0)
      _ = try parameters.number(UInt16(0)...65_535)
      let path = [
        try parameters.number(UInt16(0)...65_534), try parameters.number(UInt16(0)...65_534),
        try parameters.number(UInt16(0)...65_534),
      ]
      _ = try parameters.number(1...6)
      let length = try parameters.number(0...1000)
      let value = try parameters.text()
      guard value.count == length else { throw parameters.fault(.lengthWrong) }
      _ = try parameters.number(0...9)
      _ = try parameters.number(0...2)
      _ = try parameters.number(0...65_535, orElse: 0)
      try parameters.end()
      return (path, value.bytes)
    }
    #expect(notify.0 == [3303, 0, 5701])
    #expect(notify.1 == Array("Cel".utf8))
  }
}
