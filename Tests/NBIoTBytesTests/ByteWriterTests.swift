import Testing

@testable import NBIoTBytes

@Suite struct ByteWriterTests {
  @Test func whatDoesNotFitIsNotWrittenAndIsRemembered() {
    var storage: [UInt8] = [0, 0, 0]
    var writer = ByteWriter(storage.mutableSpan)
    writer.append(1, 2)
    writer.append(bigEndian: 0x0304)
    #expect(writer.overflowed == true)
    writer.append(5)
    #expect(writer.position == 3)
    #expect(writer.overflowed == true)
    writer.rewind(to: 2)
    #expect(writer.overflowed == false)
    #expect(writer.written.count == 2)
  }

  @Test func aGapMovesWhatWasWrittenAfterIt() {
    var storage: [UInt8] = [0, 0, 0, 0]
    do {
      var writer = ByteWriter(storage.mutableSpan)
      writer.append(7)
      writer.append(8, 9)
      writer.openGap(at: 1, of: 1)
      writer.replace(at: 1, with: 0xFF)
      #expect(writer.position == 4)
    }
    #expect(storage == [7, 0xFF, 8, 9])
  }
}
