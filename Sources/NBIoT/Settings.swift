import CShims
import CoAPExchange
import CoAPWire
import LwM2MClient
import NBIoTBytes

/// Which field of a configuration is wrong, and what the caller is told.
struct ConfigurationFault: Error {
  let status: Int32
  let field: UInt32

  init(_ field: UInt32, _ status: Int32 = NBIOT_ERR_BADPARAM) {
    self.field = field
    self.status = status
  }
}

/// A configuration with its defaults filled in and every range checked.
struct Settings {
  let capacities: Capacities
  let receiveCapacity: Int
  let sendCapacity: Int
  let uriCapacity: Int

  /// Reads the capacities only: all that the size of the block depends on.
  init(capacitiesOf config: nbiot_config_t) throws(ConfigurationFault) {
    let server = try unsafe Settings.range(
      config.server_capacity, 1, 1...0xFFFF, NBIOT_FIELD_SERVER_CAPACITY)
    guard server == 1 else {
      throw ConfigurationFault(NBIOT_FIELD_SERVER_CAPACITY, NBIOT_ERR_NOT_SUPPORT)
    }
    capacities = try unsafe Capacities(
      resources: Settings.range(
        config.resource_capacity, 32, 1...65000, NBIOT_FIELD_RESOURCE_CAPACITY),
      observations: Settings.range(
        config.observation_capacity, 8, 1...65000, NBIOT_FIELD_OBSERVATION_CAPACITY),
      attributes: Settings.range(
        config.attribute_capacity, 8, 1...65000, NBIOT_FIELD_ATTRIBUTE_CAPACITY),
      duplicates: Settings.range(
        config.duplicate_capacity, 8, 4...65000, NBIOT_FIELD_DUPLICATE_CAPACITY),
      deferred: Settings.range(
        config.deferred_capacity, 2, 1...255, NBIOT_FIELD_DEFERRED_CAPACITY),
      notifications: Settings.range(
        config.notification_capacity, 4, 1...255, NBIOT_FIELD_NOTIFICATION_CAPACITY),
      endpoint: Settings.range(
        config.endpoint_capacity, 64, 1...252, NBIOT_FIELD_ENDPOINT_CAPACITY),
      location: Settings.range(
        config.location_capacity, 64, 1...1024, NBIOT_FIELD_LOCATION_CAPACITY),
      authCode: Settings.range(
        config.auth_code_capacity, 16, 1...270, NBIOT_FIELD_AUTH_CODE_CAPACITY))
    receiveCapacity = try unsafe Settings.range(
      config.receive_capacity, 512, 64...65000, NBIOT_FIELD_RECEIVE_CAPACITY)
    sendCapacity = try unsafe Settings.range(
      config.send_capacity, 512, 64...65000, NBIOT_FIELD_SEND_CAPACITY)
    uriCapacity = try unsafe Settings.range(
      config.uri_capacity, 64, 1...1024, NBIOT_FIELD_URI_CAPACITY)
  }

  /// 0 is the default; anything else has to be in range.
  static func range(
    _ value: UInt16, _ standard: Int, _ range: ClosedRange<Int>, _ field: UInt32
  ) throws(ConfigurationFault) -> Int {
    guard value != 0 else { return standard }
    guard range.contains(Int(value)) else { throw ConfigurationFault(field) }
    return Int(value)
  }
}

/// What the engine is told of a configuration.
extension EngineConfiguration {
  init(checking config: nbiot_config_t) throws(ConfigurationFault) {
    let isOneNET = unsafe config.profile == UInt8(NBIOT_PROFILE_ONENET)
    guard unsafe isOneNET || config.profile == UInt8(NBIOT_PROFILE_STANDARD) else {
      throw ConfigurationFault(NBIOT_FIELD_PROFILE)
    }
    let lifetime = unsafe config.life_time == 0 ? 86_400 : config.life_time
    guard lifetime >= Lifetime.minimum, lifetime <= Lifetime.maximum else {
      throw ConfigurationFault(NBIOT_FIELD_LIFE_TIME)
    }
    let parameters = unsafe try TransmissionParameters(checking: config)
    let standard = min(1000, parameters.acknowledgementTimeout.count / 2)
    let delay = unsafe config.ack_delay_ms == 0 ? standard : config.ack_delay_ms
    // The empty acknowledgement has to leave before the server sends its request again.
    guard unsafe config.ack_delay_ms == 0 || delay < parameters.acknowledgementTimeout.count else {
      throw ConfigurationFault(NBIOT_FIELD_ACK_DELAY)
    }
    let answer = unsafe config.answer_timeout_s == 0 ? 10 : config.answer_timeout_s
    guard answer <= 240 else { throw ConfigurationFault(NBIOT_FIELD_ANSWER_TIMEOUT) }
    self.init(
      profile: isOneNET ? .onenet : .standard, parameters: parameters, lifetime: lifetime,
      acknowledgementDelay: Milliseconds(delay), answerTimeout: .seconds(answer),
      consultation: unsafe Consultation(
        beforeRead: config.read != nil || config.read_callback != nil,
        beforeWrite: config.write != nil,
        afterWrite: config.write == nil && config.write_callback != nil,
        executes: config.execute != nil || config.execute_callback != nil,
        mayDefer: config.read != nil || config.write != nil || config.execute != nil,
        reboots: config.reboot != nil))
  }
}

extension TransmissionParameters {
  fileprivate init(checking config: nbiot_config_t) throws(ConfigurationFault) {
    let preset: UInt32
    switch unsafe config.transmission {
    case UInt8(NBIOT_TRANSMISSION_DEFAULT): preset = 2_000
    case UInt8(NBIOT_TRANSMISSION_NBIOT): preset = 15_000
    default: throw ConfigurationFault(NBIOT_FIELD_TRANSMISSION)
    }
    let timeout = unsafe config.ack_timeout_ms == 0 ? preset : config.ack_timeout_ms
    guard timeout >= 100, timeout <= 600_000 else {
      throw ConfigurationFault(NBIOT_FIELD_ACK_TIMEOUT)
    }
    let retransmissions = unsafe config.max_retransmit == 0 ? 4 : config.max_retransmit
    guard retransmissions <= 10 else { throw ConfigurationFault(NBIOT_FIELD_MAX_RETRANSMIT) }
    self.init(
      acknowledgementTimeout: Milliseconds(timeout), maximumRetransmissions: retransmissions)
  }
}
