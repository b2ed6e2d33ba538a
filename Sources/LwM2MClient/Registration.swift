import CoAPWire
import NBIoTBytes

/// Where the device stands with its server (LwM2M 1.0 section 5.3).
///
/// Each case has exactly the data it needs; docs/ARCHITECTURE.md draws the arrows.
enum Registration: BitwiseCopyable {
  /// Not wanted.
  case idle
  /// The ring resolves the name and opens the socket.
  case connecting(Backoff)
  /// Register is to be sent, or was; `missed` is what changed since then.
  case registering(Backoff, missed: UpdateContent?)
  case registered(Registered)
  /// It failed; tried again then.
  case waiting(until: Instant, Backoff, BackoffCause)
  /// De-register is to be sent, or was.
  case deregistering

  var isRegistered: Bool {
    @inline(__always)
    get { if case .registered = self { true } else { false } }
  }
}

/// A registration that was accepted.
struct Registered: BitwiseCopyable {
  /// The server forgets the device then.
  var expires: Instant
  /// An Update leaves then, whether or not there is something to tell.
  var updateAt: Instant
  /// What the next Update tells, if one is wanted at once.
  var wanted: UpdateContent?
  /// A server that could not take an Update is left alone until then.
  var retryAt: Instant
}

/// What an Update carries (section 5.3.2).
struct UpdateContent: BitwiseCopyable {
  var lifetime: Bool
  var objects: Bool

  func merged(_ other: UpdateContent?) -> UpdateContent {
    guard let other else { return self }
    return UpdateContent(lifetime: lifetime || other.lifetime, objects: objects || other.objects)
  }
}

/// What the one outstanding confirmable message is for.
enum Purpose: BitwiseCopyable {
  case register
  case update(UpdateContent)
  case deregister
  /// A notification that wants an acknowledgement: to the observation `depth` IDs deep of a report.
  case report(acknowledgementID: UInt16, depth: UInt8)
  /// A separate response.
  case response(handle: UInt32)

  var isRequest: Bool {
    switch self {
    case .register, .update, .deregister: true
    case .report, .response: false
    }
  }
}
