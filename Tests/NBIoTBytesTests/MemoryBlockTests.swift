import Fixtures
import Testing

@testable import NBIoTBytes

@Suite struct MemoryBlockTests {
  private struct Tables {
    let bytes: LentTable<UInt8>
    let words: LentTable<UInt64>
    let halves: LentTable<UInt16>
  }

  private static func cut(_ block: inout MemoryBlock, _ counts: [Int]) -> Tables {
    let bytes: LentTable<UInt8> = block.table(of: counts[0])
    block.reserve(counts[1])
    return Tables(
      bytes: bytes, words: block.table(of: counts[2]), halves: block.table(of: counts[3]))
  }

  @Test("Measuring and cutting use the same number of bytes")
  func measuringEqualsCutting() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<200 {
      let counts = (0..<4).map { _ in Int.random(in: 0...40, using: &generator) }
      var measure = MemoryBlock()
      let unbacked = Self.cut(&measure, counts)
      #expect(unbacked.bytes.capacity == 0 && unbacked.words.capacity == 0)
      let used = withBlock(measure.used) { block in
        _ = Self.cut(&block, counts)
        return block.used
      }
      #expect(used == measure.used)
      #expect(used % MemoryBlock.alignment == 0)
    }
  }

  @Test("Tables are filled with zeros and do not overlap")
  func tablesAreApart() {
    withBlock(256) { block in
      let tables = Self.cut(&block, [5, 3, 4, 7])
      #expect(tables.bytes.contents == Array(repeating: 0, count: 5))
      #expect(tables.words.contents == Array(repeating: 0, count: 4))
      #expect(tables.halves.contents == Array(repeating: 0, count: 7))
      for index in 0..<5 { tables.bytes[index] = 0xA5 }
      for index in 0..<7 { tables.halves[index] = 0xBEEF }
      #expect(tables.words.contents == Array(repeating: 0, count: 4))
      #expect(block.used == 8 + 8 + 32 + 16)
    }
  }

  @Test("Sizes that leave the range of an integer trap instead of wrapping to a small size")
  func wrappingSizesTrap() async {
    await #expect(processExitsWith: .failure) {
      var block = MemoryBlock()
      let _: LentTable<UInt64> = block.table(of: .max / 4)
    }
    await #expect(processExitsWith: .failure) {
      var block = MemoryBlock()
      block.reserve(.max)
    }
    await #expect(processExitsWith: .failure) {
      var block = MemoryBlock()
      block.reserve(.max - 7)
      block.reserve(8)
    }
  }

  @Test("A table beyond the end of the block traps")
  func tooSmallABlockTraps() async {
    await #expect(processExitsWith: .failure) {
      withBlock(16) { block in
        let _: LentTable<UInt64> = block.table(of: 3)
      }
    }
  }
}

extension UInt64: Zeroable {}

private func withBlock<Result>(
  _ size: Int, _ body: (inout MemoryBlock) -> Result
) -> Result {
  let memory = UnsafeMutableRawPointer.allocate(
    byteCount: max(8, size), alignment: MemoryBlock.alignment)
  defer { unsafe memory.deallocate() }
  unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xFF, count: max(8, size))
  var block = unsafe MemoryBlock(unsafeStart: memory, size: size)
  return body(&block)
}
