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

  @Test("What found no room is counted, so that its length is known")
  func counted() {
    var storage: [UInt8] = [9, 9, 9]
    var writer = ByteWriter(storage.mutableSpan)
    writer.append("text")
    #expect(writer.overflowed == true)
    #expect(writer.total == 4)
    writer.append(1)
    writer.append(bigEndian: 0x0102_0304_0506, length: 6)
    #expect(writer.total == 11)
    writer.append(word: 7, leading: 0, length: 5)
    #expect(writer.total == 20)
  }

  @Test("A body of which only a piece is kept is counted and digested whole", arguments: 0...40)
  func sifted(start: Int) {
    var whole = [UInt8](repeating: 0, count: 200)
    var reference = ByteWriter(whole.mutableSpan)
    appendBody(to: &reference)
    let length = reference.position
    var storage = [UInt8](repeating: 9, count: 2 + 16 + 1)
    var writer = ByteWriter(storage.mutableSpan)
    writer.append(1, 2)
    writer.sift(skipping: start, keeping: 16)
    appendBody(to: &writer)
    let kept = max(0, min(16, length - start))
    #expect(writer.isSifting == true)
    let (total, position, found) = (writer.total, writer.position, writer.digest)
    #expect(total == 2 + length)
    #expect(position == 2 + kept)
    var digest: UInt32 = 0x811C_9DC5
    for byte in whole.prefix(length) { digest = (digest ^ UInt32(byte)) &* 0x0100_0193 }
    #expect(found == digest)
    let expected = [1, 2] + whole.dropFirst(start).prefix(kept)
    #expect(Array(storage.prefix(2 + kept)) == expected)
    #expect(storage.dropFirst(2 + kept).allSatisfy { $0 == 9 })
  }

  /// One of everything that can be appended.
  private func appendBody(to writer: inout ByteWriter) {
    writer.append(0xA1)
    writer.append(0xB1, 0xB2)
    writer.append(bigEndian: 0xC1C2)
    writer.append(word: 0xD1D2_D3D4, leading: 0xE1E2_E3E4 << 32, length: 3)
    writer.append("text")
    _ = DecimalText.append(-0.0000123, to: &writer)
    DecimalText.append(Int64.min, to: &writer)
  }
}
