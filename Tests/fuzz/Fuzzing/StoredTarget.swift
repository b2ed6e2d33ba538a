import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation

@testable import LwM2MClient

extension FuzzTarget {
  /// Notifications as they were stored. Those that are taken are whole and say the same when they are taken again; anything
  /// else leaves the store empty. A device delivers what it took, or loses it, without a fault.
  static let stored = FuzzTarget("stored", maximumLength: 256) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    let first = adopted(input)
    if let finding = first.finding { throw finding }
    let second = adopted(first.bytes)
    if let finding = second.finding { throw finding }
    try require(second.entries == first.entries, "there and back: \(input)")
    try deliver(input)
  }

  private static func adopted(_ input: [UInt8]) -> Backlog {
    withTable(of: NotificationStore.headLength + 256) { (table: LentTable<UInt8>) in
      for (index, byte) in input.enumerated() {
        table[NotificationStore.headLength + index] = byte
      }
      var store = NotificationStore(table)
      let isTaken = store.adopt(input.count)
      return Backlog(store, isTaken)
    }
  }

  private static func deliver(_ record: [UInt8]) throws(Finding) {
    let world = World(stored: 256, keepsStored: true, restoring: record)
    world.register()
    world.watch()
    for _ in 0..<8 {
      world.advance(by: 1000)
      if world.sent.last?.type == .confirmable { world.acknowledge() }
    }
    let faults = world.timetable().filter { $0.contains("fault") }
    try require(faults.isEmpty, "\(faults): \(record)")
  }
}

/// What a store has, taken out of it.
private struct Backlog {
  struct Entry: Equatable {
    var state: StoredEntry.State
    var acknowledgementID: UInt16
    /// Of one that is not over.
    var path: Path?
    var value: PlainValue?
  }

  var entries: [Entry] = []
  var bytes: [UInt8] = []
  var finding: Finding?

  init(_ store: NotificationStore, _ isTaken: Bool) {
    let end = store.start + store.length
    bytes = (store.start..<end).map { store.bytes[$0] }
    if !isTaken, !store.isIdle { finding = Finding("refused, and there: \(bytes)") }
    var place = store.start
    while let entry = store.entry(at: place) {
      guard entry.end > place, entry.end <= end else {
        finding = Finding("an entry that is none: \(bytes)")
        return
      }
      place = entry.end
      entries.append(Backlog.entry(entry, of: store))
    }
  }

  private static func entry(_ entry: StoredEntry, of store: NotificationStore) -> Entry {
    let id = store.acknowledgementID(of: entry)
    guard !entry.is(.over) else { return Entry(state: entry.state, acknowledgementID: id) }
    return Entry(
      state: entry.state, acknowledgementID: id, path: store.path(of: entry),
      value: store.withValue(of: entry) { PlainValue($0) })
  }
}
