import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What the server's answer to Register, Update or De-register changes, and its silence.
extension Engine where Store: ~Copyable {
  mutating func answered(
    _ purpose: Purpose, startedAt: Instant, _ answer: borrowing Answer, now: Instant
  ) {
    let code = answer.code
    guard code.isSuccess else {
      return refused(purpose, code: code, maxAge: answer.maxAge, now: now)
    }
    switch purpose {
    case .register:
      guard takeLocation(answer) else {
        return refused(purpose, code: .requestEntityTooLarge, maxAge: nil, now: now)
      }
      guard case .registering(_, let missed) = registration else { return }
      becomeRegistered(since: startedAt, wanted: missed)
      observations.removeAll()
      attributes.removeAll()
      events.append(Event(.registered, code: code))
    case .update:
      guard case .registered(let registered) = registration else { return }
      becomeRegistered(since: startedAt, wanted: registered.wanted)
      events.append(Event(.updated, code: code))
    case .deregister:
      endRegistration(code)
    case .report, .response:
      break
    }
  }

  /// The server's clock started no earlier than the request left.
  private mutating func becomeRegistered(since start: Instant, wanted: UpdateContent?) {
    let wait = configuration.parameters.maximumTransmitWait.count / 1000
    // A full cycle of retransmissions has to fit in what is left.
    let lead = wait < lifetime / 2 ? lifetime &- wait : lifetime / 2
    registration = .registered(
      Registered(
        expires: start.adding(seconds: lifetime), updateAt: start.adding(seconds: lead),
        wanted: wanted, retryAt: Instant(milliseconds: 0)))
  }

  /// Keeps the Location-Path for Update and De-register (LwM2M 1.0 section 5.3.1).
  private mutating func takeLocation(_ answer: borrowing Answer) -> Bool {
    location.removeAll()
    var options = answer.options
    while let option = options.next() {
      guard option.number == .locationPath else { continue }
      guard location.appendCounted(option.value) else { return false }
    }
    return true
  }

  /// The server said no, or with an empty code sent a Reset.
  mutating func refused(_ purpose: Purpose, code: Code, maxAge: UInt32?, now: Instant) {
    let isOverloaded = code.group == 5 || code == .tooManyRequests
    switch purpose {
    case .register:
      guard case .registering(let backoff, _) = registration else { return }
      events.append(Event(.registrationRefused, code: code))
      let cause: BackoffCause =
        isOverloaded ? .overloaded : code == .empty ? .reset : .refused
      retreat(backoff, cause, maxAge: isOverloaded ? maxAge : nil, now: now)
    case .update(let content):
      events.append(Event(.updateRefused, code: code))
      guard case .registered(let registered) = registration else { return }
      if isOverloaded {
        postpone(registered, content, maxAge: maxAge, now: now)
      } else {
        registerAnew()
      }
    case .deregister:
      endRegistration(code)
    case .report, .response:
      break
    }
  }

  /// A busy server gets the Update again later, while the lifetime lasts.
  private mutating func postpone(
    _ registered: Registered, _ content: UpdateContent, maxAge: UInt32?, now: Instant
  ) {
    var registered = registered
    let asked = maxAge ?? 30
    let wait = asked < 30 ? 30 : asked > 3600 ? 3600 : asked
    registered.wanted = content.merged(registered.wanted)
    registered.retryAt = now.adding(seconds: wait)
    registered.updateAt = registered.expires
    registration = .registered(registered)
  }

  /// No answer after all retransmissions.
  mutating func unanswered(_ purpose: Purpose, now: Instant) {
    switch purpose {
    case .register:
      guard case .registering(let backoff, _) = registration else { return }
      events.append(Event(.registrationTimedOut))
      retreat(backoff, .silent, maxAge: nil, now: now)
    case .update:
      events.append(Event(.updateTimedOut))
      registerAnew()
    case .deregister:
      endRegistration(.empty)
    case .report, .response:
      break
    }
  }
}

/// The server's response to a request of the device; its options were checked.
struct Answer: ~Escapable {
  let code: Code
  /// Seconds.
  let maxAge: UInt32?
  private let bytes: Span<UInt8>
  private let optionsStart: Int

  @_lifetime(copy bytes)
  init(_ header: MessageHeader, _ bytes: Span<UInt8>, maxAge: UInt32?) {
    code = header.code
    self.maxAge = maxAge
    self.bytes = bytes
    optionsStart = header.optionsStart
  }

  var options: OptionIterator {
    @_lifetime(copy self)
    get { OptionIterator(bytes, at: optionsStart) }
  }
}
