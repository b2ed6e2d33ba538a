import Testing

@testable import CoAPWire

@Suite struct BlockOptionTests {
  @Test(
    "4.1 RFC 7959 2.2: NUM, M and SZX are the 20, 1 and 3 bits of the value",
    arguments: [
      (UInt32(0x00), UInt32(0), false, 16, 0), (0x08, 0, true, 16, 0), (0x16, 1, false, 1024, 1024),
      (0x2E, 2, true, 1024, 2048), (0x35, 3, false, 512, 1536),
      (0xFF_FFF6, 0xF_FFFF, false, 1024, 0x3FFF_FC00),
    ])
  func parts(raw: UInt32, number: UInt32, hasMore: Bool, size: Int, offset: Int) throws {
    let block = try #require(BlockOption(rawValue: raw))
    #expect(block.number == number)
    #expect(block.hasMore == hasMore)
    #expect(block.size == size)
    #expect(block.offset == offset)
  }

  @Test("4.1 RFC 7959 2.2: SZX 7 is reserved, and the value has three bytes at most")
  func reserved() {
    #expect(BlockOption(rawValue: 7) == nil)
    #expect(BlockOption(rawValue: 0x2F) == nil)
    #expect(BlockOption(rawValue: 0x100_0000) == nil)
  }

  @Test("4.1 RFC 7959 2.2: a piece is named by its offset, whatever the size")
  func rebased() throws {
    for exponent in UInt8(0)...6 {
      let block = try #require(BlockOption(offset: 3072, hasMore: true, exponent: exponent))
      #expect(block.offset == 3072)
      #expect(block.exponent == exponent)
      #expect(block.hasMore)
    }
    #expect(BlockOption(offset: 1 << 24, hasMore: false, exponent: 0) == nil)
    #expect(BlockOption(offset: 1 << 24, hasMore: false, exponent: 1)?.offset == 1 << 24)
  }

  @Test("The largest size that fits a room")
  func fitting() {
    #expect(BlockOption.exponent(fitting: 15) == nil)
    #expect(BlockOption.exponent(fitting: 16) == 0)
    #expect(BlockOption.exponent(fitting: 31) == 0)
    #expect(BlockOption.exponent(fitting: 32) == 1)
    #expect(BlockOption.exponent(fitting: 1023) == 5)
    #expect(BlockOption.exponent(fitting: 1024) == 6)
    #expect(BlockOption.exponent(fitting: 65_000) == 6)
  }
}
