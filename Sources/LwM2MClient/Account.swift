import CoAPWire
import NBIoTBytes

/// Which of its servers the device deals with. The number is the place of the server's Security instance.
public enum Target: UInt8, BitwiseCopyable, Sendable {
  /// The server the device registers with.
  case access = 0
  /// The server that tells it which one that is.
  case bootstrap = 1

  var index: Int { Int(truncatingIfNeeded: rawValue) }
}

/// How datagrams to a server are secured: resource 2 of the Security object (LwM2M 1.0 Appendix E.1).
public enum SecurityMode: UInt8, BitwiseCopyable, Sendable {
  case preSharedKey = 0
  case rawPublicKey = 1
  case certificate = 2
  case none = 3

  /// Whether there is security; `nil` for a mode this client has no means for.
  var isSecure: Bool? {
    switch self {
    case .preSharedKey: true
    case .none: false
    case .rawPublicKey, .certificate: nil
    }
  }
}

/// Where an instance of an account comes from.
enum Origin: UInt8, BitwiseCopyable {
  /// There is no such instance.
  case absent = 0
  /// It was there before the bootstrap: configured, or written by an earlier one.
  case given = 1
  case written = 2
}

/// What is known of a server: an instance of the Security object, without its texts.
struct SecurityInstance: BitwiseCopyable {
  /// Seconds; 0 = not written.
  var holdOff: UInt32 = 0
  var id: UInt16 = 0
  /// 0 = not written.
  var shortID: UInt16 = 0
  /// By `AccountText.rawValue`.
  private var lengths: InlineArray<3, UInt16> = [0, 0, 0]
  var origin = Origin.absent
  /// One more than the mode's number; 0 = not written.
  private var modeAbove: UInt8 = 0

  init() {}

  init(_ origin: Origin, id: UInt16) {
    self.origin = origin
    self.id = id
  }

  var exists: Bool { origin != .absent }

  /// `nil` = not written: the scheme of the URI says it.
  var mode: SecurityMode? {
    get { modeAbove == 0 ? nil : SecurityMode(rawValue: modeAbove &- 1) }
    set { modeAbove = newValue.map { $0.rawValue &+ 1 } ?? 0 }
  }

  subscript(text: AccountText) -> Int {
    get { Int(truncatingIfNeeded: lengths[text.index]) }
    set { lengths[text.index] = UInt16(truncatingIfNeeded: newValue) }
  }
}

/// The texts of a Security instance.
public enum AccountText: UInt8, BitwiseCopyable, Sendable {
  /// Resource 0.
  case uri = 0
  /// Resource 3.
  case identity = 1
  /// Resource 5.
  case secret = 2

  var index: Int { Int(truncatingIfNeeded: rawValue) }
}

/// The instance of the Server object a bootstrap server wrote.
struct ServerInstance: BitwiseCopyable {
  /// By resource: the short ID, the lifetime, pmin, pmax, nothing, the disable timeout in seconds; 1 when notifications
  /// are not kept while the server cannot be reached; the number of the binding. 0 = not written, or none.
  private var numbers: InlineArray<8, UInt32> = [0, 0, 0, 0, 0, 0, 0, 0]
  var id: UInt16 = 0
  var origin = Origin.absent

  init() {}

  init(id: UInt16) {
    self.id = id
    origin = .written
  }

  var exists: Bool { origin != .absent }

  subscript(resource: UInt16) -> UInt32 {
    get { numbers[Int(truncatingIfNeeded: resource & 7)] }
    set { numbers[Int(truncatingIfNeeded: resource & 7)] = newValue }
  }

  /// What a resource may be set to.
  static func range(_ resource: UInt16) -> ClosedRange<UInt32> {
    if resource == 1 { return Lifetime.minimum...Lifetime.maximum }
    if resource == 0 { return 1...65534 }
    return resource < 6 ? 0...UInt32.max : 0...UInt32(truncatingIfNeeded: resource &- 5)
  }

  var shortID: UInt16 { UInt16(truncatingIfNeeded: self[0]) }
  var dropsNotifications: Bool { self[6] != 0 }
  /// `nil` = not written.
  var binding: Binding? { Binding(rawValue: UInt8(truncatingIfNeeded: self[7])) }
}

/// What a bootstrap writes: who the servers are, and how the device behaves towards the one it registers with.
/// Without any bit set there is nothing.
public struct Account: Zeroable {
  /// By `Target.index`. What is changed is changed here: a copy of an instance takes a lot of stack.
  var security = InlineArray<2, SecurityInstance>(repeating: SecurityInstance())
  var server = ServerInstance()

  init() {}

  subscript(target: Target) -> SecurityInstance {
    @inline(__always) get { security[target.index] }
  }

  // What follows looks and changes in place: an instance by value would take the stack twice.

  /// Whether instance `id` of the Security object is the server `target`.
  func `is`(_ target: Target, _ id: UInt16) -> Bool {
    security[target.index].origin != .absent && security[target.index].id == id
  }

  func isWritten(_ target: Target) -> Bool { security[target.index].origin == .written }

  /// Whose instance `id` of the Security object is.
  func target(of id: UInt16) -> Target? {
    self.is(.access, id) ? .access : self.is(.bootstrap, id) ? .bootstrap : nil
  }

  mutating func clear(_ target: Target) {
    security[target.index] = SecurityInstance()
  }

  /// A blank instance for `target`, which a bootstrap server writes.
  mutating func begin(_ target: Target, _ id: UInt16) {
    security[target.index] = SecurityInstance(.written, id: id)
  }

  /// No two instances have the same ID: the other one gives way to `target`'s.
  mutating func separate(keeping target: Target) {
    let other = target == .access ? Target.bootstrap : .access
    let id = security[target.index].id
    if self.is(other, id) { security[other.index].id = id == 0 ? 1 : 0 }
  }
}
