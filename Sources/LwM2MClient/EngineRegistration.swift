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
  }

  public var standing: Standing {
    switch registration {
    case .idle: .idle
    case .connecting: .connecting
    case .registering: .registering
    case .registered:
      if case .update = outstanding?.purpose { .updating } else { .registered }
    case .waiting(_, _, let cause): .waiting(cause)
    case .deregistering: .deregistering
    }
  }

  /// Command: become registered. While waiting to try again it tries now; otherwise it changes nothing that is under
  /// way.
  public mutating func register() {
    switch registration {
    case .idle: registration = .connecting(Backoff())
    case .waiting(_, let backoff, _): registration = .connecting(backoff)
    case .connecting, .registering, .registered, .deregistering: break
    }
  }

  /// The ring opened a socket towards `address`.
  public mutating func connected(to address: PeerAddress) {
    guard case .connecting(let backoff) = registration else { return }
    if peer != address { duplicates.removeAll() }
    peer = address
    registration = .registering(backoff, missed: nil)
    events.append(Event(.connected))
  }

  /// The name does not resolve, or the socket could not be opened.
  public mutating func connectFailed(_ cause: BackoffCause, now: Instant) {
    guard case .connecting(let backoff) = registration else { return }
    events.append(Event(.connectFailed))
    retreat(backoff, cause, maxAge: nil, now: now)
  }

  /// The socket broke. A new one has a new address, and a new address registers again.
  public mutating func linkLost(now: Instant) {
    abandonExchanges()
    switch registration {
    case .idle, .waiting: return
    case .deregistering: return abandon()
    case .connecting(let backoff), .registering(let backoff, _):
      retreat(backoff, .socket, maxAge: nil, now: now)
    case .registered:
      retreat(Backoff(), .socket, maxAge: nil, now: now)
    }
    events.append(Event(.connectFailed))
  }

  /// Command: send an Update with this content. `nil` lifetime leaves it as it is; 15 ... 0x0FFFFFFF otherwise.
  public mutating func update(lifetime seconds: UInt32?, withObjects: Bool) {
    if let seconds {
      changeLifetime(seconds)
      wantUpdate(UpdateContent(lifetime: true, objects: withObjects))
    } else {
      wantUpdate(UpdateContent(lifetime: false, objects: withObjects))
    }
  }

  /// A new lifetime is reported at once (ETS int-102).
  mutating func changeLifetime(_ seconds: UInt32) {
    store.store(.integer(Int64(seconds)), in: BuiltInSlot.lifetime, at: 0)
    guard seconds != lifetime else { return }
    lifetime = seconds
    wantUpdate(UpdateContent(lifetime: true, objects: false))
  }

  mutating func wantUpdate(_ content: UpdateContent) {
    switch registration {
    case .registered(var registered):
      registered.wanted = content.merged(registered.wanted)
      registration = .registered(registered)
    case .registering(let backoff, let missed):
      // The Register that is under way may not carry the change, so an Update follows it.
      registration = .registering(backoff, missed: content.merged(missed))
    case .idle, .connecting, .waiting, .deregistering:
      break
    }
  }

  /// Command: end the registration. `false` when there is none; then everything under way is dropped.
  public mutating func deregister() -> Bool {
    abandonExchanges()
    guard registration.isRegistered else {
      forgetRegistration()
      return false
    }
    registration = .deregistering
    return true
  }

  /// Command: be idle at once, whatever the server thinks.
  public mutating func abandon() {
    endRegistration(.empty)
  }

  /// Idle from now on. `code`: what the server said to a De-register; empty when it said nothing.
  mutating func endRegistration(_ code: Code) {
    if case .deregistering = registration { events.append(Event(.deregistered, code: code)) }
    abandonExchanges()
    forgetRegistration()
  }

  private mutating func forgetRegistration() {
    registration = .idle
    observations.removeAll()
    attributes.removeAll()
    location.removeAll()
  }

  /// Nothing that is under way will be answered any more.
  private mutating func abandonExchanges() {
    outstanding = nil
    selected = .none
    consulting.stage = .none
    reports.failAll()
    deferred.failAll()
  }

  /// The server has forgotten the device, or may have: one Register at once. Observations end when it succeeds.
  mutating func registerAnew() {
    abandonExchanges()
    registration = .registering(Backoff(), missed: nil)
  }

  // MARK: What the one exchange is for, and when

  mutating func registrationPurpose(now: Instant) -> Purpose? {
    switch registration {
    case .registering: return .register
    case .deregistering: return .deregister
    case .registered(let registered):
      if registered.updateAt <= now || registered.wanted != nil && registered.retryAt <= now {
        return .update(registered.wanted ?? UpdateContent(lifetime: false, objects: false))
      }
      return nil
    case .idle, .connecting, .waiting: return nil
    }
  }

  var registrationDeadline: Instant {
    switch registration {
    case .idle: return .never
    // The ring acts on these at once, unless an exchange is under way or randomness is missing.
    case .connecting: return .never
    case .registering, .deregistering:
      return outstanding == nil ? Instant(milliseconds: 0) : .never
    case .waiting(let until, _, _): return until
    case .registered(let registered):
      guard outstanding == nil else { return registered.expires }
      let update = registered.wanted == nil ? registered.updateAt : registered.retryAt
      return min(registered.expires, min(update, registered.updateAt))
    }
  }

  mutating func registrationTimeout(now: Instant) {
    switch registration {
    case .waiting(let until, let backoff, _):
      if until <= now { registration = .connecting(backoff) }
    case .registered(let registered):
      guard registered.expires <= now else { return }
      events.append(Event(.lifetimeExpired))
      registerAnew()
    case .idle, .connecting, .registering, .deregistering: break
    }
  }

  /// Waits before the next attempt.
  mutating func retreat(
    _ backoff: Backoff, _ cause: BackoffCause, maxAge: UInt32?, now: Instant
  ) {
    var backoff = backoff
    let random = entropy.count > 0 ? entropy.take() : 0x8000_0000
    let wait = backoff.next(cause, maxAge: maxAge, random: random)
    registration = .waiting(until: now + wait, backoff, cause)
  }
}
