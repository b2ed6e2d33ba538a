// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CShims
import LwM2MClient
import LwM2MModel
import NBIoTBytes

// The entry points for resources and their values; nbiot.h says what they do.

extension Path {
  /// Whether all three IDs are there.
  fileprivate var isResource: Bool {
    object != Path.absent && instance != Path.absent && resource != Path.absent
  }
}

/// What the core has to know about a value.
private struct Kind: Equatable {
  var type: ValueType
  var access: Access

  /// `nil` when type, access and buffer make no sense together.
  init?(of value: UnsafePointer<nbiot_value_t>) {
    let bits =
      unsafe value.pointee.flag
      & UInt8(
        NBIOT_READABLE | NBIOT_WRITABLE | NBIOT_EXECUTABLE | NBIOT_STORAGE | NBIOT_STREAMED)
    if bits == UInt8(NBIOT_EXECUTABLE) {
      // What is executed has no value, so its type does not matter.
      type = .opaque
      access = .executable
      return
    }
    guard bits & UInt8(NBIOT_EXECUTABLE) == 0,
      let type = unsafe ValueType(rawValue: value.pointee.type)
    else { return nil }
    self.type = type
    let storage = type.isBuffer ? bits & UInt8(NBIOT_STORAGE) : 0
    let access = bits & UInt8(NBIOT_READABLE | NBIOT_WRITABLE)
    // The flag is the core's bit, so it needs no translation.
    let awaited = unsafe value.pointee.flag & UInt8(NBIOT_MANDATORY)
    self.access = Access(
      rawValue: (access == 0 ? UInt8(NBIOT_READABLE) : access) | storage | awaited)
    if bits & UInt8(NBIOT_STREAMED) != 0 {
      guard bits & UInt8(NBIOT_WRITABLE) != 0, storage == 0, type.isStreamable else { return nil }
      self.access = self.access | .streamed
    }
    guard type.isBuffer else { return }
    // A buffer is there when it has bytes, or room for some.
    let isThere = unsafe value.pointee.value.as_buf.val != nil
    guard
      isThere
        ? unsafe storage == 0 || value.pointee.capacity > 0
        : unsafe storage == 0 && value.pointee.value.as_buf.len == 0
    else { return nil }
  }

  /// What all values of a slot are; `nil` when they differ, are out of order, or several and executable.
  init?(of slot: ValueSlot) {
    guard let first = unsafe slot.value(at: 0), let common = unsafe Kind(of: first) else {
      return nil
    }
    self = common
    guard slot.isMultiple else { return }
    access = access | .multiple
    guard common.access != .executable, !common.access.contains(.streamed) else { return nil }
    var last = -1
    for index in 0..<slot.count {
      let id = Int(slot.id(at: index))
      guard id > last, id != Int(Path.absent), let value = unsafe slot.value(at: index),
        unsafe Kind(of: value) == common
      else { return nil }
      last = id
    }
  }
}

extension DeviceReference {
  fileprivate func add(_ path: Path, _ kind: Kind, _ slot: ValueSlot) -> Int32 {
    // OSCORE keys (object 21 of LwM2M 1.1) are as little a server's to see as those of object 0.
    guard path.object > 1, path.object != 21,
      unsafe !kind.access.contains(.streamed) || device.callbacks.writeBlock != nil
    else { return NBIOT_ERR_NOT_SUPPORT }
    guard device.engine.resource(at: path) == nil else { return NBIOT_ERR_EXISTS }
    guard let number = device.engine.store.insert(slot) else {
      device.engine.lackRoom()
      return NBIOT_ERR_NO_MEMORY
    }
    do throws(Engine<CallerValues>.ResourceError) {
      try device.engine.add(
        Resource(path: path, type: kind.type, access: kind.access, slot: number))
      return NBIOT_ERR_OK
    } catch {
      device.engine.store.remove(number)
      return Status.of(error)
    }
  }

  fileprivate func remove(_ path: Path) -> Int32 {
    do throws(Engine<CallerValues>.ResourceError) {
      try device.engine.remove(path)
      return NBIOT_ERR_OK
    } catch {
      return Status.of(error)
    }
  }

  /// Whoever observes is told: a flag would tell them twice.
  @inline(never)
  private func takeFlag(_ path: Path) {
    guard let resource = device.engine.resource(at: path) else { return }
    _ = device.engine.store.takeUpdated(resource.slot)
  }

  fileprivate func notify(_ path: Path, acknowledgementID: UInt16) -> Int32 {
    do throws(Engine<CallerValues>.ReportError) {
      try device.engine.notify(
        path, acknowledgementID: acknowledgementID, now: device.clock.now)
      if acknowledgementID != 0 { takeFlag(path) }
      return NBIOT_ERR_OK
    } catch {
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
    unsafe UnsafeMutableRawPointer(room).copyMemory(from: start, byteCount: length)
    unsafe target.pointee.value.as_buf.len = UInt32(truncatingIfNeeded: length)
    return NBIOT_ERR_OK
  }
}

@c @implementation
public func nbiot_device_error(_ dev: OpaquePointer?, _ code: UInt8) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  switch reference.device.engine.store.note(error: code) {
  case .noRoom: return reference.leave(NBIOT_ERR_NO_MEMORY)
  case .nothingNew: return reference.leave(NBIOT_ERR_OK)
  case .changed:
    reference.device.engine.changed(Path(3, 0, 11), now: reference.device.clock.now)
    return reference.leave(reference.woken(NBIOT_ERR_OK))
  }
}

@c @implementation
public func nbiot_resource_add(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16,
  _ data: UnsafeMutablePointer<nbiot_value_t>?
) -> Int32 {
  guard let data = unsafe data else { return NBIOT_ERR_BADPARAM }
  return unsafe add(dev, Path(objid, instid, resid), ValueSlot(data))
}

@c @implementation
public func nbiot_resource_add_multiple(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16,
  _ instances: UnsafeMutablePointer<nbiot_instance_t>?, _ count: UInt32
) -> Int32 {
  guard let instances = unsafe instances, count > 0, count <= 0xFFFF else {
    return NBIOT_ERR_BADPARAM
  }
  return unsafe add(
    dev, Path(objid, instid, resid),
    ValueSlot(instances, count: UInt16(truncatingIfNeeded: count)))
}

private func add(_ dev: OpaquePointer?, _ path: Path, _ slot: ValueSlot) -> Int32 {
  guard path.isResource, let kind = Kind(of: slot) else { return NBIOT_ERR_BADPARAM }
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  // A callback may add to the instance it is asked to agree to, and to no other.
  guard reference.device.occupant != .serving || reference.device.engine.isCreating(path) else {
    return reference.leave(NBIOT_ERR_BUSY)
  }
  return reference.leave(reference.woken(reference.add(path, kind, slot)))
}

@c @implementation
public func nbiot_resource_del(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16
) -> Int32 {
  let path = Path(objid, instid, resid)
  guard path.isResource else { return NBIOT_ERR_BADPARAM }
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .waiting)
  guard let reference else { return refusal }
  return reference.leave(reference.woken(reference.remove(path)))
}

@c @implementation
public func nbiot_resource_set(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16,
  _ value: UnsafePointer<nbiot_value_t>?
) -> Int32 {
  let path = Path(objid, instid, resid)
  guard path.isResource, let value = unsafe value else { return NBIOT_ERR_BADPARAM }
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  return reference.leave(reference.woken(unsafe reference.set(path, to: value)))
}

@c @implementation
public func nbiot_resource_notify(
  _ dev: OpaquePointer?, _ objid: UInt16, _ instid: UInt16, _ resid: UInt16, _ ack_id: UInt32
) -> Int32 {
  let path = Path(objid, instid, resid)
  guard path.isResource, ack_id <= 0xFFFF else { return NBIOT_ERR_BADPARAM }
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .serving)
  guard let reference else { return refusal }
  return reference.leave(
    reference.woken(
      reference.notify(path, acknowledgementID: UInt16(truncatingIfNeeded: ack_id))))
}
