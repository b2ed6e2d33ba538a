import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The client-initiated bootstrap (LwM2M 1.0 section 5.2.5): when it begins, what ends it, and what becomes of the
/// account. What the bootstrap server orders in between is in EngineOrders.
extension Engine where Store: ~Copyable {
  /// OneNET may write a server's URI and leave it at that.
  private var patience: Milliseconds { Milliseconds(20_000) }

  /// Which server to turn to after a failure, or at the start: the account comes first (section 5.2.4; ETS int-6).
  var nextTarget: Target {
    accounts.isConfigured && accounts.trust == .none ? .bootstrap : .access
  }

  /// The server of the target cannot be reached or has said no. An account that was good so far is made anew at once
  /// (ETS int-7), unless the server knows the device still and only the way there is barred; one that has just been made
  /// is not, or two servers that disagree would be asked without end.
  mutating func giveUpServer(_ cause: BackoffCause, maxAge: UInt32, now: Instant) {
    let isPassing = cause == .overloaded || cause == .socket || registration.isKnown
    guard registration.target == .access, accounts.isConfigured, !isPassing else {
      return retreat(cause, maxAge: maxAge, now: now)
    }
    if accounts.trust == .proven { return bootstrap() }
    accounts.trust = .none
    retreat(cause, maxAge: maxAge, now: now)
  }

  /// Bootstrap-Request Trigger, /1/0/9: the server may have the device bootstrap again (ETS int-5).
  mutating func addBootstrapTrigger() {
    let isThere = resources.insert(
      Resource(
        path: Path(1, 0, 9), type: .opaque, access: .executable | .builtIn,
        slot: BuiltInSlot.bootstrapTrigger))
    precondition(isThere)
  }

  /// A bootstrap begins when the answer that may wait has left; nothing else is sent before.
  mutating func bootstrap() {
    abandonExchanges()
    registration.target = .bootstrap
    registration.become(.unprovisioned)
  }

  /// Bootstrap-Request is next.
  mutating func beginBootstrap() {
    registration.become(.requesting)
    accounts.stage()
    events.append(.bootstrapStarted)
  }

  /// The bootstrap server has answered, or given an order, which says the same.
  mutating func awaitOrders(now: Instant) {
    let isEnough =
      configuration.profile.finishesBySilence && accounts.isUsable(.staged, configuration)
    let wait = isEnough ? patience : configuration.parameters.maximumTransmitWait
    registration.become(.ordered, until: now + wait)
  }

  /// Whether a request is an order of the bootstrap server. One that comes before the answer to Bootstrap-Request stands
  /// for it: the acknowledgement was lost.
  var takesOrders: Bool {
    @inline(never)
    get {
      registration.state == .ordered
        || registration.state == .requesting && outstanding.isActive && !outstanding.isUnsent
    }
  }

  /// The time of a state that belongs to a bootstrap is over.
  @inline(never)
  mutating func proceedBootstrap(now: Instant) {
    // What was answered last leaves on the link it belongs to.
    guard !hasReply else { return }
    switch registration.state {
    case .unprovisioned where holdOff > 0:
      registration.become(.holding, until: now.adding(seconds: holdOff))
    case .unprovisioned, .holding, .provisioned: registration.become(.connecting)
    case .ordered:
      if configuration.profile.finishesBySilence, accounts.isUsable(.staged, configuration) {
        return finishBootstrap(now: now)
      }
      events.append(.bootstrapFailed)
      retreat(.silent, maxAge: 0, now: now)
    default: break
    }
  }

  /// Seconds (Security resource 11). No server keeps a device from its bootstrap for longer than a day.
  private var holdOff: UInt32 {
    let written = accounts.accounts[Accounts.Copy.active.rawValue][.bootstrap].holdOff
    guard written > 0 else { return configuration.holdOff }
    return written < 86_400 ? written : 86_400
  }

  /// What was staged becomes the device's.
  mutating func finishBootstrap(now: Instant) {
    accounts.commit()
    applyAccount(now: now)
    registration.target = .access
    registration.become(.provisioned)
    events.append(.bootstrapSucceeded)
  }

  /// What the Server instance of the account says is lived by; what it leaves open stays as configured.
  private mutating func applyAccount(now: Instant) {
    let written = accounts[.active].server
    guard written.exists else { return }
    var resource: UInt16 = 0
    while resource < 6 {
      if written[resource] > 0 || resource == 2 || resource == 3 {
        keep(.integer(Int64(written[resource])), in: BuiltInSlot.server &+ resource, now: now)
      }
      resource &+= 1
    }
    keep(.boolean(!written.dropsNotifications), in: BuiltInSlot.storing, now: now)
    guard let binding = written.binding else { return }
    let letters: InlineArray<2, UInt8> = [UInt8(ascii: "U"), UInt8(ascii: "Q")]
    let text = letters.span.extracting(0..<Int(truncatingIfNeeded: binding.rawValue))
    keep(.string(text), in: BuiltInSlot.binding, now: now)
  }

  /// The server has accepted a registration.
  mutating func accountProven() {
    guard accounts.isConfigured else { return }
    accounts.trust = .proven
    guard !accounts.isConfirmed else { return }
    accounts.isConfirmed = true
    accounts.wantsStore = true
  }

  // MARK: For the ring

  /// Whether there is a bootstrap server. Without, the ring knows the one server by itself, and what follows is not used.
  public var bootstraps: Bool { accounts.isConfigured }

  /// The server the link is to lead to, or leads to.
  public var target: Target { registration.target }

  /// Nothing is left to be said on the link but what was answered last: another server is turned to.
  public var leavesServer: Bool {
    registration.state == .unprovisioned || registration.state == .provisioned
  }

  /// Where that server is, as positions in its URI text; `nil` when its account is of no use.
  public var targetURI: ServerURI? {
    bootstraps ? accounts.uri(.active, target, secures: configuration.secures) : nil
  }

  /// Lends a text of the target's account: its URI, and the identity and secret of its security. Empty when not written.
  public func withTargetText<Result: ~Copyable>(
    _ text: AccountText, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    accounts.withText(.active, target, text, body)
  }

  /// Tells the engine, once and before `register`, who the bootstrap server is: what was configured. It gets instance 1
  /// of the Security object, until the server itself says otherwise. `false`, and nothing taken, when a text is longer
  /// than its capacity.
  public mutating func configureBootstrap(
    uri: Span<UInt8>, identity: Span<UInt8>, secret: Span<UInt8>
  ) -> Bool {
    guard bootstraps, uri.count <= accounts.capacity(.uri),
      identity.count <= accounts.capacity(.identity), secret.count <= accounts.capacity(.secret)
    else { return false }
    var account = Account()
    var instance = SecurityInstance(.given, id: 1)
    instance[.uri] = uri.count
    instance[.identity] = identity.count
    instance[.secret] = secret.count
    account.security[Target.bootstrap.index] = instance
    accounts[.active] = account
    accounts.store(uri, .active, .bootstrap, .uri)
    accounts.store(identity, .active, .bootstrap, .identity)
    accounts.store(secret, .active, .bootstrap, .secret)
    return true
  }

  // MARK: Over a loss of power

  /// The account is to be kept: it was written, or a registration with it has succeeded for the first time. It stays so
  /// until `stored`.
  public var wantsStore: Bool { accounts.wantsStore }

  /// The ring has kept the account, or cannot.
  public mutating func stored() { accounts.wantsStore = false }

  /// Whether a registration with the account has succeeded; the bytes of the account say it as well.
  public var isConfirmed: Bool { accounts.isConfirmed }

  /// Writes the account, for `restore` after a loss of power: a version and the values, without a check sum. Returns how
  /// many bytes that took; 0 when there is no account, or no room for it.
  public func encodeAccount(into buffer: inout MutableSpan<UInt8>) -> Int {
    accounts.encode(into: &buffer)
  }

  /// Takes back what `encodeAccount` wrote, while idle. The bytes are trusted as little as a datagram: `false`, and
  /// nothing changed, when they are no account this device could have been given. A device that has one registers first
  /// and bootstraps when that fails.
  public mutating func restore(_ bytes: Span<UInt8>) -> Bool {
    guard bootstraps, registration.state == .idle, accounts.restore(bytes, configuration) else {
      return false
    }
    applyAccount(now: Instant(milliseconds: 0))
    return true
  }
}
