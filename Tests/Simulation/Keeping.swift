import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// What outlives a loss of power, and what does not.
extension World {
  /// As the ring: keeps the record of what is stored.
  func keep() {
    let count = engine.beginKeeping()
    let record = engine.storedRecord
    let start = NotificationStore.headLength
    kept = (start..<start + count).map { record[$0] }
    keepings += 1
    engine.endKeeping()
  }

  func restore(_ record: [UInt8]) {
    let table = engine.storedRecord
    let start = NotificationStore.headLength
    for (index, byte) in record.enumerated() where start + index < table.capacity {
      table[start + index] = byte
    }
    if !engine.restoreStored(record.count) { write("nothing restored") }
  }

  /// Sets the value of the first resource, and tells of it; what was wrong with that.
  @discardableResult
  public func report(
    _ value: Double, ack: UInt16 = 0
  ) -> Engine<Cabinet>.ReportError? {
    engine.store.set(.float(value), in: 0)
    return notify(Path(3303, 0, 5700), ack: ack)
  }

  @discardableResult
  public func notify(_ path: Path, ack: UInt16 = 0) -> Engine<Cabinet>.ReportError? {
    defer { settle() }
    do {
      try engine.notify(path, acknowledgementID: ack, now: instant)
      return nil
    } catch {
      return error
    }
  }

  @discardableResult
  public func watch(
    _ path: String = "/3303/0/5700", token: [UInt8] = [4]
  ) -> Datagram { request(.get, path, [.observe(0)], token: token) }
}
