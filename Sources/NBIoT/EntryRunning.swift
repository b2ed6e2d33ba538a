// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CShims
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

// The entry points that serve a device, and answer for it; nbiot.h says what they do.

@c @implementation
public func nbiot_device_connect(_ dev: OpaquePointer?, _ timeout: Int32) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .nobody)
  guard let reference else { return refusal }
  return reference.finish(reference.connect(timeout))
}

@c @implementation
public func nbiot_device_step(_ dev: OpaquePointer?, _ timeout: Int32) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .nobody)
  guard let reference else { return refusal }
  return reference.finish(reference.step(timeout))
}

@c @implementation
public func nbiot_device_poll(
  _ dev: OpaquePointer?, _ wait_ms: UnsafeMutablePointer<UInt32>?
) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .nobody)
  guard let reference else { return refusal }
  reference.serve()
  unsafe wait_ms?.pointee = reference.waitTime()
  return reference.finish(reference.standing)
}

@c @implementation
public func nbiot_device_sync(_ dev: OpaquePointer?) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .nobody)
  guard let reference else { return refusal }
  return reference.finish(reference.sync())
}

@c @implementation
public func nbiot_device_close(_ dev: OpaquePointer?, _ timeout: Int32) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .nobody)
  guard let reference else { return refusal }
  return reference.finish(reference.close(timeout))
}

@c @implementation
public func nbiot_device_update(
  _ dev: OpaquePointer?, _ life_time: UInt32, _ with_objects: Int32
) -> Int32 {
  guard life_time == 0 || (life_time >= Lifetime.minimum && life_time <= Lifetime.maximum)
  else { return NBIOT_ERR_BADPARAM }
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .waiting)
  guard let reference else { return refusal }
  guard reference.standing == NBIOT_ERR_OK else {
    return reference.leave(NBIOT_ERR_NOT_REGISTER)
  }
  reference.device.engine.update(
    lifetime: life_time == 0 ? nil : life_time, withObjects: with_objects != 0)
  return reference.leave(reference.woken(NBIOT_ERR_OK))
}

@c @implementation
public func nbiot_device_rebind(_ dev: OpaquePointer?) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .waiting)
  guard let reference else { return refusal }
  guard reference.device.engine.rebind() else {
    return reference.leave(NBIOT_ERR_NOT_REGISTER)
  }
  reference.device.link.discard()
  return reference.leave(reference.woken(NBIOT_ERR_OK))
}

@c @implementation
public func nbiot_request_respond(
  _ dev: OpaquePointer?, _ request: UInt32, _ code: Int32,
  _ value: UnsafePointer<nbiot_value_t>?
) -> Int32 {
  let refusing = Status.refusal(code)
  guard code == 0 || refusing != nil else { return NBIOT_ERR_BADPARAM }
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  return reference.leave(
    reference.woken(unsafe reference.respond(to: request, refusing, value)))
}

extension DeviceReference {
  fileprivate func respond(
    to request: UInt32, _ code: Code?, _ value: UnsafePointer<nbiot_value_t>?
  ) -> Int32 {
    let kind = device.engine.deferredKind(request)
    guard kind != .unknown else { return NBIOT_ERR_NOT_FOUND }
    if let value = unsafe value {
      guard case .read(let path) = kind, code == nil else { return NBIOT_ERR_BADPARAM }
      let status = unsafe set(path, to: value)
      guard status == NBIOT_ERR_OK else { return status }
    }
    return device.engine.respond(to: request, code: code, now: device.clock.now)
      ? NBIOT_ERR_OK : NBIOT_ERR_NOT_FOUND
  }
}

@c @implementation
public func nbiot_device_state(_ dev: OpaquePointer?) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  return reference.leave(Status.state(reference.device.engine.standing))
}

@c @implementation
public func nbiot_device_socket(_ dev: OpaquePointer?) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  return reference.leave(reference.device.link.socket)
}

@c @implementation
public func nbiot_device_statistics(
  _ dev: OpaquePointer?, _ statistics: UnsafeMutablePointer<nbiot_statistics_t>?, _ size: UInt32
) -> Int32 {
  guard let statistics = unsafe statistics, size > 0 else { return NBIOT_ERR_BADPARAM }
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  var full = nbiot_statistics_t()
  reference.copyStatistics(to: &full)
  let target = UnsafeMutableRawPointer(statistics)
  let known = min(Int(size), MemoryLayout<nbiot_statistics_t>.size)
  unsafe target.copyMemory(from: &full, byteCount: known)
  unsafe (target + known).initializeMemory(
    as: UInt8.self, repeating: 0, count: Int(size) &- known)
  return reference.leave(NBIOT_ERR_OK)
}
