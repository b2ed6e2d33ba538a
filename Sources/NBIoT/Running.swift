import CShims
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// The calls that take time: passes of service with waits between them.
extension DeviceReference {
  /// How long a call may take.
  enum Patience {
    case onePass
    case until(Instant)
    case unlimited

    /// `seconds` as the classic calls give it; `nil` when it is out of range.
    init?(seconds: Int32, now: Instant) {
      switch seconds {
      case 0: self = .onePass
      case -1: self = .unlimited
      case 1...: self = .until(now.adding(seconds: UInt32(seconds)))
      default: return nil
      }
    }
  }

  /// Serves until `isDone` says so or patience ends. Returns what it said, or `nil`.
  func serve(for patience: Patience, until isDone: () -> Int32?) -> Int32? {
    while true {
      serve()
      if let status = isDone() { return status }
      var limit = waitTime()
      switch patience {
      case .onePass:
        return nil
      case .until(let end):
        guard device.clock.now < end else { return nil }
        limit = min(limit, end.since(device.clock.now).count)
      case .unlimited:
        break
      }
      wait(limit)
    }
  }

  /// Without a wake hook nobody can end a wait, so it is short.
  private func wait(_ limit: UInt32) {
    guard limit > 0 else { return }
    let socket = device.link.socket
    let time = device.platform.canWake ? limit : min(limit, 500)
    device.occupant = .waiting
    outside { device.platform.wait(socket, time) }
    device.occupant = .serving
  }

  /// Why a call that waits cannot be made, or what it may take.
  private func patience(_ seconds: Int32) -> (status: Int32, patience: Patience) {
    tick()
    guard let patience = Patience(seconds: seconds, now: device.clock.now) else {
      return (NBIOT_ERR_BADPARAM, .onePass)
    }
    if case .onePass = patience { return (NBIOT_ERR_OK, patience) }
    return (device.platform.canWait ? NBIOT_ERR_OK : NBIOT_ERR_NOT_SUPPORT, patience)
  }

  func connect(_ seconds: Int32) -> Int32 {
    let (status, patience) = patience(seconds)
    guard status == NBIOT_ERR_OK else { return status }
    device.engine.register()
    return serve(for: patience) { Status.connecting(device.engine.standing) }
      ?? NBIOT_ERR_TIMEOUT
  }

  func step(_ seconds: Int32) -> Int32 {
    let (status, patience) = patience(seconds)
    guard status == NBIOT_ERR_OK else { return status }
    sweep()
    device.hasNews = false
    let before = Status.stepping(device.engine.standing)
    return serve(for: patience) {
      let current = Status.stepping(device.engine.standing)
      switch current {
      // With nothing under way there is nothing to wait for.
      case NBIOT_ERR_NOT_REGISTER: return current
      default: break
      }
      guard case .unlimited = patience else { return nil }
      return device.hasNews || current != before ? current : nil
    } ?? Status.stepping(device.engine.standing)
  }

  func sync() -> Int32 {
    sweep()
    serve(receiving: false)
    return Status.stepping(device.engine.standing)
  }

  func close(_ seconds: Int32) -> Int32 {
    let (status, patience) = patience(seconds)
    guard status == NBIOT_ERR_OK else { return status }
    device.farewell = nil
    guard device.engine.deregister() else {
      device.engine.abandon()
      serve(receiving: false)
      return NBIOT_ERR_NOT_REGISTER
    }
    _ = serve(for: patience) {
      device.engine.standing == .idle ? NBIOT_ERR_OK : nil
    }
    if device.engine.standing != .idle {
      device.engine.abandon()
      serve(receiving: false)
    }
    return device.farewell == .deleted ? NBIOT_ERR_OK : NBIOT_ERR_TIMEOUT
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
