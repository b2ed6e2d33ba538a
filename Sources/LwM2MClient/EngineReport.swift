import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Notifications the application wants acknowledged.
extension Engine where Store: ~Copyable {
  /// Why a value cannot be reported.
  public enum ReportError: Error, Equatable, BitwiseCopyable, Sendable {
    case noSuchResource
    case notObserved
    case tableFull
    case acknowledgementIDInUse
    /// It has no value of its own that could be stored.
    case notStorable
    /// The store is full, and nothing can give way while its record is being kept.
    case storeBusy
  }

  /// The value at `path` changed. With an acknowledgement ID, 1 ... 65535, each observer gets a confirmable
  /// notification and the application one event.
  public mutating func notify(
    _ path: Path, acknowledgementID: UInt16, now: Instant
  ) throws(ReportError) {
    guard let index = resources.index(of: path.key) else { throw .noSuchResource }
    guard acknowledgementID != 0 else { return markChanged(path, now: now) }
    if isStoring { return try keep(index, acknowledgementID: acknowledgementID, now: now) }
    let levels = observedLevels(path)
    guard levels != 0, registration.isRegistered else { throw .notObserved }
    if isInUse(acknowledgementID) { throw .acknowledgementIDInUse }
    guard !reports.isFull else {
      statistics.refuse(.outstanding)
      throw .tableFull
    }
    reports.append(Report(acknowledgementID: acknowledgementID, path: path, levels: levels))
    statistics.reached(.outstanding, reports.count)
  }

  /// Of this ID the application has not heard yet.
  @inline(never)
  func isInUse(_ acknowledgementID: UInt16) -> Bool {
    reports.index(of: acknowledgementID) != nil || backlog.contains(acknowledgementID)
  }

  /// The first observation that has to acknowledge what it is told. Its pmin may have changed since it was ready.
  @inline(never)
  mutating func confirmationPurpose(now: Instant) -> Purpose? {
    while let index = observations.firstUnconfirmed() {
      if earliestReport(index) <= now { return Purpose(confirming: observations.slots[index].path) }
      observations.unsettle(index)
      review(index, now: now)
    }
    mayHaveUnconfirmed = false
    return nil
  }

  /// Which of the path, its instance and its object are observed.
  private func observedLevels(_ path: Path) -> UInt8 {
    var levels: UInt8 = 0
    var level = path
    while level.depth > 0 {
      if observations.find(level) != nil { levels |= Report.level(level) }
      level = level.parent
    }
    return levels
  }

  /// When the report at `index` may go to its next observer. At once when it is over, or that observation has gone:
  /// then there is something to settle.
  private func due(_ index: Int) -> Instant {
    guard !reports.slots[index].isOver,
      let observation = observations.find(reports.slots[index].observed)
    else { return Instant(milliseconds: 0) }
    return earliestReport(observation)
  }

  /// The acknowledgement ID of the first report whose pmin is over. Observers that have gone are settled on the way.
  mutating func dueReport(now: Instant) -> UInt16? {
    var index = 0
    while index < reports.count {
      let isOver = reports.slots[index].isOver
      if !isOver, observations.find(reports.slots[index].observed) == nil {
        reports.slots[index].settle(delivered: false)
      } else if !isOver, due(index) <= now {
        return reports.slots[index].acknowledgementID
      } else {
        index &+= 1
      }
    }
    return nil
  }

  /// When the next report may leave; finished ones wait for `nextEvent` only.
  var reportsDeadline: Instant {
    var earliest = Instant.never
    if outstanding.isActive { return earliest }
    var index = 0
    while index < reports.count {
      earliest = min(earliest, due(index))
      index &+= 1
    }
    return earliest
  }

  /// The observation that the notification under way goes to; `nil` when it has gone.
  var reportedObservation: Int? {
    if purpose.kind == .stored { return storedObservation }
    if purpose.kind == .confirmation { return observations.find(purpose.path) }
    guard let index = reports.index(of: purpose.acknowledgementID) else { return nil }
    return observations.find(reports.slots[index].observed)
  }

  /// The observer at `index` has a new token: the report on its way to the old one starts again.
  mutating func restartReport(to index: Int, token: Token) {
    guard observations.slots[index].token != token, outstanding.isActive, purpose.isReport,
      reportedObservation == index
    else { return }
    outstanding.end()
    if purpose.kind == .stored { backlog.land() }
  }

  /// The observer was told, or with `delivered` false never will be.
  mutating func settleReport(_ acknowledgementID: UInt16, delivered: Bool) {
    guard let index = reports.index(of: acknowledgementID) else { return }
    reports.slots[index].settle(delivered: delivered)
  }
}
