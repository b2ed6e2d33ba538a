import CoAPWire

/// What the application is told, numbered as the module events; what the modules do not tell stands at 100 and above.
public struct Event: BitwiseCopyable, Sendable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// For the ring alone: the answer to Execute /3/0/4 has left.
    case rebootRequested = 0
    /// Likewise: the answer to Execute /3/0/5.
    case factoryResetRequested = 255
    case bootstrapStarted = 1
    case bootstrapSucceeded = 2
    case bootstrapFailed = 3
    case connected = 4
    case connectFailed = 5
    case registered = 6
    case registrationRefused = 7
    case registrationTimedOut = 8
    case lifetimeExpired = 9
    case updated = 11
    case updateRefused = 12
    case updateTimedOut = 13
    case deregistered = 15
    case responseFailed = 20
    case responseDelivered = 21
    case notificationFailed = 25
    case notificationDelivered = 26
    case maySleep = 100
    case notificationReplaced = 101
    case notificationDropped = 102

    /// Something for the ring to do, once its answer has left.
    public var isOrder: Bool { self == .rebootRequested || self == .factoryResetRequested }
  }

  public let kind: Kind
  /// The server's code, or empty.
  public let code: Code
  /// The ack id or the request.
  public let detail: UInt32

  init(_ kind: Kind, code: Code = .empty, detail: UInt32 = 0) {
    self.kind = kind
    self.code = code
    self.detail = detail
  }
}

/// Events that wait for the ring. One verb of the engine causes few; the ring drains them after each.
struct EventQueue: BitwiseCopyable {
  private var kinds: InlineArray<4, Event.Kind> = [
    .connected, .connected, .connected, .connected,
  ]
  private var codes: InlineArray<4, Code> = [.empty, .empty, .empty, .empty]
  private var first: UInt8 = 0
  private var count: UInt8 = 0

  init() {}

  var isEmpty: Bool { count == 0 }

  /// The oldest gives way when nobody drains.
  mutating func append(_ kind: Event.Kind, _ code: Code = .empty) {
    if count == 4 { _ = next() }
    let place = Int(truncatingIfNeeded: (first &+ count) & 3)
    kinds[place] = kind
    codes[place] = code
    count &+= 1
  }

  /// Whether the oldest is an order.
  var beginsWithOrder: Bool { count > 0 && kinds[Int(truncatingIfNeeded: first & 3)].isOrder }

  mutating func next() -> Event? {
    guard count > 0 else { return nil }
    let place = Int(truncatingIfNeeded: first & 3)
    first = (first &+ 1) & 3
    count &-= 1
    return Event(kinds[place], code: codes[place])
  }
}
