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
  }

  /// The value at `path` changed. With an acknowledgement ID, 1 ... 65535, each observer gets a confirmable
  /// notification and the application one event.
  public mutating func notify(
    _ path: Path, acknowledgementID: UInt16, now: Instant
  ) throws(ReportError) {
    guard resources.index(of: path.key) != nil else { throw .noSuchResource }
    guard acknowledgementID != 0 else { return markChanged(path, now: now) }
    var report = Report(
      acknowledgementID: acknowledgementID, path: path,
      progress: .finished(delivered: false))
    let levels = observedLevels(of: report)
    guard levels != 0, registration.isRegistered else { throw .notObserved }
    guard reports.index(of: acknowledgementID) == nil else { throw .acknowledgementIDInUse }
    guard !reports.isFull else {
      statistics.outstanding.refuse()
      throw .tableFull
    }
    report.progress = .sending(levels: levels, failed: false)
    reports.append(report)
    statistics.outstanding.reached(reports.count)
  }

  /// Makes a report, of which the application hears nothing, out of a notification. `false` when it has to go as it is:
  /// another message is under way.
  mutating func confirm(_ slot: UInt16) -> Bool {
    guard outstanding == nil, !reports.isFull, reports.index(of: 0) == nil else { return false }
    let path = observations[slot].path
    reports.append(
      Report(
        acknowledgementID: 0, path: path,
        progress: .sending(
          levels: UInt8(1) &<< UInt8(truncatingIfNeeded: path.depth &- 1), failed: false)))
    return true
  }

  private func observedLevels(of report: Report) -> UInt8 {
    var levels: UInt8 = 0
    for depth in 1...3 where observations.find(report.prefix(depth), server: server) != nil {
      levels |= UInt8(1) &<< UInt8(truncatingIfNeeded: depth &- 1)
    }
    return levels
  }

  /// The first report whose pmin is over, and the observation it goes to next. One whose observation has gone is
  /// settled on the way.
  mutating func dueReport(now: Instant) -> (index: Int, slot: UInt16, depth: Int)? {
    for index in 0..<reports.count {
      while let depth = reports[index].nextDepth {
        guard let slot = observations.find(reports[index].prefix(depth), server: server) else {
          reports[index].settle(depth, delivered: false)
          continue
        }
        if earliestReport(slot) <= now { return (index, slot, depth) }
        break
      }
    }
    return nil
  }

  /// When the next report may leave; finished ones wait for `nextEvent` only.
  var reportsDeadline: Instant {
    guard outstanding == nil else { return .never }
    var earliest = Instant.never
    for index in 0..<reports.count {
      guard let depth = reports[index].nextDepth else { return Instant(milliseconds: 0) }
      guard let slot = observations.find(reports[index].prefix(depth), server: server) else {
        return Instant(milliseconds: 0)
      }
      earliest = min(earliest, earliestReport(slot))
    }
    return earliest
  }

  /// The observer in `slot` has a new token: the report on its way to the old one starts again.
  mutating func restartReport(to slot: UInt16, token: Token) {
    guard observations[slot].token != token, let current = outstanding,
      case .report(let acknowledgementID, let depth) = current.purpose,
      reportSlot(acknowledgementID, Int(depth)) == slot
    else { return }
    outstanding = nil
  }

  mutating func settleReport(_ acknowledgementID: UInt16, depth: Int, delivered: Bool) {
    guard let index = reports.index(of: acknowledgementID) else { return }
    reports[index].settle(depth, delivered: delivered)
  }

  /// A confirmable notification was rejected or never acknowledged: the observer is gone (RFC 7641 section 4.5).
  mutating func endObservation(ofReport acknowledgementID: UInt16, depth: Int) {
    guard let index = reports.index(of: acknowledgementID) else { return }
    if let slot = observations.find(reports[index].prefix(depth), server: server) {
      observations.remove(slot)
    }
    reports[index].settle(depth, delivered: false)
  }
}
