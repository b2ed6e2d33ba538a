import CShims
import LwM2MClient
import NBIoTBytes

/// The account of a device that bootstraps, over a loss of power (docs/decisions/0018).
///
/// Records pass through the receive buffer: between datagrams nothing is in it.
extension DeviceReference {
  /// The beginning: the bootstrap server that was configured, and the account that was kept.
  @inline(never)
  func provision(_ uri: UnsafePointer<CChar>?) {
    guard device.engine.bootstraps else { return }
    let length = unsafe textLength(uri, limit: device.uriText.capacity)
    _ = device.engine.configureBootstrap(
      uri: unsafe borrowedText(uri, length), identity: Span(), secret: Span())
    device.platform.lock()
    restoreAccount()
    device.platform.unlock()
  }

  /// Without an account, or with one the device of today has no room for, there will be a bootstrap.
  private func restoreAccount() {
    guard device.platform.keeps else { return }
    guard let best = survey().best else { return }
    if restoreAccount(from: best) { return }
    _ = restoreAccount(from: best.other)
  }

  private func restoreAccount(from slot: AccountSlot) -> Bool {
    guard let record = look(at: slot) else { return false }
    let start = unsafe device.receiveBuffer.start + record.account.lowerBound
    let bytes = unsafe Span(_unsafeStart: UnsafePointer(start), count: record.account.count)
    guard device.engine.restore(bytes) else { return false }
    device.accountSlot = slot
    return true
  }

  /// Keeps the account when the engine says so: after Finish, and again when a registration has succeeded.
  @inline(never)
  func keepAccount() {
    guard device.engine.wantsStore else { return }
    device.engine.stored()
    guard device.platform.keeps else { return }
    let records = survey()
    let isConfirmed = device.engine.isConfirmed
    let slot = records.target(confirming: isConfirmed ? device.accountSlot : nil)
    device.accountSlot = nil
    if write(to: slot, records.nextSequence, isConfirmed) { device.accountSlot = slot }
  }

  private func write(to slot: AccountSlot, _ sequence: UInt32, _ isConfirmed: Bool) -> Bool {
    store(prepare(sequence, isConfirmed), in: slot)
  }

  /// Stores the beginning of the receive buffer. Any other answer than the length is a failure, 0 too: a record that found
  /// no room there, or a hook that says 0 for success.
  private func store(_ length: Int, in slot: AccountSlot) -> Bool {
    let start = unsafe device.receiveBuffer.start
    let answer =
      length > 0 ? outside { unsafe device.platform.store(slot.rawValue, start, length) } : 0
    guard length > 0, answer == Int32(truncatingIfNeeded: length) else {
      noteStorage(slot, answer)
      return false
    }
    return true
  }

  /// Factory Reset: the next start finds no account. The one it would find goes last, and stays when the other cannot be
  /// erased, so that no older one takes its place.
  @inline(never)
  func forgetAccount() {
    guard device.engine.bootstraps, device.platform.keeps else { return }
    device.engine.stored()
    device.accountSlot = nil
    let last = survey().best ?? .second
    if erase(last.other) { _ = erase(last) }
  }

  /// A byte that begins no record: a store has at least one.
  private func erase(_ slot: AccountSlot) -> Bool {
    unsafe device.receiveBuffer.start.pointee = 0
    return store(1, in: slot)
  }

  /// The record of the engine's account in the receive buffer; its length, 0 when it has no room there.
  private func prepare(_ sequence: UInt32, _ isConfirmed: Bool) -> Int {
    let buffer = device.receiveBuffer
    guard buffer.capacity > AccountRecord.overhead else { return 0 }
    var room = unsafe MutableSpan(
      _unsafeStart: buffer.start + AccountRecord.headLength,
      count: buffer.capacity &- AccountRecord.overhead)
    let length = device.engine.encodeAccount(into: &room)
    guard length > 0 else { return 0 }
    let record = AccountRecord(
      sequence: sequence, isConfirmed: isConfirmed, accountLength: length)
    var whole = unsafe MutableSpan(_unsafeStart: buffer.start, count: buffer.capacity)
    return record.seal(&whole) ? record.length : 0
  }

  private func survey() -> AccountRecords {
    AccountRecords(first: look(at: .first), second: look(at: .second))
  }

  /// Reads a slot into the receive buffer.
  private func look(at slot: AccountSlot) -> AccountRecord? {
    let buffer = device.receiveBuffer
    let answer = outside {
      unsafe device.platform.load(slot.rawValue, buffer.start, buffer.capacity)
    }
    if answer < 0 { noteStorage(slot, answer) }
    guard answer > 0 else { return nil }
    let length = min(Int(answer), buffer.capacity)
    return AccountRecord(unsafe Span(_unsafeStart: UnsafePointer(buffer.start), count: length))
  }

  private func noteStorage(_ slot: AccountSlot, _ answer: Int32) {
    log(
      UInt8(NBIOT_LOG_ERROR), UInt16(NBIOT_LOG_STORAGE), UInt32(slot.rawValue),
      UInt32(bitPattern: answer))
  }
}
