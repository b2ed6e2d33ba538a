import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Register, Update and De-register (LwM2M 1.0 section 5.3; CONTRACTS "Registration policy").
extension Engine where Store: ~Copyable {
  /// What the ring and the application can see of the registration.
  public enum Standing: Equatable, Sendable {
    case idle
    case connecting
    case registering
    case registered
    case updating
    case deregistering
    case waiting(BackoffCause)
    /// A bootstrap begins when the hold-off is over.
    case holdingOff
    /// The bootstrap server was asked, and has not finished.
    case bootstrapping
    case disabled
  }

  public var standing: Standing {
    switch registration.state {
    case .idle: .idle
    case .connecting: .connecting
    case .registering: .registering
    case .registered: outstanding.isActive && purpose.kind == .update ? .updating : .registered
    case .waiting: .waiting(registration.cause)
    case .deregistering, .disabling: .deregistering
    case .disabled: .disabled
    case .unprovisioned, .holding: .holdingOff
    case .requesting, .ordered, .provisioned: .bootstrapping
    }
  }

  /// Command: become registered, after a bootstrap where one is configured and there is no account. While waiting to try
  /// again it tries now; otherwise it changes nothing that is under way, and a device that the server disabled stays silent.
  public mutating func register() {
    switch registration.state {
    case .idle:
      registration.backoff = Backoff()
      registration.target = nextTarget
      registration.become(registration.target == .access ? .connecting : .unprovisioned)
    case .waiting: registration.become(.connecting)
    case .connecting, .registering, .registered, .deregistering, .disabling, .disabled,
      .unprovisioned, .holding, .requesting, .ordered, .provisioned:
      break
    }
  }

  /// The ring opened a socket towards `address`, where the server of `target` is.
  public mutating func connected(to address: PeerAddress) {
    guard registration.state == .connecting else { return }
    if peer != address {
      duplicates.removeAll()
      transfers.removeAll()
      registration.forget()
    }
    peer = address
    events.append(.connected)
    if registration.target == .access { registration.join() } else { beginBootstrap() }
  }

  /// The name does not resolve, or the socket could not be opened.
  public mutating func connectFailed(_ cause: BackoffCause, now: Instant) {
    guard registration.state == .connecting else { return }
    events.append(.connectFailed)
    giveUpServer(cause, maxAge: 0, now: now)
  }

  /// The socket broke. A new one has a new address.
  public mutating func linkLost(now: Instant) {
    leaveAddress()
    switch registration.state {
    case .idle, .waiting, .disabled, .unprovisioned, .holding, .provisioned: return
    case .deregistering, .disabling: return endRegistration(.empty, now: now)
    case .connecting, .registering, .registered, .requesting, .ordered:
      retreat(.socket, maxAge: 0, now: now)
    }
    events.append(.connectFailed)
  }

  /// Command: open another socket at once, where there is one. `false` when nothing is to be done with it.
  public mutating func rebind() -> Bool {
    switch registration.state {
    case .idle, .deregistering, .disabling, .disabled: return false
    case .connecting, .waiting, .unprovisioned, .holding, .provisioned: return true
    case .registering, .registered, .requesting, .ordered:
      leaveAddress()
      registration.become(.connecting)
      return true
    }
  }

  /// Nothing comes back to the old address. By the policy a new one registers again, as LwM2M 1.0 has it, or the server
  /// goes on knowing the device, and is told once more what an Update was to tell it.
  private mutating func leaveAddress() {
    if configuration.rebinding == .register {
      registration.forget()
    } else if outstanding.isActive, purpose.kind == .update {
      registration.want(purpose.content)
    }
    observations.forgetMessages()
    abandonExchanges()
  }

  /// Command: send an Update with this content. `nil` lifetime leaves it as it is; 15 ... 0x0FFFFFFF otherwise.
  public mutating func update(lifetime seconds: UInt32?, withObjects: Bool) {
    want(withObjects ? .objects : .plain)
    guard let seconds else { return }
    changeLifetime(seconds)
    want(.lifetime)
  }

  /// An Update is to tell this. One whose list is on its way in blocks begins anew when it has not told that much: all its
  /// blocks have the same options.
  mutating func want(_ content: UpdateContent) {
    if registration.transfer.isUnderWay, purpose.kind == .update,
      purpose.content.merged(content) != purpose.content
    {
      return beginListAnew(with: content)
    }
    registration.want(content)
  }

  /// This has changed. A list that is on its way in blocks begins anew: they are about one list.
  mutating func want(changed content: UpdateContent) {
    if registration.transfer.isUnderWay { return beginListAnew(with: content) }
    registration.want(content)
  }

  @inline(never)
  private mutating func beginListAnew(with content: UpdateContent) {
    outstanding.end()
    if selected == .outstanding { selected = .none }
    registration.transfer.rewind()
    // A Register tells all there is.
    if purpose.kind == .update { registration.goOn(with: purpose.content.merged(content)) }
  }

  /// Command: end the registration. `false` when there is none; then everything under way is dropped.
  public mutating func deregister() -> Bool {
    // The De-register of a device that is being disabled is as good as any.
    if registration.state != .disabling {
      guard registration.isWithinReach else {
        forgetRegistration()
        return false
      }
      abandonExchanges()
    }
    registration.become(.deregistering)
    return true
  }

  /// Command: be idle at once, whatever the server thinks.
  public mutating func abandon() {
    if registration.state == .deregistering { events.append(.deregistered) }
    forgetRegistration()
  }

  /// Execute /1/0/4: De-register follows, once the answer has left.
  mutating func disable() {
    abandonExchanges()
    registration.become(.disabling)
  }

  /// The De-register is over. `code`: what the server said to it; empty when it said nothing.
  mutating func endRegistration(_ code: Code, now: Instant) {
    let isDisabled = registration.state == .disabling
    events.append(.deregistered, code)
    // What is observed is stored meanwhile (LwM2M 1.0 appendix E.2).
    forgetRegistration(keepsInterest: isDisabled && isStoring)
    guard isDisabled,
      case .integer(let seconds) = store.load(BuiltInSlot.disableTimeout, at: 0, as: .integer)
    else { return }
    registration.become(.disabled, until: now.adding(seconds: UInt32(clamping: seconds)))
  }

  private mutating func forgetRegistration(keepsInterest: Bool = false) {
    abandonExchanges()
    registration.become(.idle)
    if !keepsInterest {
      observations.removeAll()
      attributes.removeAll()
    }
    location.removeAll()
    sleepsAt = .never
  }

  /// Nothing that is under way will be answered any more.
  mutating func abandonExchanges() {
    outstanding.end()
    registration.transfer = ListTransfer()
    selected = .none
    consulting.stage = .none
    reports.failAll()
    backlog.land()
    deferred.failAll()
    transfers.removeAll()
  }

  /// The server has forgotten the device, or may have: one Register at once. Observations end when it succeeds.
  mutating func registerAnew() {
    abandonExchanges()
    registration.become(.registering)
  }

  /// A Reset to a notification cancels an observation, or comes from a server that has forgotten the device. In a profile
  /// where it may be that, an Update finds out, but no sooner than half a minute after the last answer: a server that
  /// cancels a lot costs no more (docs/decisions/0020).
  ///
  /// What is stored needs an observer, whatever the server remembers, and a new registration makes it observe again. One
  /// is enough until something stored was acknowledged, or a server out of reach is back (docs/decisions/0022).
  @inline(never)
  mutating func doubtRegistration() {
    guard registration.isRegistered else { return }
    if doubt == .none, backlog.first(.owing) != nil {
      doubt = .raised
      return registerAnew()
    }
    guard configuration.profile.doubtsAfterReset,
      !(outstanding.isActive && purpose.kind == .update)
    else { return }
    let lifetime = UInt64(lifetime) &* 1000
    let expires = registration.expires.milliseconds &+ 30_000
    registration.hasten(
      to: Instant(milliseconds: expires > lifetime ? expires &- lifetime : 0))
  }

  // MARK: What the one exchange is for, and when

  /// What is due of the registration.
  var registrationPurpose: Purpose? {
    switch registration.state {
    case .registering where !registration.isKnown: return Purpose(.register)
    case .deregistering, .disabling: return Purpose(.deregister)
    case .registering, .registered: return Purpose(.update, content: registration.wanted)
    case .requesting: return Purpose(.bootstrap)
    case .idle, .connecting, .waiting, .disabled, .unprovisioned, .holding, .ordered, .provisioned:
      return nil
    }
  }

  mutating func registrationTimeout(now: Instant) {
    if registration.expires <= now {
      events.append(.lifetimeExpired)
      if registration.isWithinReach { registerAnew() } else { registration.forget() }
    }
    if registration.due <= now, !registration.isRegistered { proceed(now: now) }
  }

  /// The time of a state that ends by itself is over.
  private mutating func proceed(now: Instant) {
    switch registration.state {
    case .waiting, .disabled: registration.become(.connecting)
    case .unprovisioned, .holding, .ordered, .provisioned: proceedBootstrap(now: now)
    case .idle, .connecting, .registering, .registered, .deregistering, .disabling, .requesting:
      break
    }
  }

  /// Waits before the next attempt. `maxAge`: seconds the server asked for.
  mutating func retreat(_ cause: BackoffCause, maxAge: UInt32, now: Instant) {
    let end = patience(cause, maxAge: maxAge, now: now)
    registration.target = nextTarget
    registration.wait(until: end, cause)
  }

  /// Until when the server, or the network, is to be left alone.
  mutating func patience(_ cause: BackoffCause, maxAge: UInt32, now: Instant) -> Instant {
    let random = entropy.count > 0 ? entropy.take() : 0x8000_0000
    return now + registration.backoff.next(cause, maxAge: maxAge, random: random)
  }
}
