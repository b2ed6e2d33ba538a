import LwM2MModel
import NBIoTBytes

/// A notification the application wants acknowledged, to all observers of a path.
struct Report: Zeroable {
  /// 1 ... 65535; 0 = the application did not ask for it.
  var acknowledgementID: UInt16
  var path: Path
  var progress: Progress

  enum Progress: BitwiseCopyable {
    /// Bit n: the observation n+1 IDs deep still has to be told.
    case sending(levels: UInt8, failed: Bool)
    /// Over; the application is to be told.
    case finished(delivered: Bool)
  }

  /// The first `depth` IDs of `path`.
  func prefix(_ depth: Int) -> Path {
    switch depth {
    case 1: Path(path.object)
    case 2: Path(path.object, path.instance)
    default: path
    }
  }

  /// The least deep observation that is to be told.
  var nextDepth: Int? {
    guard case .sending(let levels, _) = progress, levels != 0 else { return nil }
    return levels.trailingZeroBitCount &+ 1
  }

  /// The observation `depth` IDs deep was told, or is gone.
  mutating func settle(_ depth: Int, delivered: Bool) {
    guard case .sending(let levels, let failed) = progress else { return }
    let left = levels & ~(UInt8(1) &<< UInt8(truncatingIfNeeded: depth &- 1))
    let anyFailed = failed || !delivered
    progress =
      left == 0 ? .finished(delivered: !anyFailed) : .sending(levels: left, failed: anyFailed)
  }
}

/// The reports under way, oldest first.
struct ReportTable: BitwiseCopyable {
  private let reports: LentTable<Report>
  private(set) var count = 0

  init(_ reports: LentTable<Report>) {
    self.reports = reports
  }

  var isFull: Bool { count == reports.capacity }
  var capacity: Int { reports.capacity }

  subscript(index: Int) -> Report {
    @inline(__always)
    get {
      precondition(index < count)
      return reports[index]
    }
    nonmutating set {
      precondition(index < count)
      reports[index] = newValue
    }
  }

  func index(of acknowledgementID: UInt16) -> Int? {
    for index in 0..<count where reports[index].acknowledgementID == acknowledgementID {
      return index
    }
    return nil
  }

  mutating func append(_ report: Report) {
    precondition(!isFull)
    reports[count] = report
    count &+= 1
  }

  /// Takes out a report that is over.
  mutating func takeFinished() -> (acknowledgementID: UInt16, delivered: Bool)? {
    for index in 0..<count {
      guard case .finished(let delivered) = reports[index].progress else { continue }
      let acknowledgementID = reports[index].acknowledgementID
      reports.move(from: index &+ 1, to: index, count: count &- index &- 1)
      count &-= 1
      return (acknowledgementID, delivered)
    }
    return nil
  }

  /// Nobody will be told any more.
  mutating func failAll() {
    for index in 0..<count {
      if case .sending = reports[index].progress {
        reports[index].progress = .finished(delivered: false)
      }
    }
  }
}
