import LwM2MModel

@testable import LwM2MClient

/// What the store of notifications has to do, as a plain list: slow, and without a byte of it.
struct StoringOracle {
  struct Entry {
    var path: Path
    var text: String
    var id: UInt16
    var size: Int
    /// It left, and was not acknowledged.
    var isSent = false
    /// How it ended.
    var fate: String?
  }

  let policy: StoringPolicy
  let capacity: Int
  private(set) var entries: [Entry] = []
  var observed: [Path] = []
  /// Its place in the list.
  private(set) var flying: Int?
  /// Since they were last taken.
  private(set) var events: [String] = []
  private(set) var departures: [String] = []

  init(_ policy: StoringPolicy, capacity: Int) {
    self.policy = policy
    self.capacity = capacity
  }

  var used: Int { entries.reduce(0) { $0 + $1.size } }
  var flyingPath: Path? { flying.map { entries[$0].path } }

  mutating func takeEvents() -> [String] {
    defer { events = [] }
    return events
  }

  mutating func takeDepartures() -> [String] {
    defer { departures = [] }
    return departures
  }

  // MARK: In

  /// `false` when there is no room.
  mutating func put(_ path: Path, _ text: String, size value: Int, id: UInt16) -> Bool {
    let size = 11 + value
    let yielding = entries.indices.filter { $0 != flying }
    let gain = yielding.reduce(0) { $0 + entries[$1].size - (entries[$1].id == 0 ? 0 : 3) }
    guard used + size <= capacity || policy != .newest && used - gain + size <= capacity else {
      return false
    }
    if policy == .latest {
      for index in yielding where entries[index].path == path { end(index, "Replaced") }
    }
    for index in yielding where used + size > capacity && entries[index].fate == nil {
      end(index, "Dropped")
    }
    entries.append(Entry(path: path, text: text, id: id, size: size))
    tell()
    return true
  }

  // MARK: Out

  /// The device is registered and has nothing else to send.
  mutating func depart() {
    guard flying == nil,
      let next = entries.firstIndex(where: { observed.contains($0.path) })
    else { return }
    flying = next
    entries[next].isSent = true
    departures.append(entries[next].text)
  }

  /// What is under way is not any more.
  mutating func land() { flying = nil }

  mutating func acknowledge() {
    guard let flying else { return }
    end(flying, "Delivered")
    tell()
  }

  /// A Reset, or silence: the observation is over, the entry is not.
  mutating func refuse() {
    let path = flyingPath
    observed.removeAll { $0 == path }
    land()
  }

  mutating func drop(_ path: Path) {
    observed.removeAll { $0 == path }
    for index in entries.indices where entries[index].path == path { end(index, "Dropped") }
    tell()
  }

  mutating func losePower() {
    observed = []
    land()
    for index in entries.indices where entries[index].isSent { end(index, "Failed") }
    tell()
  }

  // MARK: The end

  /// What has an ID takes three bytes until it is told.
  private mutating func end(_ index: Int, _ fate: String) {
    entries[index].fate = fate
    entries[index].size = entries[index].id == 0 ? 0 : 3
  }

  private mutating func tell() {
    for entry in entries where entry.fate != nil && entry.id != 0 {
      events.append("[notification\(entry.fate!) \(entry.id)]")
    }
    if let flying {
      self.flying =
        entries[flying].fate == nil
        ? entries[..<flying].filter { $0.fate == nil }.count : nil
    }
    entries.removeAll { $0.fate != nil }
  }
}
