import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What the server's answer to Register, Update or De-register changes, and its silence.
extension Engine where Store: ~Copyable {
  mutating func answered(_ message: borrowing MessageView, now: Instant) {
    guard message.code.isSuccess else {
      let isOverloaded = message.code.group == 5 || message.code == .tooManyRequests
      return fail(
        isOverloaded ? .overloaded : .refused, code: message.code, maxAge: maxAge(of: message),
        now: now)
    }
    switch purpose.kind {
    case .register:
      guard takeLocation(message) else {
        return fail(.refused, code: .requestEntityTooLarge, maxAge: 0, now: now)
      }
      becomeRegistered()
      observations.removeAll()
      attributes.removeAll()
      events.append(.registered, message.code)
    case .update:
      becomeRegistered()
      events.append(.updated, message.code)
    case .deregister:
      endRegistration(message.code)
    case .report, .response:
      break
    }
  }

  /// The server's clock started no earlier than the request left.
  private mutating func becomeRegistered() {
    let wait = configuration.parameters.maximumTransmitWait.count / 1000
    // A full cycle of retransmissions has to fit in what is left.
    let lead = wait < lifetime / 2 ? lifetime &- wait : lifetime / 2
    let start = outstanding.startedAt
    registration.succeed(
      updateAt: start.adding(seconds: lead), expires: start.adding(seconds: lifetime))
  }

  /// Keeps the Location-Path for Update and De-register (LwM2M 1.0 section 5.3.1).
  private mutating func takeLocation(_ message: borrowing MessageView) -> Bool {
    location.removeAll()
    var options = message.options
    while let option = options.next() {
      guard option.number == .locationPath else { continue }
      guard location.appendCounted(option.value) else { return false }
    }
    return true
  }

  /// Seconds the server asks to be left alone; 0 when it does not.
  private func maxAge(of message: borrowing MessageView) -> UInt32 {
    var options = message.options
    while let option = options.next() {
      if option.number == .maxAge { return option.unsigned() ?? 0 }
    }
    return 0
  }

  /// The server said no with this code, or with an empty one sent a Reset or nothing.
  mutating func fail(_ cause: BackoffCause, code: Code, maxAge: UInt32, now: Instant) {
    switch purpose.kind {
    case .register:
      events.append(cause == .silent ? .registrationTimedOut : .registrationRefused, code)
      retreat(cause, maxAge: cause == .overloaded ? maxAge : 0, now: now)
    case .update:
      events.append(cause == .silent ? .updateTimedOut : .updateRefused, code)
      guard cause == .overloaded else { return registerAnew() }
      // A busy server gets the Update again later, while the lifetime lasts.
      let wait = maxAge < 30 ? 30 : maxAge > 3600 ? 3600 : maxAge
      registration.putOff(purpose.content, until: now.adding(seconds: wait))
    case .deregister:
      endRegistration(code)
    case .report, .response:
      break
    }
  }
}
