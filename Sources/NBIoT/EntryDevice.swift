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
    var checked = CheckedConfiguration()
    try unsafe checked.read(config)
    _ = try unsafe checked.memorySize(config)
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
    var settings = Settings()
    try unsafe settings.read(config)
    return DeviceTables.memorySize(settings)
  } catch {
    return 0
  }
}

@c @implementation
public func nbiot_device_create_with(
  _ dev: UnsafeMutablePointer<OpaquePointer?>?, _ config: UnsafePointer<nbiot_config_t>?
) -> Int32 {
  guard let dev = unsafe dev, let config = unsafe config else { return NBIOT_ERR_BADPARAM }
  var made: OpaquePointer?
  let status = unsafe check(config, thenCreate: &made)
  if status == NBIOT_ERR_OK, let device = unsafe made {
    let reference = unsafe DeviceReference(UnsafeMutableRawPointer(device))
    unsafe reference.provision(config.pointee.uri)
    reference.restoreNotifications()
    // No hook can use a device that is not complete.
    unsafe dev.pointee = device
  }
  return status
}

/// Not inlined: what it keeps on the stack does not lie below what looks for an account.
@inline(never)
private func check(
  _ config: UnsafePointer<nbiot_config_t>, thenCreate dev: UnsafeMutablePointer<OpaquePointer?>
) -> Int32 {
  do throws(ConfigurationFault) {
    var checked = CheckedConfiguration()
    try unsafe checked.read(config)
    return unsafe create(dev, config, checked, size: try checked.memorySize(config))
  } catch {
    return error.status
  }
}

@inline(never)
private func create(
  _ dev: UnsafeMutablePointer<OpaquePointer?>, _ config: UnsafePointer<nbiot_config_t>,
  _ checked: CheckedConfiguration, size: UInt32
) -> Int32 {
  guard let hooks = unsafe config.pointee.platform else { return NBIOT_ERR_BADPARAM }
  let platform = unsafe Platform.view(hooks)
  var firstID: UInt32 = 0
  guard unsafe platform.pointee.random(&firstID) >= 0 else { return NBIOT_ERR_RANDOM }
  let given = unsafe config.pointee.memory
  guard let memory = unsafe given ?? platform.pointee.allocate(size) else {
    return NBIOT_ERR_NO_MEMORY
  }
  guard Int(bitPattern: memory) % MemoryBlock.alignment == 0 else {
    unsafe platform.pointee.release(memory)
    return NBIOT_ERR_NO_MEMORY
  }
  var block = unsafe MemoryBlock(unsafeStart: memory, size: Int(size))
  let tables = DeviceTables(checked.settings, from: &block)
  _ = tables.uri.store(unsafe borrowedText(config.pointee.uri, checked.uriLength))
  let reference = unsafe DeviceReference(memory.bindMemory(to: Device.self, capacity: 1))
  unsafe build(
    &reference.device, config, hooks, checked, tables,
    firstID: UInt16(truncatingIfNeeded: firstID))
  _ = unsafe reference.device.engine.identify(
    endpoint: borrowedText(config.pointee.endpoint_name, checked.endpointLength),
    authCode: borrowedText(config.pointee.auth_code, checked.authCodeLength))
  unsafe dev.pointee = OpaquePointer(memory)
  return NBIOT_ERR_OK
}

/// Builds the device where it is to stand. `inout` says that nobody else looks there, so it is not built on the stack.
@inline(never)
private func build(
  _ device: inout Device, _ config: UnsafePointer<nbiot_config_t>,
  _ hooks: UnsafePointer<nbiot_platform_t>, _ checked: CheckedConfiguration,
  _ tables: DeviceTables, firstID: UInt16
) {
  device = unsafe Device(config, hooks, checked, tables, firstID: firstID)
}

@c @implementation
public func nbiot_device_destroy(_ dev: OpaquePointer?) -> Int32 {
  let (reference, refusal) = unsafe DeviceReference.enter(dev, over: .nobody)
  guard let reference else { return refusal }
  reference.destroy()
  return NBIOT_ERR_OK
}
