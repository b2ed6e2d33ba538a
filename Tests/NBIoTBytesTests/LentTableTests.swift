import Testing

@testable import NBIoTBytes

@Suite struct LentTableTests {
  @Test("What is written at an index is read there, through every copy of the view")
  func copiesShareMemory() {
    withTable([1, 2, 3]) { table in
      let copy = table
      table[1] = 20
      #expect(copy.contents == [1, 20, 3])
    }
  }

  @Test("A move with overlap keeps every element, in either direction")
  func overlappingMoves() {
    for source in 0...6 {
      for target in 0...6 {
        for count in 0...(6 - max(source, target)) {
          var oracle = Array(0..<6)
          oracle.replaceSubrange(target..<target + count, with: Array(source..<source + count))
          let moved = withTable(Array(0..<6)) { table in
            table.move(from: source, to: target, count: count)
            return table.contents
          }
          #expect(moved == oracle, "\(count) from \(source) to \(target)")
        }
      }
    }
  }

  @Test("Bytes are stored at the front when they fit, and not at all when they do not")
  func storeFitsOrRefuses() {
    withTable([9, 9, 9] as [UInt8]) { table in
      let (tooLong, fitting): ([UInt8], [UInt8]) = ([1, 2, 3, 4], [5, 6])
      let refused = table.store(tooLong.span)
      #expect(refused == false)
      #expect(table.contents == [9, 9, 9])
      let stored = table.store(fitting.span)
      #expect(stored == true)
      #expect(table.contents == [5, 6, 9])
    }
  }

  @Test("A range of bytes is lent as exactly these bytes")
  func rangesOfBytes() {
    withTable([10, 11, 12, 13] as [UInt8]) { table in
      let middle = table.withBytes(1..<3) { span in span.indices.map { span[$0] } }
      #expect(middle == [11, 12])
      let none = table.withBytes(4..<4) { $0.count }
      #expect(none == 0)
      table.withMutableBytes { span in
        var span = span
        for index in span.indices { span[index] = UInt8(index) }
      }
      #expect(table.contents == [0, 1, 2, 3])
    }
  }

  @Test("A table without room lends no bytes and stores only nothing")
  func noRoom() {
    let table = LentTable<UInt8>()
    let (nothing, something): ([UInt8], [UInt8]) = ([], [1])
    let lent = table.withBytes(0..<0) { $0.count }
    let writable = table.withMutableBytes { $0.count }
    let (storedNothing, storedSomething) = (
      table.store(nothing.span), table.store(something.span)
    )
    #expect(table.capacity == 0 && lent == 0 && writable == 0)
    #expect(storedNothing == true)
    #expect(storedSomething == false)
  }

  @Test("A table of negative capacity traps when it is made, not when it is used")
  func negativeCapacityTraps() async {
    await #expect(processExitsWith: .failure) {
      let start = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
      _ = unsafe LentTable(unsafeStart: start, capacity: -1)
    }
  }

  @Test("An index, a move or a range outside the table traps")
  func outsideTraps() async {
    await #expect(processExitsWith: .failure) { withTable([1]) { _ = $0[1] } }
    await #expect(processExitsWith: .failure) { withTable([1]) { $0[-1] = 2 } }
    await #expect(processExitsWith: .failure) { _ = LentTable<Int>()[0] }
    await #expect(processExitsWith: .failure) {
      withTable([1, 2]) { $0.move(from: 0, to: 1, count: 2) }
    }
    await #expect(processExitsWith: .failure) {
      withTable([1 as UInt8]) { $0.withBytes(0..<2) { _ = $0.count } }
    }
  }
}
