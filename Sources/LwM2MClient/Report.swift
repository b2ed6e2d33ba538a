import LwM2MModel
import NBIoTBytes

/// A notification the application wants acknowledged, to all observers of a path.
struct Report: Zeroable {
  /// 1 ... 65535.
  let acknowledgementID: UInt16
  let path: Path
  /// Bit n: the observation n+1 IDs deep still has to be told. None left: the application is to be told.
  private(set) var levels: UInt8
  /// Every observer so far acknowledged.
  private(set) var isDelivered = true

  init(acknowledgementID: UInt16, path: Path, levels: UInt8) {
    self.acknowledgementID = acknowledgementID
    self.path = path
    self.levels = levels
  }

  var isOver: Bool { levels == 0 }
  /// At most one observer is still to be told.
  var isLast: Bool { levels & (levels &- 1) == 0 }

  /// The path of the least deep observation that is to be told.
  var observed: Path {
    if levels & 1 != 0 { return Path(path.object) }
    return levels & 2 != 0 ? Path(path.object, path.instance) : path
  }

  /// The bit of an observation of `path`.
  static func level(_ path: Path) -> UInt8 {
    UInt8(truncatingIfNeeded: 1 &<< path.depth) &>> 1
  }

  /// The least deep observation was told, or is gone.
  mutating func settle(delivered: Bool) {
    levels &= levels &- 1
    if !delivered { isDelivered = false }
  }

  /// Nobody will be told any more.
  mutating func fail() {
    guard !isOver else { return }
    levels = 0
    isDelivered = false
  }
}

/// The reports under way, oldest first.
struct ReportTable: BitwiseCopyable {
  let slots: LentTable<Report>
  private(set) var count = 0

  init(_ reports: LentTable<Report>) {
    slots = reports
  }

  var isFull: Bool { count == slots.capacity }
  var capacity: Int { slots.capacity }

  func index(of acknowledgementID: UInt16) -> Int? {
    var index = 0
    while index < count {
      if slots[index].acknowledgementID == acknowledgementID { return index }
      index &+= 1
    }
    return nil
  }

  mutating func append(_ report: Report) {
    slots[count] = report
    count &+= 1
  }

  /// Takes out a report that is over.
  mutating func takeFinished() -> Report? {
    var index = 0
    while index < count, !slots[index].isOver { index &+= 1 }
    guard index < count else { return nil }
    let report = slots[index]
    slots.move(from: index &+ 1, to: index, count: count &- index &- 1)
    count &-= 1
    return report
  }

  mutating func failAll() {
    var index = 0
    while index < count {
      slots[index].fail()
      index &+= 1
    }
  }
}
