import CShims
import LwM2MClient
import NBIoTBytes

/// A device as the ring works on it: by reference, because callbacks may come back in while a call is under way.
///
/// Every access to `device` is short and ends before a hook or a callback runs.
@safe
struct DeviceReference {
  private let pointer: UnsafeMutablePointer<Device>

  init(_ pointer: UnsafeMutablePointer<Device>) {
    unsafe self.pointer = unsafe pointer
  }

  /// What `handle` was lent as.
  init(_ context: UnsafeMutableRawPointer) {
    unsafe pointer = unsafe context.assumingMemoryBound(to: Device.self)
  }

  var handle: OpaquePointer { unsafe OpaquePointer(pointer) }

  var device: Device {
    @inline(__always)
    unsafeAddress { unsafe UnsafePointer(pointer) }
    @inline(__always)
    nonmutating unsafeMutableAddress { unsafe pointer }
  }

  var environment: UnsafeMutablePointer<nbiot_security_environment_t> {
    unsafe withUnsafeMutablePointer(to: &pointer.pointee.environment) { unsafe $0 }
  }

  var credentials: UnsafeMutablePointer<nbiot_credentials_t> {
    unsafe withUnsafeMutablePointer(to: &pointer.pointee.credentials) { unsafe $0 }
  }

  // MARK: Who may come in

  /// Comes in with the lock held when nobody is inside but, at most, `occupant`; otherwise stays out, and `refusal` says
  /// why. Who tolerates nobody is the one that serves.
  static func enter(
    _ handle: OpaquePointer?, over occupant: Occupant
  ) -> (reference: DeviceReference?, refusal: Int32) {
    guard let handle = unsafe handle, Int(bitPattern: handle) % MemoryBlock.alignment == 0
    else { return (nil, NBIOT_ERR_BADPARAM) }
    let reference = unsafe DeviceReference(UnsafeMutablePointer<Device>(handle))
    guard reference.device.signature == Device.living else { return (nil, NBIOT_ERR_BADPARAM) }
    reference.device.platform.lock()
    guard reference.device.occupant.rawValue <= occupant.rawValue else {
      reference.device.platform.unlock()
      return (nil, NBIOT_ERR_BUSY)
    }
    if occupant == .nobody {
      reference.device.occupant = .serving
    } else {
      reference.device.due = Instant(milliseconds: 0)
    }
    return (reference, NBIOT_ERR_OK)
  }

  /// Goes, as whoever entered over any occupant.
  @inline(never)
  func leave(_ status: Int32) -> Int32 {
    device.platform.unlock()
    return status
  }

  /// Goes, as the one that served.
  func finish(_ status: Int32) -> Int32 {
    device.occupant = .nobody
    return leave(status)
  }

  /// Runs a hook or a callback without the lock. The device stays occupied.
  func outside<Result>(_ body: () -> Result) -> Result {
    device.platform.unlock()
    let result = body()
    device.platform.lock()
    return result
  }

  /// When a call created work, a thread that waits has to see it.
  func woken(_ status: Int32) -> Int32 {
    if status == NBIOT_ERR_OK, device.occupant == .waiting {
      device.platform.wake(device.link.socket)
    }
    return status
  }

  func log(_ level: UInt8, _ event: UInt16, _ a: UInt32, _ b: UInt32) {
    guard device.platform.logs else { return }
    outside { device.platform.log(level, event, a, b) }
  }

  // MARK: The beginning and the end

  /// Ends a device. Its memory is the caller's, or the port's, again.
  func destroy() {
    closeLink(notify: true)
    device.signature = Device.dead
    let device = unsafe pointer.move()
    device.platform.unlock()
    if device.isAllocated { unsafe device.platform.release(UnsafeMutableRawPointer(pointer)) }
  }
}
