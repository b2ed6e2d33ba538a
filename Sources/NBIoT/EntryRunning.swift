// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CShims
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

// The entry points that serve a device, and answer for it; nbiot.h says what they do.

@c @implementation
public func nbiot_device_connect(_ dev: OpaquePointer?, _ timeout: Int32) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  return reference.exclusively { reference.connect(timeout) }
}

@c @implementation
public func nbiot_device_step(_ dev: OpaquePointer?, _ timeout: Int32) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  return reference.exclusively { reference.step(timeout) }
}

@c @implementation
public func nbiot_device_poll(
  _ dev: OpaquePointer?, _ wait_ms: UnsafeMutablePointer<UInt32>?
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  return reference.exclusively {
    reference.serve()
    unsafe wait_ms?.pointee = reference.waitTime()
    return Status.stepping(reference.device.engine.standing)
  }
}

@c @implementation
public func nbiot_device_sync(_ dev: OpaquePointer?) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  return reference.exclusively { reference.sync() }
}

@c @implementation
public func nbiot_device_close(_ dev: OpaquePointer?, _ timeout: Int32) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  return reference.exclusively { reference.close(timeout) }
}

@c @implementation
public func nbiot_device_update(
  _ dev: OpaquePointer?, _ life_time: UInt32, _ with_objects: Int32
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  guard life_time == 0 || (life_time >= Lifetime.minimum && life_time <= Lifetime.maximum)
  else { return NBIOT_ERR_BADPARAM }
  return reference.unlessServing {
    switch reference.device.engine.standing {
    case .registered, .updating: break
    default: return NBIOT_ERR_NOT_REGISTER
    }
    reference.device.engine.update(
      lifetime: life_time == 0 ? nil : life_time, withObjects: with_objects != 0)
    reference.wake()
    return NBIOT_ERR_OK
  }
}

@c @implementation
public func nbiot_request_respond(
  _ dev: OpaquePointer?, _ request: UInt32, _ code: Int32,
  _ value: UnsafePointer<nbiot_value_t>?
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  let refusal = Status.refusal(code)
  guard code == 0 || refusal != nil else { return NBIOT_ERR_BADPARAM }
  return reference.always {
    let kind = reference.device.engine.deferredKind(request)
    guard kind != .unknown else { return NBIOT_ERR_NOT_FOUND }
    if let value = unsafe value {
      guard case .read(let path) = kind, code == 0 else { return NBIOT_ERR_BADPARAM }
      let status = unsafe reference.set(path, to: value)
      guard status == NBIOT_ERR_OK else { return status }
    }
    guard reference.device.engine.respond(to: request, code: refusal) else {
      return NBIOT_ERR_NOT_FOUND
    }
    reference.wake()
    return NBIOT_ERR_OK
  }
}

@c @implementation
public func nbiot_device_state(_ dev: OpaquePointer?) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  return reference.always { Status.state(reference.device.engine.standing) }
}

@c @implementation
public func nbiot_device_socket(_ dev: OpaquePointer?) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  return reference.always { reference.device.link.socket }
}

@c @implementation
public func nbiot_device_statistics(
  _ dev: OpaquePointer?, _ statistics: UnsafeMutablePointer<nbiot_statistics_t>?, _ size: UInt32
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev), let statistics = unsafe statistics, size > 0
  else { return NBIOT_ERR_BADPARAM }
  return reference.always {
    var full = nbiot_statistics_t()
    reference.copyStatistics(to: &full)
    let target = UnsafeMutableRawPointer(statistics)
    let known = min(Int(size), MemoryLayout<nbiot_statistics_t>.size)
    unsafe target.copyMemory(from: &full, byteCount: known)
    for offset in known..<Int(size) {
      unsafe target.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
    }
    return NBIOT_ERR_OK
  }
}
