import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Where the device stands with its server (LwM2M 1.0 sections 5.2 and 5.3); docs/ARCHITECTURE.md draws the arrows.
struct Registration: BitwiseCopyable {
  enum State: UInt8, BitwiseCopyable {
    /// Not wanted.
    case idle
    /// The ring resolves the name and opens the socket.
    case connecting
    /// Register, or the Update with a new address, is to be sent, or was.
    case registering
    case registered
    /// It failed and is tried again at `due`.
    case waiting
    /// De-register is to be sent, or was.
    case deregistering
    /// A bootstrap is needed.
    case unprovisioned
    /// The hold-off before a bootstrap, until `due`.
    case holding
    /// Bootstrap-Request is to be sent, or was.
    case requesting
    /// The bootstrap server gives its orders; `due` when it has been silent for too long.
    case ordered
    /// It has finished, and the account is the device's.
    case provisioned
    /// So it is, because the server disabled the device: disabled when that is over.
    case disabling
    /// The server wants to hear nothing until `due` (LwM2M 1.0 appendix E.2).
    case disabled
  }

  private(set) var state = State.idle
  /// The server it is about.
  var target = Target.access
  /// How often it failed in a row, until it succeeds.
  var backoff = Backoff()
  /// Why it waits, when it does.
  private(set) var cause = BackoffCause.silent
  /// What the next Update tells. While registering: what the Register that was sent may not carry.
  private(set) var wanted = UpdateContent.nothing
  /// When something is to be done: at once where a state is only passed or a message is to be sent, the next Update, or
  /// the next attempt.
  private(set) var due = Instant.never
  /// When the server forgets the device; `never` when it does not know it. One that is to be told a new address by an
  /// Update knows the device until then, whatever becomes of the link.
  private(set) var expires = Instant.never
  /// Of the object list in the Register or the Update under way; over with it.
  var transfer = ListTransfer()

  var isRegistered: Bool {
    @inline(__always) get { state == .registered }
  }

  var isKnown: Bool { expires != .never }
  /// The server knows the device, and there is a link to it.
  var isWithinReach: Bool { isKnown && (state == .registered || state == .registering) }

  /// Every change of state but to `registered`. Only without a link a server goes on knowing the device.
  mutating func become(_ next: State) {
    state = next
    switch next {
    case .registering, .deregistering, .disabling, .unprovisioned, .requesting, .provisioned:
      due = Instant(milliseconds: 0)
    case .idle, .connecting, .registered, .waiting, .disabled, .holding, .ordered: due = .never
    }
    if next != .connecting, next != .waiting { forget() }
  }

  /// A state that ends by itself.
  mutating func become(_ next: State, until instant: Instant) {
    become(next)
    due = instant
  }

  /// The server does not know the device any more, or is to be told all of it again.
  mutating func forget() {
    wanted = .nothing
    expires = .never
  }

  /// There is a link: Register, or the Update with the new address.
  mutating func join() {
    guard isKnown else { return become(.registering) }
    state = .registering
    due = Instant(milliseconds: 0)
    wanted = wanted.merged(.plain)
  }

  mutating func wait(until instant: Instant, _ cause: BackoffCause) {
    become(.waiting, until: instant)
    self.cause = cause
  }

  /// The server said yes. Whatever changed meanwhile is told at once.
  mutating func succeed(updateAt: Instant, expires: Instant) {
    state = .registered
    backoff = Backoff()
    due = wanted.isNothing ? updateAt : Instant(milliseconds: 0)
    self.expires = expires
  }

  /// An Update is to tell this at once, or together with one that has been put off.
  mutating func want(_ content: UpdateContent) {
    guard isKnown || state == .registering else { return }
    if state == .registered, wanted.isNothing { due = Instant(milliseconds: 0) }
    wanted = wanted.merged(content)
  }

  /// An Update is to leave at this instant at the latest; one the server has put off stays so.
  mutating func hasten(to instant: Instant) {
    if wanted.isNothing, instant < due { due = instant }
  }

  /// An Update with all that is wanted leaves. What changes from here on is for the next one.
  mutating func updateLeaves() {
    wanted = .nothing
  }

  /// The next block of a list is due. In an Update it carries the same as the one before.
  mutating func goOn(with content: UpdateContent) {
    wanted = wanted.merged(content)
  }

  /// The server could not take this Update, and is left alone until `instant`.
  mutating func putOff(_ content: UpdateContent, until instant: Instant) {
    wanted = wanted.merged(content).merged(.plain)
    due = instant
  }
}

/// What an Update carries (section 5.3.2).
struct UpdateContent: Equatable, BitwiseCopyable {
  let rawValue: UInt8

  static var nothing: UpdateContent { UpdateContent(rawValue: 0) }
  /// An Update that only says that the device is there.
  static var plain: UpdateContent { UpdateContent(rawValue: 1) }
  static var lifetime: UpdateContent { UpdateContent(rawValue: 3) }
  static var objects: UpdateContent { UpdateContent(rawValue: 5) }
  static var binding: UpdateContent { UpdateContent(rawValue: 9) }

  var isNothing: Bool { rawValue == 0 }
  var hasLifetime: Bool { rawValue & 2 != 0 }
  var hasObjects: Bool { rawValue & 4 != 0 }
  var hasBinding: Bool { rawValue & 8 != 0 }

  func merged(_ other: UpdateContent) -> UpdateContent {
    UpdateContent(rawValue: rawValue | other.rawValue)
  }
}

/// What the one outstanding confirmable message is for.
struct Purpose: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    case register
    case update
    case deregister
    case bootstrap
    /// A notification that wants an acknowledgement: to the next observer of a report.
    case report
    /// A notification by which the device learns whether its observer is still there.
    case confirmation
    /// A separate response.
    case response
    /// A stored notification: to the observation as many IDs deep.
    case stored
  }

  let kind: Kind
  /// Of an Update.
  let content: UpdateContent
  /// Of a report the acknowledgement ID, of a response the handle, of a confirmation the observed path.
  private let subject: UInt32
  private let object: UInt16

  init(_ kind: Kind, content: UpdateContent = .nothing) {
    self.init(kind, content, 0)
  }

  init(report acknowledgementID: UInt16) {
    self.init(.report, .nothing, UInt32(truncatingIfNeeded: acknowledgementID))
  }

  init(confirming path: Path) {
    self.init(
      .confirmation, .nothing, UInt32(truncatingIfNeeded: path.key), object: path.object)
  }

  init(response handle: UInt32) {
    self.init(.response, .nothing, handle)
  }

  init(stored depth: Int) {
    self.init(.stored, .nothing, UInt32(truncatingIfNeeded: depth))
  }

  private init(_ kind: Kind, _ content: UpdateContent, _ subject: UInt32, object: UInt16 = 0) {
    self.kind = kind
    self.content = content
    self.subject = subject
    self.object = object
  }

  var acknowledgementID: UInt16 { UInt16(truncatingIfNeeded: subject) }
  var handle: UInt32 { subject }
  var path: Path {
    Path(object, UInt16(truncatingIfNeeded: subject &>> 16), UInt16(truncatingIfNeeded: subject))
  }
  var isRequest: Bool { kind.rawValue <= Kind.bootstrap.rawValue }
  /// It carries the object list.
  var hasList: Bool { kind == .register || content.hasObjects }
  /// A notification.
  var isReport: Bool { kind == .report || kind == .confirmation || kind == .stored }
}
