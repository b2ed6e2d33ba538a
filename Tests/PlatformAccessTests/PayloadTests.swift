import CoAPWire
import LwM2MModel
import Testing

@testable import PlatformAccess

@Suite struct PayloadTests {
  private func tlv(_ bytes: [UInt8], at path: Path) -> [ReportedValue] {
    Content(format: .tlv, bytes: bytes).values(at: path)
  }

  @Test func knownResourcesAreDecodedByTheirType() {
    let values = tlv(
      [0xE1, 0x16, 0xDA, 1, 0xE1, 0x16, 0xDB, 42, 0xE4, 0x16, 0x44, 0x41, 0xBC, 0, 0],
      at: Path(3311, 0))
    #expect(values.map(\.content) == [.boolean(true), .integer(42), .float(23.5)])
    #expect(values.allSatisfy { !$0.isGuess })
    #expect(values.map(\.place) == ["/3311/0/5850", "/3311/0/5851", "/3311/0/5700"])
  }

  @Test func unknownResourcesAreGuessedFromTheirBytes() {
    #expect(BinaryGuess.content(of: [0x41, 0xBC, 0, 0]) == .float(23.5))
    #expect(BinaryGuess.content(of: [0, 1, 0x11, 0x70]) == .integer(70000))
    #expect(BinaryGuess.content(of: [0x40, 0x37, 0x80, 0, 0, 0, 0, 0]) == .float(23.5))
    #expect(BinaryGuess.content(of: [0xFF, 0xFE]) == .integer(-2))
    #expect(BinaryGuess.content(of: [7]) == .integer(7))
    #expect(BinaryGuess.content(of: [UInt8]("Cel".utf8)) == .text("Cel"))
    #expect(BinaryGuess.content(of: [1, 2, 3]) == .opaque([1, 2, 3]))
  }

  @Test func aResourceOfAnotherTypeThanTheTableSaysIsGuessed() {
    let values = tlv([0xE3, 0x16, 0x44, 1, 2, 3], at: Path(3303, 0))
    #expect(values.map(\.content) == [.opaque([1, 2, 3])])
    #expect(values.map(\.isGuess) == [true])
  }

  @Test func instancesOfObjectsAndResourcesAreFlattened() {
    let values = tlv([0x08, 0, 8, 0x86, 6, 0x41, 0, 1, 0x41, 1, 5], at: Path(3))
    #expect(values.map(\.place) == ["/3/0/6/0", "/3/0/6/1"])
    #expect(values.map(\.content) == [.integer(1), .integer(5)])
  }

  @Test func nestingDeeperThanTheModelIsNoTLV() {
    #expect(tlv([8, 0, 6, 8, 0, 3, 0xC1, 1, 1], at: Path(3303)).map(\.place) == ["/3303/0/1"])
    let deep: [UInt8] = [8, 0, 9, 8, 0, 6, 8, 0, 3, 0xC1, 1, 1]
    #expect(tlv(deep, at: Path(3303)).map(\.content) == [.opaque(deep)])
  }

  @Test func brokenTLVIsShownAsItCame() {
    #expect(tlv([0xC8, 0], at: Path(3303, 0)).map(\.content) == [.opaque([0xC8, 0])])
  }

  @Test func textIsReadByTypeOrByItsLook() {
    func content(_ text: String, _ path: Path) -> ReportedValue.Content {
      PayloadReader.text([UInt8](text.utf8), at: path).content
    }
    #expect(content("1", Path(3311, 0, 5850)) == .boolean(true))
    #expect(content("23.5", Path(3303, 0, 5700)) == .float(23.5))
    #expect(content("12", Path(3, 0, 0)) == .text("12"))
    #expect(content("12", Path(9999, 0, 1)) == .integer(12))
    #expect(content("x1", Path(9999, 0, 1)) == .text("x1"))
  }

  @Test func valuesAreWrittenInTheFormatAskedFor() throws {
    let dimmer = Path(3311, 0, 5851)
    #expect(
      try PayloadWriter.content("42", as: .text, at: dimmer)
        == Content(format: .text, bytes: [0x34, 0x32]))
    #expect(
      try PayloadWriter.content("42", as: .tlv, at: dimmer)
        == Content(format: .tlv, bytes: [0xE1, 0x16, 0xDB, 42]))
    #expect(try PayloadWriter.content("42", as: .oldTLV, at: dimmer).format == .oldTLV)
    #expect(
      try PayloadWriter.content("01fF", as: .hex, at: dimmer)
        == Content(format: .opaque, bytes: [1, 0xFF]))
    #expect(
      try PayloadWriter.content("ab", as: .opaque, at: dimmer)
        == Content(format: .opaque, bytes: [0x61, 0x62]))
    #expect(
      try PayloadWriter.content("true", as: .text, at: Path(3311, 0, 5850))
        == Content(format: .text, bytes: [0x31]))
  }

  @Test func anInstanceIsWrittenFromAssignments() throws {
    let content = try PayloadWriter.content(
      "5850=true,5851=300,7000=x", as: .tlv, at: Path(3311, 0))
    #expect(
      content.bytes
        == [0xE1, 0x16, 0xDA, 1, 0xE2, 0x16, 0xDB, 1, 0x2C, 0xE1, 0x1B, 0x58, 0x78])
  }

  @Test func valuesThatCannotBeWrittenAreRefusedWithTheirCause() {
    let dimmer = Path(3311, 0, 5851)
    #expect(throws: WriteError.notHexadecimal) {
      try PayloadWriter.content("1", as: .hex, at: dimmer)
    }
    #expect(throws: WriteError.instanceNeedsTLV) {
      try PayloadWriter.content("1", as: .text, at: Path(3311, 0))
    }
    #expect(throws: WriteError.assignmentMissing("5851")) {
      try PayloadWriter.content("5851", as: .tlv, at: Path(3311, 0))
    }
    #expect(throws: WriteError.valueNotOfType("integer")) {
      try PayloadWriter.content("x", as: .tlv, at: dimmer)
    }
  }

  @Test("LwM2M 1.0 5.2.7.3: the version before the links of a Bootstrap-Discover is shown as it is")
  func linksBehindAVersion() {
    let text = #"lwm2m="1.0",</0/0>;ssid=101,</1/0>"#
    let values = PayloadReader.values(of: [UInt8](text.utf8), in: .linkFormat, at: Path())
    #expect(values.map(\.content) == [.text(text)])
  }
}
