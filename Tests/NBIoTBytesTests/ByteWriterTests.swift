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

  @Test("A gap that does not fit moves nothing and is an overflow")
  func aGapThatDoesNotFit() {
    var storage: [UInt8] = [0, 0, 0]
    do {
      var writer = ByteWriter(storage.mutableSpan)
      writer.append(7)
      writer.append(8)
      writer.openGap(at: 0, of: 2)
      #expect(writer.overflowed == true)
      #expect(writer.position == 2)
      #expect(writer.available == 1)
    }
    #expect(storage == [7, 8, 0])
  }

  @Test("A big-endian number of every length 0 ... 8 is its low bytes", arguments: 0...8)
  func bigEndian(length: Int) {
    // With room for eight bytes those behind the number may change, with less they may not.
    for room in length...9 {
      var storage = [UInt8](repeating: 0xEE, count: room)
      do {
        var writer = ByteWriter(storage.mutableSpan)
        writer.append(bigEndian: 0x1122_3344_5566_7788, length: length)
        #expect(writer.position == length)
        #expect(writer.overflowed == false)
      }
      let low: [UInt8] = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88].suffix(length)
      #expect(storage.prefix(length) == low[...])
      let untouched = storage.dropFirst(room < 8 ? length : 8)
      #expect(untouched.allSatisfy { $0 == 0xEE })
    }
  }

  @Test("A write that does not fit as a whole leaves every byte alone")
  func noPartialWrites() {
    var storage: [UInt8] = [9, 9, 9]
    let four: [UInt8] = [1, 2, 3, 4]
    do {
      var writer = ByteWriter(storage.mutableSpan)
      writer.append("text")
      writer.append(four.span)
      writer.append(bigEndian: 1, length: 4)
      #expect(writer.overflowed == true)
      #expect(writer.position == 0)
      #expect(writer.capacity == 3)
    }
    #expect(storage == [9, 9, 9])
  }
}
