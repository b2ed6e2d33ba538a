import CShims
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// The calls that take time: passes of service with waits between them.
extension DeviceReference {
  /// Whether a call may take `seconds`, as the classic calls give them.
  @inline(never)
  private func admit(_ seconds: Int32) -> Int32 {
    guard seconds >= -1 else { return NBIOT_ERR_BADPARAM }
    return seconds == 0 || device.platform.canWait ? NBIOT_ERR_OK : NBIOT_ERR_NOT_SUPPORT
  }

  /// When a call that may take `seconds` and begins now has to end; -1 is never. It has work to do.
  private func end(_ seconds: Int32) -> Instant {
    let now = tick()
    device.due = Instant(milliseconds: 0)
    return seconds < 0 ? .never : now.adding(seconds: UInt32(bitPattern: seconds))
  }

  /// Waits until there is work, at most until `end`. `false` when that has come. Without a wake hook nobody can end a
  /// wait, so it is short.
  private func wait(until end: Instant) -> Bool {
    let left = end.since(device.clock.now).count
    guard left > 0 else { return false }
    var time = min(waitTime(), left)
    guard time > 0 else { return true }
    if !device.platform.canWake { time = min(time, 500) }
    let socket = device.link.socket
    device.occupant = .waiting
    outside { device.platform.wait(socket, time) }
    device.occupant = .serving
    return true
  }

  func connect(_ seconds: Int32) -> Int32 {
    let status = admit(seconds)
    guard status == NBIOT_ERR_OK else { return status }
    device.engine.register()
    let end = end(seconds)
    repeat {
      serve()
      let standing = device.engine.standing
      if let status = Status.connecting(standing, device.engine.target) { return status }
    } while wait(until: end)
    return NBIOT_ERR_TIMEOUT
  }

  func step(_ seconds: Int32) -> Int32 {
    var status = admit(seconds)
    guard status == NBIOT_ERR_OK else { return status }
    let end = end(seconds)
    sweep()
    device.hasNews = false
    let before = standing
    repeat {
      serve()
      status = standing
      // With nothing under way there is nothing to wait for.
      if status == NBIOT_ERR_NOT_REGISTER { break }
      if seconds < 0, device.hasNews || status != before { break }
    } while wait(until: end)
    return status
  }

  func sync() -> Int32 {
    device.due = Instant(milliseconds: 0)
    sweep()
    serve(receiving: false)
    return standing
  }

  func close(_ seconds: Int32) -> Int32 {
    let status = admit(seconds)
    guard status == NBIOT_ERR_OK else { return status }
    let end = end(seconds)
    device.farewell = .empty
    let isRegistered = device.engine.deregister()
    if isRegistered {
      repeat { serve() } while device.engine.standing != .idle && wait(until: end)
    }
    if device.engine.standing != .idle || !isRegistered {
      device.engine.abandon()
      // What found no room in the socket would keep it open.
      device.unsent = 0
      serve(receiving: false)
    }
    guard isRegistered else { return NBIOT_ERR_NOT_REGISTER }
    return device.farewell == .deleted ? NBIOT_ERR_OK : NBIOT_ERR_TIMEOUT
  }

  /// What step and poll return.
  var standing: Int32 {
    device.engine.isRegistered
      ? NBIOT_ERR_OK : Status.stepping(device.engine.standing, device.engine.target)
  }

  /// Looks for values the application flagged (CONTRACTS "Values").
  private func sweep() {
    guard device.engine.store.hasUpdated() else { return }
    let now = device.clock.now
    for index in 0..<device.engine.resourceCount {
      let resource = device.engine.resource(at: index)
      guard device.engine.store.takeUpdated(resource.slot) else { continue }
      device.engine.changed(resource.path, now: now)
    }
  }
}
