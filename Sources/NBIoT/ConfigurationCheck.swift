import CShims
import CoAPWire
import LwM2MClient
import NBIoTBytes

/// A configuration that may be made a device of.
@safe
struct CheckedConfiguration {
  let settings: Settings
  let engine: EngineConfiguration
  let uri: ServerURI
  let endpointLength: Int
  let uriLength: Int
  let authCodeLength: Int
  let memorySize: UInt32

  /// Throws the first bad field.
  init(_ config: UnsafePointer<nbiot_config_t>) throws(ConfigurationFault) {
    guard unsafe config.pointee.abi == NBIOT_ABI else {
      throw ConfigurationFault(NBIOT_FIELD_ABI, NBIOT_ERR_ABI)
    }
    settings = try unsafe Settings(capacitiesOf: config.pointee)
    engine = try unsafe EngineConfiguration(checking: config.pointee)
    try unsafe CheckedConfiguration.checkPlatform(config.pointee.platform)
    endpointLength = try unsafe CheckedConfiguration.text(
      config.pointee.endpoint_name, settings.capacities.endpoint, NBIOT_FIELD_ENDPOINT_NAME,
      isRequired: true)
    uriLength = try unsafe CheckedConfiguration.text(
      config.pointee.uri, settings.uriCapacity, NBIOT_FIELD_URI, isRequired: true)
    authCodeLength = try unsafe CheckedConfiguration.text(
      config.pointee.auth_code, settings.capacities.authCode, NBIOT_FIELD_AUTH_CODE,
      isRequired: false)
    uri = try unsafe CheckedConfiguration.uri(config.pointee, length: uriLength)
    memorySize = DeviceTables.memorySize(settings)
    try unsafe checkMemory(config.pointee)
  }

  private static func checkPlatform(
    _ platform: UnsafePointer<nbiot_platform_t>?
  ) throws(ConfigurationFault) {
    guard let platform = unsafe platform else { throw ConfigurationFault(NBIOT_FIELD_PLATFORM) }
    guard unsafe platform.pointee.abi == NBIOT_ABI else {
      throw ConfigurationFault(NBIOT_FIELD_PLATFORM_ABI, NBIOT_ERR_ABI)
    }
    let hooks = unsafe platform.pointee
    let hasMandatory =
      unsafe hooks.now_ms != nil && hooks.random != nil && hooks.resolve != nil
      && hooks.udp_open != nil && hooks.udp_send != nil && hooks.udp_receive != nil
      && hooks.udp_close != nil
    let hasPairs =
      unsafe (hooks.lock == nil) == (hooks.unlock == nil)
      && (hooks.allocate == nil) == (hooks.release == nil)
    guard hasMandatory, hasPairs else { throw ConfigurationFault(NBIOT_FIELD_PLATFORM_HOOKS) }
  }

  private static func text(
    _ start: UnsafePointer<CChar>?, _ capacity: Int, _ field: UInt32, isRequired: Bool
  ) throws(ConfigurationFault) -> Int {
    let length = unsafe textLength(start, limit: capacity)
    guard length <= capacity else { throw ConfigurationFault(field, NBIOT_ERR_NO_MEMORY) }
    guard length > 0 || !isRequired else { throw ConfigurationFault(field) }
    return length
  }

  private static func uri(
    _ config: nbiot_config_t, length: Int
  ) throws(ConfigurationFault) -> ServerURI {
    let uri: ServerURI
    do throws(ServerURIError) {
      let start = unsafe UnsafeRawPointer(config.uri.unsafelyUnwrapped)
        .assumingMemoryBound(to: UInt8.self)
      uri = try ServerURI(parsing: unsafe Span(_unsafeStart: start, count: length))
    } catch {
      throw ConfigurationFault(NBIOT_FIELD_URI, NBIOT_ERR_INVALID_URI)
    }
    guard unsafe config.bootstrap == 0, !uri.namesBootstrapServer else {
      throw ConfigurationFault(NBIOT_FIELD_BOOTSTRAP, NBIOT_ERR_NOT_SUPPORT)
    }
    if uri.isSecure { try unsafe checkSecurity(config.security) }
    return uri
  }

  private static func checkSecurity(
    _ provider: UnsafePointer<nbiot_security_t>?
  ) throws(ConfigurationFault) {
    guard let provider = unsafe provider else {
      throw ConfigurationFault(NBIOT_FIELD_SECURITY, NBIOT_ERR_NOT_SUPPORT)
    }
    guard unsafe provider.pointee.abi == NBIOT_ABI else {
      throw ConfigurationFault(NBIOT_FIELD_SECURITY, NBIOT_ERR_ABI)
    }
    let table = unsafe provider.pointee
    guard
      unsafe table.open != nil && table.step != nil && table.input != nil && table.send != nil
        && table.close != nil
    else { throw ConfigurationFault(NBIOT_FIELD_SECURITY) }
  }

  private func checkMemory(_ config: nbiot_config_t) throws(ConfigurationFault) {
    guard let memory = unsafe config.memory else {
      guard unsafe config.platform?.pointee.allocate != nil else {
        throw ConfigurationFault(NBIOT_FIELD_MEMORY, NBIOT_ERR_NOT_SUPPORT)
      }
      return
    }
    guard Int(bitPattern: memory) % MemoryBlock.alignment == 0 else {
      throw ConfigurationFault(NBIOT_FIELD_MEMORY)
    }
    guard unsafe config.memory_size >= memorySize else {
      throw ConfigurationFault(NBIOT_FIELD_MEMORY, NBIOT_ERR_NO_MEMORY)
    }
  }
}
