import CShims
import LwM2MClient
import NBIoTBytes

/// Stored notifications over a loss of power (docs/decisions/0022). The store in the block is the record itself.
extension DeviceReference {
  private var record: LentTable<UInt8> { device.engine.storedRecord }

  /// The latest record that is whole. Without one, nothing is stored.
  @inline(never)
  func restoreNotifications() {
    guard device.engine.keepsStored else { return }
    device.platform.lock()
    let first = load(2)
    var latest = load(3)
    // What was read last stands in the store.
    if let first, !(latest?.isLater(than: first) ?? false) { latest = load(2) }
    let isThere = if let latest { device.engine.restoreStored(latest.count) } else { false }
    if !isThere { mark(NotificationRecord(sequence: 0, count: 0)) }
    device.platform.unlock()
  }

  /// Reads a slot into the store.
  @inline(never)
  private func load(_ slot: UInt8) -> NotificationRecord? {
    let start = unsafe record.start
    let capacity = record.capacity
    let answer = outside { unsafe device.platform.load(slot, start, capacity) }
    // One that is longer belongs to a device with more room.
    if answer < 0 || Int(answer) > capacity { noteKeeping(slot, answer) }
    guard answer > 0 else { return nil }
    return NotificationRecord(
      unsafe Span(_unsafeStart: UnsafePointer(start), count: min(Int(answer), capacity)))
  }

  /// Puts the head in front of the entries.
  @inline(never)
  private func mark(_ head: NotificationRecord) {
    record.withMutableBytes {
      var bytes = $0
      head.seal(&bytes)
    }
  }

  /// The number of the record that was kept last, or restored; 0 before.
  private var sequence: UInt32 {
    record.withBytes(0..<NotificationStore.headLength) { NotificationRecord.sequence(in: $0) }
  }

  /// Writes the record, in the slot that does not hold the one before. What is stored meanwhile comes behind it.
  @inline(never)
  func keepNotifications() {
    let last = sequence
    let next = NotificationRecord(sequence: last &+ 1, count: device.engine.beginKeeping())
    mark(next)
    // What could not be written counts for nothing, and its slot is the next one again.
    if unsafe !keep(record.start, next.length, in: next.slot) {
      mark(NotificationRecord(sequence: last, count: 0))
    }
    device.engine.endKeeping()
  }

  /// Factory Reset: the next start finds nothing. The record it would find goes last.
  @inline(never)
  func forgetNotifications() {
    device.engine.forgetStored()
    guard device.engine.keepsStored else { return }
    let last = NotificationRecord(sequence: sequence, count: 0).slot
    // A byte that begins no record: a store has at least one. Between datagrams nothing is in this buffer.
    let start = unsafe device.receiveBuffer.start
    unsafe start.pointee = 0
    if unsafe keep(start, 1, in: last ^ 1) { _ = unsafe keep(start, 1, in: last) }
  }

  private func keep(_ start: UnsafePointer<UInt8>, _ length: Int, in slot: UInt8) -> Bool {
    let answer = outside { unsafe device.platform.store(slot, start, length) }
    if answer == Int32(truncatingIfNeeded: length) { return true }
    noteKeeping(slot, answer)
    return false
  }

  private func noteKeeping(_ slot: UInt8, _ answer: Int32) {
    log(
      UInt8(NBIOT_LOG_ERROR), UInt16(NBIOT_LOG_STORAGE), UInt32(slot), UInt32(bitPattern: answer))
  }
}
