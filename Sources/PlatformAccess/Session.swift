import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What the server observes on a device.
public struct Observation: Equatable, Sendable {
  public let path: Path
  let token: Token
  var sequence: UInt32?
  var lastArrival: Instant
}

/// A value and when it came.
public struct StoredValue: Equatable, Sendable {
  public let value: ReportedValue
  public let arrival: Instant
}

/// One registered device.
public struct Session: Sendable {
  public let endpoint: String
  /// The last segment of its location `/rd/…`.
  public let location: String
  public let version: String
  public let registered: Instant
  public internal(set) var peer: Peer
  public internal(set) var lifetime: UInt32
  public internal(set) var binding: String
  public internal(set) var lastContact: Instant
  public internal(set) var objects: ObjectList
  public internal(set) var observations: [Observation] = []
  public internal(set) var values: [StoredValue] = []
  var refreshed: Instant
  var automatic: AutomaticSequence
  /// What goes on before anything else is asked.
  var continuations: [Continuation] = []
  var commands: [Request] = []
  var exchange: Exchange?

  init(_ registration: Registration, location: String, peer: Peer, now: Instant) {
    endpoint = registration.endpoint
    self.location = location
    version = registration.version
    registered = now
    self.peer = peer
    lifetime = registration.lifetime
    binding = registration.binding
    lastContact = now
    objects = registration.objects
    refreshed = now
    automatic = AutomaticSequence()
  }

  /// The part of an endpoint name before the semicolon; the whole name without one.
  static func imei(of endpoint: String) -> String {
    let imei = endpoint.prefix { $0 != ";" }
    return imei.isEmpty ? endpoint : String(imei)
  }

  /// When the registration ends unless an Update comes.
  public var expiry: Instant {
    Instant(milliseconds: refreshed.milliseconds + UInt64(lifetime) * 1000)
  }

  var deadline: Instant {
    min(expiry, exchange?.deadline ?? .never)
  }

  /// Keeps the latest value of each place, ordered by path.
  mutating func store(_ reported: [ReportedValue], now: Instant) {
    for value in reported {
      let stored = StoredValue(value: value, arrival: now)
      let index = values.firstIndex { !Session.precedes($0.value, value) } ?? values.endIndex
      if index < values.endIndex, !Session.precedes(value, values[index].value) {
        values[index] = stored
      } else {
        values.insert(stored, at: index)
      }
    }
  }

  private static func precedes(_ left: ReportedValue, _ right: ReportedValue) -> Bool {
    (left.path.key, left.instance ?? 0) < (right.path.key, right.instance ?? 0)
  }

  mutating func dropObservation(of path: Path) {
    observations.removeAll { $0.path == path }
  }

  /// Forgets everything about instances the device no longer lists.
  mutating func forget(_ removed: [Path]) {
    for path in removed {
      observations.removeAll { path.covers($0.path) }
      values.removeAll { path.covers($0.value.path) }
      automatic.forget(path)
    }
  }
}
