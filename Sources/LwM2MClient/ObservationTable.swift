import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The observations, found by path in logarithmic time, with a queue of those that are ready to notify and one bound
/// on when the next of the others will be. Nothing scans the table except when that bound is reached.
struct ObservationTable: ~Copyable {
  private let pinned = Pinned()
  private let slots: LentTable<Observation>
  /// Slot numbers: the first `count` in the order of their keys, behind them the free ones.
  private let order: LentTable<UInt16>
  private(set) var count = 0
  private var readyHead = Observation.noSlot
  private var readyTail = Observation.noSlot
  /// No observation outside the queue is due before this.
  private(set) var nextDue = Instant.never

  init(_ slots: LentTable<Observation>, order: LentTable<UInt16>) {
    self.slots = slots
    self.order = order
    for index in 0..<order.capacity { order[index] = UInt16(truncatingIfNeeded: index) }
  }

  var capacity: Int { slots.capacity }
  var hasReady: Bool {
    @inline(__always) get { readyHead != Observation.noSlot }
  }

  subscript(slot: UInt16) -> Observation {
    @inline(__always)
    get { slots[Int(slot)] }
    nonmutating set { slots[Int(slot)] = newValue }
  }

  /// The slots in use, for rare walks.
  func slot(at index: Int) -> UInt16 {
    precondition(index < count)
    return order[index]
  }

  private func lowerBound(_ key: UInt64) -> Int {
    var low = 0
    var size = count
    while size > 0 {
      let half = size &>> 1
      if slots[Int(order[low &+ half])].key < key {
        low &+= half &+ 1
        size &-= half &+ 1
      } else {
        size = half
      }
    }
    return low
  }

  func find(_ path: Path, server: UInt16) -> UInt16? {
    let key = Observation.key(path, server)
    let index = lowerBound(key)
    guard index < count, slots[Int(order[index])].key == key else { return nil }
    return order[index]
  }

  /// `nil` when the table is full.
  mutating func insert(_ observation: Observation) -> UInt16? {
    guard count < capacity else { return nil }
    let index = lowerBound(observation.key)
    let slot = order[count]
    order.move(from: index, to: index &+ 1, count: count &- index)
    order[index] = slot
    slots[Int(slot)] = observation
    count &+= 1
    return slot
  }

  mutating func remove(_ slot: UInt16) {
    unqueue(slot)
    let index = lowerBound(slots[Int(slot)].key)
    precondition(index < count && order[index] == slot)
    order.move(from: index &+ 1, to: index, count: count &- index &- 1)
    count &-= 1
    order[count] = slot
  }

  mutating func removeAll() {
    count = 0
    readyHead = Observation.noSlot
    readyTail = Observation.noSlot
    nextDue = .never
  }

  /// Something is due at `instant`: no later than then the table is looked through.
  @inline(__always)
  mutating func schedule(_ instant: Instant) {
    if instant < nextDue { nextDue = instant }
  }

  /// Starts a look through the table: the caller schedules anew whatever is not due yet.
  mutating func beginSweep() {
    nextDue = .never
  }

  /// Appends to the ready queue, with the need it is there for.
  mutating func enqueue(_ slot: UInt16, _ need: Observation.Need) {
    slots[Int(slot)].need = need
    slots[Int(slot)].next = Observation.noSlot
    if readyTail == Observation.noSlot {
      readyHead = slot
    } else {
      slots[Int(readyTail)].next = slot
    }
    readyTail = slot
  }

  @inline(__always)
  var firstReady: UInt16? {
    readyHead == Observation.noSlot ? nil : readyHead
  }

  /// Takes the first of the ready queue out.
  mutating func dequeue() -> UInt16? {
    guard let slot = firstReady else { return nil }
    readyHead = slots[Int(slot)].next
    if readyHead == Observation.noSlot { readyTail = Observation.noSlot }
    slots[Int(slot)].need = .none
    return slot
  }

  /// Takes one out of the middle of the queue: it ended, or was reported otherwise.
  mutating func unqueue(_ slot: UInt16) {
    switch slots[Int(slot)].need {
    case .changedReady, .periodicReady: break
    case .none, .changed:
      slots[Int(slot)].need = .none
      return
    }
    slots[Int(slot)].need = .none
    if readyHead == slot {
      readyHead = slots[Int(slot)].next
      if readyHead == Observation.noSlot { readyTail = Observation.noSlot }
      return
    }
    var before = readyHead
    while before != Observation.noSlot, slots[Int(before)].next != slot {
      before = slots[Int(before)].next
    }
    guard before != Observation.noSlot else { return }
    slots[Int(before)].next = slots[Int(slot)].next
    if readyTail == slot { readyTail = before }
  }
}
