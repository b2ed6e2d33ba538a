// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CShims
import CoAPWire
import LwM2MClient
import NBIoTBytes

// The entry points that make, check and end a device; nbiot.h says what they do.

@c @implementation
public func nbiot_version() -> UInt32 { 0x000100 }

@c @implementation
public func nbiot_config_check(
  _ config: UnsafePointer<nbiot_config_t>?, _ field: UnsafeMutablePointer<UInt32>?
) -> Int32 {
  unsafe field?.pointee = NBIOT_FIELD_NONE
  guard let config = unsafe config else { return NBIOT_ERR_BADPARAM }
  do throws(ConfigurationFault) {
    _ = try unsafe CheckedConfiguration(config)
    return NBIOT_ERR_OK
  } catch {
    unsafe field?.pointee = error.field
    return error.status
  }
}

@c @implementation
public func nbiot_device_memory_size(_ config: UnsafePointer<nbiot_config_t>?) -> UInt32 {
  guard let config = unsafe config else { return 0 }
  do throws(ConfigurationFault) {
    return DeviceTables.memorySize(try unsafe Settings(capacitiesOf: config.pointee))
  } catch {
    return 0
  }
}

@c @implementation
public func nbiot_device_create_with(
  _ dev: UnsafeMutablePointer<OpaquePointer?>?, _ config: UnsafePointer<nbiot_config_t>?
) -> Int32 {
  guard let dev = unsafe dev, let config = unsafe config else { return NBIOT_ERR_BADPARAM }
  do throws(ConfigurationFault) {
    let checked = try unsafe CheckedConfiguration(config)
    return unsafe create(dev, config, checked)
  } catch {
    return error.status
  }
}

private func create(
  _ dev: UnsafeMutablePointer<OpaquePointer?>, _ config: UnsafePointer<nbiot_config_t>,
  _ checked: CheckedConfiguration
) -> Int32 {
  guard let hooks = unsafe config.pointee.platform else { return NBIOT_ERR_BADPARAM }
  let platform = unsafe Platform(hooks.pointee)
  var firstID: UInt32 = 0
  guard platform.random(&firstID) >= 0 else { return NBIOT_ERR_RANDOM }
  let given = unsafe config.pointee.memory
  guard let memory = unsafe given ?? platform.allocate(checked.memorySize) else {
    return NBIOT_ERR_NO_MEMORY
  }
  guard Int(bitPattern: memory) % MemoryBlock.alignment == 0 else {
    unsafe platform.release(memory)
    return NBIOT_ERR_BADPARAM
  }
  var block = unsafe MemoryBlock(unsafeStart: memory, size: Int(checked.memorySize))
  let tables = DeviceTables(checked.settings, from: &block)
  let device = unsafe memory.bindMemory(to: Device.self, capacity: 1)
  unsafe initialize(
    device, config, checked, tables, platform, firstID: UInt16(truncatingIfNeeded: firstID))
  unsafe dev.pointee = OpaquePointer(memory)
  return NBIOT_ERR_OK
}

private func initialize(
  _ device: UnsafeMutablePointer<Device>, _ config: UnsafePointer<nbiot_config_t>,
  _ checked: CheckedConfiguration, _ tables: DeviceTables, _ platform: consuming Platform,
  firstID: UInt16
) {
  let reading = platform.now()
  let values = unsafe CallerValues(
    tables.slots, info: config.pointee.device_info, lifetime: checked.engine.lifetime)
  _ = tables.uri.store(unsafe bytes(config.pointee.uri, checked.uriLength))
  unsafe device.initialize(
    to: Device(
      isAllocated: config.pointee.memory == nil, signature: Device.living,
      clock: WrappingClock(reading), platform: platform,
      callbacks: Callbacks(config.pointee),
      link: Link(
        port: checked.uri.port, localPort: config.pointee.local_port,
        isSecure: checked.uri.isSecure),
      security: checked.uri.isSecure ? SecurityProvider(config.pointee) : nil,
      engine: Engine(checked.engine, tables: tables.engine, store: values, firstID: firstID),
      uriText: tables.uri, uri: checked.uri, receiveBuffer: tables.receive, sendBuffer: tables.send)
  )
  _ = unsafe device.pointee.engine.identify(
    endpoint: bytes(config.pointee.endpoint_name, checked.endpointLength),
    authCode: bytes(config.pointee.auth_code, checked.authCodeLength))
}

/// Text of the caller, for the duration of a call.
@_lifetime(immortal)
private func bytes(_ start: UnsafePointer<CChar>?, _ count: Int) -> Span<UInt8> {
  guard let start = unsafe start else { return Span() }
  let raw = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
  return unsafe _overrideLifetime(Span(_unsafeStart: raw, count: count), copying: ())
}

@c @implementation
public func nbiot_device_destroy(_ dev: OpaquePointer?) -> Int32 {
  guard let reference = unsafe DeviceReference(dev) else { return NBIOT_ERR_BADPARAM }
  reference.device.platform.lock()
  guard reference.device.occupant == .nobody else {
    reference.device.platform.unlock()
    return NBIOT_ERR_BUSY
  }
  reference.destroy()
  return NBIOT_ERR_OK
}
