import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

/// A store in memory of its own.
@safe
private final class Bench {
  private let memory: UnsafeMutablePointer<UInt8>
  var store: NotificationStore

  init(_ capacity: Int) {
    unsafe memory = .allocate(capacity: capacity)
    unsafe memory.initialize(repeating: 0, count: capacity)
    store = NotificationStore(unsafe LentTable(unsafeStart: memory, capacity: capacity))
  }

  deinit { unsafe memory.deallocate() }

  func append(_ number: Int64, _ id: UInt16, _ path: Path = Path(1, 2, 3)) {
    append(.integer(number), .integer, path, id)
  }

  func append(_ value: borrowing Value, _ type: ValueType, _ path: Path, _ id: UInt16) {
    store.append(store.write(value, of: type, at: path, acknowledgementID: id))
  }

  var entries: [StoredEntry] {
    var found: [StoredEntry] = []
    var place = store.start
    while let entry = store.entry(at: place) {
      found.append(entry)
      place = entry.end
    }
    return found
  }

  var ids: [UInt16] { entries.map { store.acknowledgementID(of: $0) } }

  /// Takes out the first that has ended: its ID.
  func takeEnded() -> UInt16? {
    guard let entry = store.first(.over) else { return nil }
    defer { store.remove(entry) }
    return store.acknowledgementID(of: entry)
  }

  /// Puts bytes in the place of entries.
  func adopt(_ bytes: [UInt8]) -> Bool {
    for (index, byte) in bytes.enumerated() where store.start + index < store.bytes.capacity {
      store.bytes[store.start + index] = byte
    }
    return store.adopt(bytes.count)
  }

  func value(_ index: Int) -> Cabinet.Content {
    store.withValue(of: entries[index]) { Cabinet.Content($0) }
  }

  var contents: [UInt8] { (store.start..<store.start + store.length).map { store.bytes[$0] } }
}

@Suite struct NotificationStoreTests {
  @Test("Every type of value comes back as it went in")
  func values() {
    let bench = Bench(200)
    let text = Array("text".utf8)
    bench.append(-5, 1)
    bench.append(.float(2.5), .float, Path(1, 0, 2), 2)
    bench.append(.boolean(true), .boolean, Path(1, 0, 3), 0)
    bench.append(.string(text.span), .string, Path(9, 8, 7), 4)
    bench.append(.hexString(text.span), .hexString, Path(0xFFFE, 0, 0), 5)
    #expect(bench.ids == [1, 2, 0, 4, 5])
    let entries = bench.entries
    #expect(entries.map(\.type) == [.integer, .float, .boolean, .string, .hexString])
    #expect(bench.store.path(of: entries[4]) == Path(0xFFFE, 0, 0))
    #expect(bench.value(0) == .integer(-5))
    #expect(bench.value(1) == .float(2.5))
    #expect(bench.value(2) == .boolean(true))
    #expect(bench.value(3) == .bytes(text))
    #expect(bench.value(4) == .bytes(text))
    #expect(bench.store.length == 19 + 19 + 12 + 15 + 15)
  }

  @Test("An entry that is over takes three bytes until it was taken out, one without ID nothing")
  func tombstones() {
    let bench = Bench(200)
    for id in UInt16(1)...3 { bench.append(Int64(id), id) }
    bench.append(4, 0)
    bench.store.end(bench.entries[1], as: .dropped)
    #expect(bench.store.length == 3 * 19 + 3)
    #expect(bench.ids == [1, 2, 3, 0])
    bench.store.end(bench.entries[3], as: .dropped)
    #expect(bench.ids == [1, 2, 3])
    #expect(bench.store.first(.over)?.state == .dropped)
    #expect(bench.takeEnded() == 2)
    #expect(bench.takeEnded() == nil)
    #expect(bench.ids == [1, 3])
    #expect(bench.value(1) == .integer(3))
  }

  @Test("While the record is being kept only room behind it is used")
  func frozen() {
    let bench = Bench(14 + 2 * 19)
    bench.append(1, 1)
    bench.store.isFrozen = true
    #expect(bench.store.canTake(19, .latest))
    bench.append(2, 2)
    #expect(!bench.store.canTake(19, .oldest))
    bench.store.isFrozen = false
    #expect(bench.store.canTake(16, .oldest))
    // Both tombstones stay.
    #expect(!bench.store.canTake(2 * 19 - 5, .oldest))
  }

  @Test("A store that is too small for its head has no room")
  func tiny() {
    let bench = Bench(10)
    #expect(bench.store.capacity == 0)
    #expect(!bench.store.canTake(1, .oldest))
    #expect(bench.store.isIdle)
  }

  @Test("After a loss of power what had left has failed, the rest waits")
  func adopts() {
    let bench = Bench(200)
    for id in UInt16(1)...4 { bench.append(Int64(id), id) }
    bench.append(5, 0)
    bench.store.mark(bench.entries[0], .sent)
    bench.store.mark(bench.entries[1], .flying)
    bench.store.mark(bench.entries[4], .sent)
    bench.store.end(bench.entries[2], as: .acknowledged)
    let next = Bench(200)
    #expect(next.adopt(bench.contents))
    #expect(next.entries.map(\.state) == [.failed, .failed, .acknowledged, .waiting])
    #expect(next.ids == [1, 2, 3, 4])
    #expect(next.store.isUnkept)
  }

  @Test("Any bytes are entries or are refused, and trap nowhere", arguments: 0..<20)
  func fuzz(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bench = Bench(200)
    var id: UInt16 = 0
    while bench.store.room >= 40 {
      id += 1
      bench.append(Int64(id), id % 5 == 0 ? 0 : id)
      if id % 3 == 0 { bench.store.end(bench.entries.last!, as: .replaced) }
    }
    let whole = bench.contents
    for _ in 0..<2000 {
      var damaged = whole
      for _ in 0...random.next() % 3 {
        damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(random.next() & 0xFF)
      }
      if random.next() % 4 == 0 { damaged.removeLast(Int(random.next() % 30)) }
      if random.next() % 8 == 0 { damaged = random.bytes(Int(random.next() % 260)) }
      let next = Bench(200)
      guard next.adopt(damaged) else {
        #expect(next.store.isIdle)
        continue
      }
      #expect(next.entries.allSatisfy { $0.end <= 200 && $0.state != .sent })
      #expect(next.entries.allSatisfy { $0.is(.over) || next.store.path(of: $0).depth == 3 })
      while next.store.giveWay(at: Path(), as: .dropped) {}
      while next.takeEnded() != nil {}
      #expect(next.store.length == 0)
    }
  }
}
