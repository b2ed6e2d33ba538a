import Fixtures
import Testing

@testable import NBIoTBytes

private struct Entry: Keyed, Equatable {
  var key: UInt64
  var value: UInt32
}

extension SortedTable where Element == Entry {
  fileprivate var entries: [Entry] { (0..<count).map { self[$0] } }
}

private let room = Array(repeating: Entry(key: 0, value: 0), count: 12)

@Suite struct SortedTableTests {
  @Test("Inserts and removes in any order leave what an array sorted by key holds")
  func equalsASortedArray() {
    var generator = SeededGenerator(seed: 2)
    withTable(room) { memory in
      var table = SortedTable(memory)
      var oracle: [Entry] = []
      for step in 0..<5000 {
        let key = UInt64.random(in: 0..<20, using: &generator)
        if Bool.random(using: &generator) {
          let entry = Entry(key: key, value: UInt32(step))
          let isNew = oracle.count < room.count && !oracle.contains { $0.key == key }
          let inserted = table.insert(entry)
          #expect(inserted == isNew)
          if isNew { oracle = (oracle + [entry]).sorted { $0.key < $1.key } }
        } else if let index = table.index(of: key) {
          table.remove(at: index)
          oracle.removeAll { $0.key == key }
        }
        #expect(table.entries == oracle)
        #expect(table.isFull == (oracle.count == room.count))
      }
    }
  }

  @Test("Lower bound and index are what a scan from the front finds")
  func searchEqualsScan() {
    withTable(room) { memory in
      for size in 0...room.count {
        var table = SortedTable(memory)
        for index in 0..<size {
          let inserted = table.insert(Entry(key: UInt64(index * 2 + 1), value: 0))
          #expect(inserted == true)
        }
        let keys = table.entries.map(\.key)
        for key in UInt64(0)...UInt64(size * 2 + 2) {
          #expect(table.lowerBound(key) == keys.firstIndex { $0 >= key } ?? size)
          #expect(table.index(of: key) == keys.firstIndex(of: key))
        }
        #expect(table.lowerBound(.max) == size)
      }
    }
  }

  @Test("The greatest and the least key are keys like any other")
  func extremeKeys() {
    withTable(room) { memory in
      var table = SortedTable(memory)
      let inserted = [UInt64.max, 0, 5].map { table.insert(Entry(key: $0, value: 1)) }
      #expect(inserted == [true, true, true])
      #expect(table.entries.map(\.key) == [0, 5, .max])
      #expect(table.index(of: .max) == 2)
    }
  }

  @Test("A refused insert changes nothing")
  func refusedInsert() {
    withTable(Array(room.prefix(2))) { memory in
      var table = SortedTable(memory)
      let first = [table.insert(Entry(key: 1, value: 1)), table.insert(Entry(key: 1, value: 2))]
      #expect(first == [true, false])
      let second = [table.insert(Entry(key: 2, value: 2)), table.insert(Entry(key: 0, value: 3))]
      #expect(second == [true, false])
      #expect(table.entries == [Entry(key: 1, value: 1), Entry(key: 2, value: 2)])
      table.removeAll()
      #expect(table.count == 0)
      #expect(table.index(of: 1) == nil)
      #expect(table.capacity == 2)
    }
  }

  @Test("An element is replaced in place only by one of the same key")
  func replacingKeepsTheKey() async {
    withTable(room) { memory in
      var table = SortedTable(memory)
      let inserted = table.insert(Entry(key: 4, value: 1))
      table[0] = Entry(key: 4, value: 9)
      #expect(inserted == true)
      #expect(table.entries == [Entry(key: 4, value: 9)])
    }
    await #expect(processExitsWith: .failure) {
      withTable(room) { memory in
        var table = SortedTable(memory)
        _ = table.insert(Entry(key: 4, value: 1))
        table[0] = Entry(key: 5, value: 1)
      }
    }
  }

  @Test("An index at or beyond the count traps, even where there is room")
  func beyondTheCountTraps() async {
    await #expect(processExitsWith: .failure) {
      withTable(room) { memory in
        var table = SortedTable(memory)
        _ = table.insert(Entry(key: 4, value: 1))
        _ = table[1]
      }
    }
    await #expect(processExitsWith: .failure) {
      withTable(room) { memory in
        var table = SortedTable(memory)
        table.remove(at: 0)
      }
    }
  }
}
