import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The observations in the order of their paths, how many of them are ready to notify, and one bound on when the next
/// of the others will be. Nothing scans the table except when that bound is reached.
struct ObservationTable: ~Copyable {
  private let pinned = Pinned()
  private var entries: SortedTable<Observation>
  private var readyCount = 0
  /// Whose turn it is to notify; the search for one that is ready begins here.
  private var turn = 0
  /// No observation that is not ready is due before this.
  private(set) var nextDue = Instant.never

  init(_ entries: LentTable<Observation>) {
    self.entries = SortedTable(entries)
  }

  var count: Int { entries.count }
  var capacity: Int { entries.capacity }
  var hasReady: Bool {
    @inline(__always) get { readyCount > 0 }
  }

  /// For changes in place, which leave the path and the need as they are.
  var slots: LentTable<Observation> {
    @inline(__always) get { entries.elements }
  }

  func find(_ path: Path) -> Int? {
    entries.index(of: path.key)
  }

  /// The first observation at or behind `start` whose path is not before `path`.
  func first(notBefore path: Path, from start: Int) -> Int {
    entries.lowerBound(path.key, from: start)
  }

  /// Room for an observation whose place is at `index`; the caller puts it there. `false` when the table is full.
  mutating func makeRoom(at index: Int) -> Bool {
    guard !entries.isFull else { return false }
    entries.makeRoom(at: index)
    return true
  }

  mutating func remove(at index: Int) {
    settle(index, .none)
    entries.remove(at: index)
    if turn > index { turn &-= 1 }
  }

  mutating func removeAll() {
    entries.removeAll()
    readyCount = 0
    nextDue = .never
  }

  /// Whatever is reset from here on is no notification that has left so far.
  mutating func forgetMessages() {
    var index = 0
    while index < count {
      entries.elements[index].lastID = 0
      index &+= 1
    }
  }

  /// Something is due at `instant`: no later than then the table is looked through.
  @inline(__always)
  mutating func schedule(_ instant: Instant) {
    if instant < nextDue { nextDue = instant }
  }

  /// What holds for all has changed: the next look through the table begins from nothing.
  mutating func scheduleAnew() {
    nextDue = Instant(milliseconds: 0)
  }
  var isScheduledAnew: Bool { nextDue == Instant(milliseconds: 0) }

  /// Starts a look through the table: the caller schedules anew whatever is not due yet.
  mutating func beginSweep() {
    nextDue = .never
  }

  /// Other attributes hold for the observation at `index`: pmin may not be over, thresholds decide anew.
  mutating func unsettle(_ index: Int) {
    switch entries.elements[index].need {
    case .none, .changed, .owed: break
    case .slight, .changedReady: settle(index, .changed)
    case .periodicReady, .unconfirmed: settle(index, .owed)
    }
  }

  /// The observation at `index` needs `need` from now on.
  mutating func settle(_ index: Int, _ need: Observation.Need) {
    if entries.elements[index].need.isReady {
      readyCount &-= 1
      if turn == index { turn &+= 1 }
    }
    entries.elements[index].need = need
    guard need.isReady else { return }
    if readyCount == 0 { turn = index }
    readyCount &+= 1
  }

  /// One that is ready, each in its turn. There is one: `hasReady`.
  mutating func nextReady() -> Int {
    while true {
      if turn >= count { turn = 0 }
      if entries.elements[turn].need.isReady { return turn }
      turn &+= 1
    }
  }

  /// The first that has to acknowledge what it is told.
  func firstUnconfirmed() -> Int? {
    var index = 0
    while index < count {
      if entries.elements[index].need == .unconfirmed { return index }
      index &+= 1
    }
    return nil
  }
}
