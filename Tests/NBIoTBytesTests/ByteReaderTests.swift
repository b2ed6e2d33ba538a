import Testing

@testable import NBIoTBytes

@Suite struct ByteReaderTests {
  @Test("Bytes come in order, a peek consumes nothing, and the end is nil")
  func bytesInOrder() {
    let storage: [UInt8] = [7, 8]
    var reader = ByteReader(storage.span)
    #expect(reader.peek() == 7)
    #expect(reader.byte() == 7)
    #expect(reader.isAtEnd == false)
    #expect(reader.byte() == 8)
    #expect(reader.isAtEnd == true)
    #expect(reader.peek() == nil)
    #expect(reader.byte() == nil)
    #expect(reader.position == 2)
  }

  @Test("A big-endian number of every length 0 ... 8 is what its bytes spell", arguments: 0...8)
  func bigEndian(length: Int) {
    let storage: [UInt8] = [0xF1, 0xE2, 0xD3, 0xC4, 0xB5, 0xA6, 0x97, 0x88, 0x79]
    var expected: UInt64 = 0
    for byte in storage.prefix(length) { expected = expected * 256 + UInt64(byte) }
    var reader = ByteReader(storage.span)
    #expect(reader.bigEndian(length: length) == expected)
    #expect(reader.position == length)
  }

  @Test("What is not there is refused and leaves the position alone")
  func refusalConsumesNothing() {
    let storage: [UInt8] = [1, 2, 3]
    var reader = ByteReader(storage.span, at: 1)
    #expect(reader.bigEndian(length: 3) == nil)
    #expect(reader.bigEndian(length: 9) == nil)
    #expect(reader.bigEndian(length: -1) == nil)
    #expect(reader.skip(3) == false)
    #expect(reader.skip(-1) == false)
    #expect(reader.skip(.max) == false)
    let tooMany = reader.take(3) == nil
    let negative = reader.take(-1) == nil
    #expect(tooMany && negative)
    #expect(reader.position == 1)
    #expect(reader.remaining == 2)
  }

  @Test("take hands out exactly the bytes it consumes, none included")
  func takeHandsOutAView() {
    let storage: [UInt8] = [1, 2, 3, 4]
    var reader = ByteReader(storage.span, at: 1)
    #expect(taken(2, from: &reader) == [2, 3])
    #expect(taken(0, from: &reader) == [])
    #expect(reader.position == 3)
    #expect(reader.skip(1) == true)
    #expect(taken(0, from: &reader) == [])
    #expect(reader.isAtEnd == true)
  }

  private func taken(_ length: Int, from reader: inout ByteReader) -> [UInt8]? {
    guard let view = reader.take(length) else { return nil }
    return view.indices.map { view[$0] }
  }

  @Test("A reader without bytes is at its end")
  func noBytes() {
    let storage: [UInt8] = []
    var reader = ByteReader(storage.span)
    #expect(reader.isAtEnd == true)
    #expect(reader.byte() == nil)
    #expect(reader.bigEndian(length: 0) == 0)
  }
}
