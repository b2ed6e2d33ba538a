// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CShims
import LwM2MClient
import LwM2MModel
import NBIoTBytes

// The entry points for resources and their values; nbiot.h says what they do.

/// A path the caller gave; `nil` when an ID is absent.
private func resourcePath(_ object: UInt16, _ instance: UInt16, _ resource: UInt16) -> Path? {
  guard object != Path.absent, instance != Path.absent, resource != Path.absent else {
    return nil
  }
  return Path(object, instance, resource)
}

/// The type and access of a value, `nil` when they make no sense.
private func kind(
  of value: UnsafePointer<nbiot_value_t>
) -> (type: ValueType, access: Access)? {
  let flag = unsafe value.pointee.flag
  let bits = flag & UInt8(NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_EXECUTABLE | NBIOT_STORAGE)
  let isExecutable = bits & UInt8(NBIOT_EXECUTABLE) != 0
  if isExecutable {
    // What is executed has no value, so its type does not matter.
    guard bits == UInt8(NBIOT_EXECUTABLE) else { return nil }
    return (.opaque, .executable)
  }
  guard let type = unsafe ValueType(rawValue: value.pointee.type) else { return nil }
  if type.isBuffer {
    let buffer = unsafe value.pointee.value.as_buf
    guard unsafe buffer.val != nil || buffer.len == 0 else { return nil }
    let hasStorage = bits & UInt8(NBIOT_STORAGE) != 0
    guard unsafe !hasStorage || (value.pointee.capacity > 0 && buffer.val != nil) else {
      return nil
    }
  }
  let access = bits & UInt8(NBIOT_READABLE | NBIOT_WRITABLE)
  let storage = type.isBuffer ? bits & UInt8(NBIOT_STORAGE) : 0
  return (
    type, Access(rawValue: (access == 0 ? Access.readable.rawValue : access) | storage)
  )
}

extension DeviceReference {
  fileprivate func add(
    _ path: Path, _ type: ValueType, _ access: Access, _ slot: ValueSlot
  ) -> Int32 {
    guard path.object > 1 else { return NBIOT_ERR_NOT_SUPPORT }
    guard device.engine.resource(at: path) == nil else { return NBIOT_ERR_EXISTS }
    guard let number = device.engine.store.insert(slot) else {
      device.engine.statistics[.resources].refuse()
      return NBIOT_ERR_NO_MEMORY
    }
    do throws(Engine<CallerValues>.ResourceError) {
      try device.engine.add(
        Resource(path: path, type: type, access: access, slot: number))
      wake()
      return NBIOT_ERR_OK
    } catch {
      device.engine.store.remove(number)
      return Status.of(error)
    }
  }

  /// Copies a value into the caller's own, of the resource at `path`.
  func set(_ path: Path, to value: UnsafePointer<nbiot_value_t>) -> Int32 {
    guard let resource = device.engine.resource(at: path) else { return NBIOT_ERR_NOT_FOUND }
    let isPlain =
      !resource.access.contains(.builtIn) && !resource.access.contains(.multiple)
      && !resource.access.contains(.executable)
    guard isPlain, let target = unsafe device.engine.store.pointer(resource.slot, at: 0) else {
      return NBIOT_ERR_NOT_SUPPORT
    }
    guard unsafe value.pointee.type == resource.type.rawValue else { return NBIOT_ERR_BADPARAM }
    let status = unsafe copy(value, into: target, resource)
    if status == NBIOT_ERR_OK { device.engine.changed(path, now: device.clock.now) }
    return status
  }

  private func copy(
    _ value: UnsafePointer<nbiot_value_t>, into target: UnsafeMutablePointer<nbiot_value_t>,
    _ resource: Resource
  ) -> Int32 {
    guard resource.type.isBuffer else {
      unsafe target.pointee.value = unsafe value.pointee.value
      return NBIOT_ERR_OK
    }
    let source = unsafe value.pointee.value.as_buf
    guard let room = unsafe target.pointee.value.as_buf.val, resource.access.contains(.storage)
    else { return NBIOT_ERR_NOT_SUPPORT }
    let length = Int(unsafe source.len)
    guard length <= Int(unsafe target.pointee.capacity) else { return NBIOT_ERR_NO_MEMORY }
    guard let start = unsafe source.val else {
      guard length == 0 else { return NBIOT_ERR_BADPARAM }
      unsafe target.pointee.value.as_buf.len = 0
      return NBIOT_ERR_OK
    }
    for index in 0..<length { unsafe room[index] = start[index] }
    unsafe target.pointee.value.as_buf.len = UInt32(truncatingIfNeeded: length)
    return NBIOT_ERR_OK
  }
}

@c @implementation
public func nbiot_resource_add(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16,
  _ data: UnsafeMutablePointer<nbiot_value_t>?
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev), let data = unsafe data,
    let path = resourcePath(objid, instid, resid), let kind = unsafe kind(of: data)
  else { return NBIOT_ERR_BADPARAM }
  let slot = unsafe ValueSlot(single: data, instances: nil, count: 1)
  return reference.unlessServing {
    reference.add(path, kind.type, kind.access, slot)
  }
}

@c @implementation
public func nbiot_resource_add_multiple(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16,
  _ instances: UnsafeMutablePointer<nbiot_instance_t>?, _ count: UInt32
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev), let instances = unsafe instances,
    let path = resourcePath(objid, instid, resid), count > 0, count <= 0xFFFF
  else { return NBIOT_ERR_BADPARAM }
  let slot = unsafe ValueSlot(
    single: nil, instances: instances, count: UInt16(truncatingIfNeeded: count))
  guard let kind = commonKind(of: slot) else { return NBIOT_ERR_BADPARAM }
  return reference.unlessServing {
    reference.add(path, kind.type, kind.access | .multiple, slot)
  }
}

/// The type and access all instances share; `nil` when they do not, or are out of order, or executable.
private func commonKind(of slot: ValueSlot) -> (type: ValueType, access: Access)? {
  guard let instances = unsafe slot.instances, let first = unsafe slot.value(at: 0),
    let common = unsafe kind(of: first), !common.access.contains(.executable)
  else { return nil }
  for index in 1..<max(1, Int(slot.count)) {
    guard unsafe instances[index].id > instances[index - 1].id,
      let value = unsafe slot.value(at: index), let other = unsafe kind(of: value),
      other.type == common.type, other.access == common.access
    else { return nil }
  }
  guard unsafe instances[Int(slot.count) - 1].id != Path.absent else { return nil }
  return common
}

@c @implementation
public func nbiot_resource_del(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev), let path = resourcePath(objid, instid, resid)
  else { return NBIOT_ERR_BADPARAM }
  return reference.unlessServing {
    do throws(Engine<CallerValues>.ResourceError) {
      let slot = try reference.device.engine.remove(path)
      reference.device.engine.store.remove(slot)
      reference.wake()
      return NBIOT_ERR_OK
    } catch {
      return Status.of(error)
    }
  }
}

@c @implementation
public func nbiot_resource_set(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16,
  _ value: UnsafePointer<nbiot_value_t>?
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev), let value = unsafe value,
    let path = resourcePath(objid, instid, resid)
  else { return NBIOT_ERR_BADPARAM }
  return reference.always {
    let status = unsafe reference.set(path, to: value)
    if status == NBIOT_ERR_OK { reference.wake() }
    return status
  }
}

@c @implementation
public func nbiot_resource_notify(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16, _ ack_id: UInt32
) -> Int32 {
  guard let reference = unsafe DeviceReference(dev), let path = resourcePath(objid, instid, resid),
    ack_id <= 0xFFFF
  else { return NBIOT_ERR_BADPARAM }
  return reference.always {
    do throws(Engine<CallerValues>.ReportError) {
      try reference.device.engine.notify(
        path, acknowledgementID: UInt16(truncatingIfNeeded: ack_id),
        now: reference.device.clock.now)
      reference.wake()
      return NBIOT_ERR_OK
    } catch {
      return Status.of(error)
    }
  }
}
