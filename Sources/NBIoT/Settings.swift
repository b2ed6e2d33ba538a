import CShims
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

  /// 0 is the default; anything else has to be in range.
  static func check(
    _ value: UInt32, _ standard: UInt32, _ least: UInt32, _ most: UInt32, _ field: UInt32
  ) throws(ConfigurationFault) -> UInt32 {
    guard value != 0 else { return standard }
    guard value >= least, value <= most else { throw ConfigurationFault(field) }
    return value
  }
}

/// The capacities of a configuration, with their defaults filled in and every range checked: all that the size of the
/// block depends on.
@safe
struct Settings {
  /// In the order of the C struct and of the numbers of its fields; assertions.c holds them together.
  enum Capacity: Int {
    case resources
    case observations
    case attributes
    case servers
    case duplicates
    case deferred
    case notifications
    case receive
    case send
    case endpoint
    case uri
    case location
    case authCode
    case identity
    case secret
    case body
    case transfers
    case stored
  }

  private var capacities: InlineArray<18, UInt16> = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]
  /// Numbers of fields that are no capacities stand between those of the first and of the later ones.
  private static var gap: UInt32 { NBIOT_FIELD_BODY_CAPACITY &- NBIOT_FIELD_SECRET_CAPACITY &- 1 }
  /// The URI is that of a bootstrap server, so there are accounts.
  private(set) var bootstraps = false

  mutating func read(_ config: UnsafePointer<nbiot_config_t>) throws(ConfigurationFault) {
    let config = unsafe UnsafeMutablePointer(mutating: config)
    bootstraps =
      unsafe config.pointee.bootstrap != 0 || Settings.namesBootstrapServer(config.pointee.uri)
    let first = unsafe withUnsafePointer(to: &config.pointee.resource_capacity) { unsafe $0 }
    for index in 0..<capacities.count {
      let (standard, least, most) = Settings.limits(index)
      var field = NBIOT_FIELD_RESOURCE_CAPACITY &+ UInt32(truncatingIfNeeded: index)
      if field > NBIOT_FIELD_SECRET_CAPACITY { field &+= Settings.gap }
      capacities[index] = UInt16(
        truncatingIfNeeded: try ConfigurationFault.check(
          UInt32(unsafe first[index]), standard, least, most, field))
    }
    guard self[.servers] == 1 else {
      throw ConfigurationFault(NBIOT_FIELD_SERVER_CAPACITY, NBIOT_ERR_NOT_SUPPORT)
    }
  }

  subscript(capacity: Capacity) -> Int { Int(capacities[capacity.rawValue]) }

  var engine: Capacities {
    Capacities(
      resources: self[.resources], observations: self[.observations],
      attributes: self[.attributes], duplicates: self[.duplicates], deferred: self[.deferred],
      notifications: self[.notifications], endpoint: self[.endpoint], location: self[.location],
      authCode: self[.authCode], bootstraps: bootstraps, uri: self[.uri],
      identity: self[.identity], secret: self[.secret], transfers: self[.transfers],
      body: self[.body], stored: self[.stored])
  }

  /// Whether the text ends as the classic calls mark a bootstrap server (OneNET's `?bs`).
  private static func namesBootstrapServer(_ start: UnsafePointer<CChar>?) -> Bool {
    let uri = unsafe borrowedText(start, textLength(start, limit: 1024))
    var reader = ByteReader(uri)
    return uri.count > 3 && reader.skip(uri.count &- 3) && reader.skip(lowerCase: "?bs")
  }

  /// The default, the least and the most.
  private static func limits(_ index: Int) -> (UInt32, UInt32, UInt32) {
    switch Capacity(rawValue: index) {
    case .resources: (32, 1, 65000)
    case .observations, .attributes: (8, 1, 65000)
    case .servers, nil: (1, 1, 65535)
    case .duplicates: (8, 4, 65000)
    case .deferred: (2, 1, 255)
    case .notifications: (4, 1, 255)
    case .receive, .send: (512, 64, 65000)
    case .endpoint: (64, 1, 252)
    case .uri, .location, .identity, .secret: (64, 1, 1024)
    case .authCode: (16, 1, 270)
    case .body: (0, 16, 65000)
    case .transfers: (1, 1, 255)
    case .stored: (0, 64, 65000)
    }
  }
}
