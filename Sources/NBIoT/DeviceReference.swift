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

  /// `nil` for null and for what is no living device.
  @inline(__always)
  init?(_ handle: OpaquePointer?) {
    guard let handle = unsafe handle, Int(bitPattern: handle) % MemoryBlock.alignment == 0
    else { return nil }
    let pointer = unsafe UnsafeMutablePointer<Device>(handle)
    guard unsafe pointer.pointee.signature == Device.living else { return nil }
    unsafe self.pointer = unsafe pointer
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

  // MARK: Who may come in

  /// For calls that are welcome at any time, from callbacks and other threads too.
  @inline(__always)
  func always(_ body: () -> Int32) -> Int32 {
    device.platform.lock()
    let status = body()
    device.platform.unlock()
    return status
  }

  /// For calls that change tables: not while a callback runs.
  func unlessServing(_ body: () -> Int32) -> Int32 {
    device.platform.lock()
    defer { device.platform.unlock() }
    guard device.occupant != .serving else { return NBIOT_ERR_BUSY }
    return body()
  }

  /// For calls that serve the device: one at a time.
  @inline(__always)
  func exclusively(_ body: () -> Int32) -> Int32 {
    device.platform.lock()
    guard device.occupant == .nobody else {
      device.platform.unlock()
      return NBIOT_ERR_BUSY
    }
    device.occupant = .serving
    let status = body()
    device.occupant = .nobody
    device.platform.unlock()
    return status
  }

  /// Runs a hook or a callback without the lock. The device stays occupied.
  @inline(__always)
  func outside<Result>(_ body: () -> Result) -> Result {
    device.platform.unlock()
    let result = body()
    device.platform.lock()
    return result
  }

  /// Work was created: a thread that waits has to see it.
  func wake() {
    guard device.occupant == .waiting, device.platform.canWake else { return }
    device.platform.wake(device.link.socket)
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
