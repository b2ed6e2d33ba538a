import CShims
import CoAPExchange
import CoAPWire
import LwM2MClient
import NBIoTBytes

/// A configuration that may be made a device of. It is filled where it stands: a value returned is built elsewhere first.
@safe
struct CheckedConfiguration {
  private(set) var settings = Settings()
  private(set) var engine = EngineConfiguration()
  private(set) var endpointLength = 0
  private(set) var uriLength = 0
  private(set) var authCodeLength = 0
  private(set) var uri = ServerURI()

  /// Throws the first bad field.
  @inline(never)
  mutating func read(
    _ config: UnsafePointer<nbiot_config_t>
  ) throws(ConfigurationFault) {
    guard unsafe config.pointee.abi == NBIOT_ABI else {
      throw ConfigurationFault(NBIOT_FIELD_ABI, NBIOT_ERR_ABI)
    }
    try unsafe settings.read(config)
    try unsafe engine.read(config)
    engine.receiveCapacity = UInt16(truncatingIfNeeded: settings[.receive])
    try unsafe config.pointee.checkPlatform()
    endpointLength = try unsafe ConfigurationFault.checkText(
      config.pointee.endpoint_name, settings[.endpoint], NBIOT_FIELD_ENDPOINT_NAME)
    uriLength = try unsafe ConfigurationFault.checkText(
      config.pointee.uri, settings[.uri], NBIOT_FIELD_URI)
    authCodeLength = try unsafe ConfigurationFault.checkText(
      config.pointee.auth_code, settings[.authCode], NBIOT_FIELD_AUTH_CODE)
    do throws(ServerURIError) {
      uri = try unsafe ServerURI(parsing: borrowedText(config.pointee.uri, uriLength))
    } catch {
      throw ConfigurationFault(NBIOT_FIELD_URI, NBIOT_ERR_INVALID_URI)
    }
    guard unsafe config.pointee.bootstrap <= 1 else {
      throw ConfigurationFault(NBIOT_FIELD_BOOTSTRAP)
    }
    engine.storingPolicy = try unsafe config.pointee.storingPolicy()
    engine.keepsStored = try unsafe config.pointee.keepsStored()
    // What a bootstrap server writes may be secure when its own URI is not.
    if uri.isSecure || settings.bootstraps && engine.secures {
      try unsafe config.pointee.checkSecurity()
    }
  }

  /// The size of the block, for which there has to be room. Not part of `init`, below which it would lie on the stack.
  func memorySize(
    _ config: UnsafePointer<nbiot_config_t>
  ) throws(ConfigurationFault) -> UInt32 {
    let size = DeviceTables.memorySize(settings)
    try unsafe config.pointee.checkMemory(size)
    return size
  }
}

extension ConfigurationFault {
  /// The length of text that has to fit, and that only an Auth-Code may lack.
  fileprivate static func checkText(
    _ start: UnsafePointer<CChar>?, _ capacity: Int, _ field: UInt32
  ) throws(ConfigurationFault) -> Int {
    let length = unsafe textLength(start, limit: capacity)
    guard length <= capacity else { throw ConfigurationFault(field, NBIOT_ERR_NO_MEMORY) }
    guard length > 0 || field == NBIOT_FIELD_AUTH_CODE else { throw ConfigurationFault(field) }
    return length
  }
}

extension nbiot_config_t {
  fileprivate borrowing func checkPlatform() throws(ConfigurationFault) {
    guard let hooks = unsafe platform else { throw ConfigurationFault(NBIOT_FIELD_PLATFORM) }
    guard unsafe hooks.pointee.abi == NBIOT_ABI else {
      throw ConfigurationFault(NBIOT_FIELD_PLATFORM_ABI, NBIOT_ERR_ABI)
    }
    let hasMandatory =
      unsafe hooks.pointee.now_ms != nil && hooks.pointee.random != nil
      && hooks.pointee.resolve != nil && hooks.pointee.udp_open != nil
      && hooks.pointee.udp_send != nil && hooks.pointee.udp_receive != nil
      && hooks.pointee.udp_close != nil
    let hasPairs =
      unsafe (hooks.pointee.lock == nil) == (hooks.pointee.unlock == nil)
      && (hooks.pointee.allocate == nil) == (hooks.pointee.release == nil)
      && (hooks.pointee.store == nil) == (hooks.pointee.load == nil)
    guard hasMandatory, hasPairs else { throw ConfigurationFault(NBIOT_FIELD_PLATFORM_HOOKS) }
  }

  fileprivate borrowing func storingPolicy() throws(ConfigurationFault) -> StoringPolicy {
    guard let known = unsafe StoringPolicy(rawValue: stored_policy) else {
      throw ConfigurationFault(NBIOT_FIELD_STORED_POLICY)
    }
    return known
  }

  /// Whether what is stored outlives a loss of power, which takes somebody to keep it.
  fileprivate borrowing func keepsStored() throws(ConfigurationFault) -> Bool {
    guard unsafe stored_kept <= 1 else { throw ConfigurationFault(NBIOT_FIELD_STORED_KEPT) }
    guard unsafe stored_kept != 0, unsafe stored_capacity != 0 else { return false }
    guard unsafe platform?.pointee.store != nil else {
      throw ConfigurationFault(NBIOT_FIELD_STORED_KEPT, NBIOT_ERR_NOT_SUPPORT)
    }
    return true
  }

  fileprivate borrowing func checkSecurity() throws(ConfigurationFault) {
    guard let table = unsafe security else {
      throw ConfigurationFault(NBIOT_FIELD_SECURITY, NBIOT_ERR_NOT_SUPPORT)
    }
    guard unsafe table.pointee.abi == NBIOT_ABI else {
      throw ConfigurationFault(NBIOT_FIELD_SECURITY, NBIOT_ERR_ABI)
    }
    guard
      unsafe table.pointee.open != nil && table.pointee.step != nil && table.pointee.input != nil
        && table.pointee.send != nil && table.pointee.close != nil
    else { throw ConfigurationFault(NBIOT_FIELD_SECURITY) }
  }

  fileprivate borrowing func checkMemory(_ size: UInt32) throws(ConfigurationFault) {
    guard let memory = unsafe memory else {
      guard unsafe platform?.pointee.allocate != nil else {
        throw ConfigurationFault(NBIOT_FIELD_MEMORY, NBIOT_ERR_NOT_SUPPORT)
      }
      return
    }
    guard Int(bitPattern: memory) % MemoryBlock.alignment == 0 else {
      throw ConfigurationFault(NBIOT_FIELD_MEMORY)
    }
    guard unsafe memory_size >= size else {
      throw ConfigurationFault(NBIOT_FIELD_MEMORY, NBIOT_ERR_NO_MEMORY)
    }
  }
}

/// What the engine is told of a configuration.
extension EngineConfiguration {
  fileprivate mutating func read(
    _ config: UnsafePointer<nbiot_config_t>
  ) throws(ConfigurationFault) {
    guard let known = unsafe Profile(rawValue: config.pointee.profile) else {
      throw ConfigurationFault(NBIOT_FIELD_PROFILE)
    }
    profile = known
    let preset = unsafe config.pointee.transmission
    guard preset <= UInt8(NBIOT_TRANSMISSION_NBIOT) else {
      throw ConfigurationFault(NBIOT_FIELD_TRANSMISSION)
    }
    guard let known = unsafe Rebinding(rawValue: config.pointee.rebind) else {
      throw ConfigurationFault(NBIOT_FIELD_REBIND)
    }
    rebinding = known
    guard let known = unsafe Binding(rawValue: config.pointee.queue_mode &+ 1) else {
      throw ConfigurationFault(NBIOT_FIELD_QUEUE_MODE)
    }
    binding = known
    lifetime = try unsafe ConfigurationFault.check(
      config.pointee.life_time, 86_400, Lifetime.minimum, Lifetime.maximum,
      NBIOT_FIELD_LIFE_TIME)
    let timeout = try unsafe ConfigurationFault.check(
      config.pointee.ack_timeout_ms,
      preset == UInt8(NBIOT_TRANSMISSION_NBIOT) ? 15_000 : 2_000, 100, 600_000,
      NBIOT_FIELD_ACK_TIMEOUT)
    let retransmissions = try unsafe ConfigurationFault.check(
      UInt32(config.pointee.max_retransmit), 4, 1, 10, NBIOT_FIELD_MAX_RETRANSMIT)
    parameters = TransmissionParameters(
      acknowledgementTimeout: Milliseconds(timeout),
      maximumRetransmissions: UInt8(truncatingIfNeeded: retransmissions))
    // The empty acknowledgement has to leave before the server sends its request again.
    acknowledgementDelay = Milliseconds(
      try unsafe ConfigurationFault.check(
        config.pointee.ack_delay_ms, min(1000, timeout / 2), 1, timeout &- 1,
        NBIOT_FIELD_ACK_DELAY))
    answerTimeout = .seconds(
      try unsafe ConfigurationFault.check(
        config.pointee.answer_timeout_s, 10, 1, 240, NBIOT_FIELD_ANSWER_TIMEOUT))
    holdOff = try unsafe ConfigurationFault.check(
      config.pointee.hold_off_s, 0, 1, 86_400, NBIOT_FIELD_HOLD_OFF)
    let awake = try unsafe ConfigurationFault.check(
      config.pointee.awake_time_s, 0, 1, 86_400, NBIOT_FIELD_AWAKE_TIME)
    awakeTime = awake == 0 ? parameters.maximumTransmitWait : .seconds(awake)
    secures = unsafe config.pointee.security != nil
    unsafe consultation.read(config)
  }
}

extension Consultation {
  /// What the functions of a configuration ask for.
  fileprivate mutating func read(_ config: UnsafePointer<nbiot_config_t>) {
    let writes = unsafe config.pointee.write != nil
    mayDefer =
      unsafe config.pointee.read != nil || config.pointee.execute != nil || writes
      || config.pointee.write_block != nil
    beforeRead = unsafe config.pointee.read != nil || config.pointee.read_callback != nil
    executes =
      unsafe config.pointee.execute != nil || config.pointee.execute_callback != nil
    beforeWrite = writes
    afterWrite = unsafe config.pointee.write_callback != nil && !writes
    reboots = unsafe config.pointee.reboot != nil
    creates = unsafe config.pointee.create != nil
    removes = unsafe config.pointee.remove != nil
    resets = unsafe config.pointee.factory_reset != nil
  }
}

/// Text of the caller, for the duration of a call.
@_lifetime(immortal)
func borrowedText(_ start: UnsafePointer<CChar>?, _ count: Int) -> Span<UInt8> {
  guard let start = unsafe start else { return Span() }
  let raw = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
  return unsafe _overrideLifetime(Span(_unsafeStart: raw, count: count), copying: ())
}
