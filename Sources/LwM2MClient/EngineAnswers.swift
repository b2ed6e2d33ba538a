import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What the server's answer to Bootstrap-Request, Register, Update or De-register changes, and its silence.
extension Engine where Store: ~Copyable {
  mutating func answered(_ answer: borrowing Answer, now: Instant) {
    let code = answer.code
    if registration.transfer.isUnderWay || code == .requestEntityTooLarge {
      if goesOn(after: answer, now: now) { return }
    }
    guard code.isSuccess else {
      let isOverloaded = code.group == 5 || code == .tooManyRequests
      return fail(
        isOverloaded ? .overloaded : .refused, code: code, maxAge: answer.maxAge, now: now)
    }
    switch purpose.kind {
    case .register:
      guard takeLocation(answer) else {
        return fail(.refused, code: .requestEntityTooLarge, maxAge: 0, now: now)
      }
      becomeRegistered()
      accountProven()
      observations.removeAll()
      attributes.removeAll()
      events.append(.registered, code)
    case .update:
      becomeRegistered()
      events.append(.updated, code)
      if doubt == .unheard {
        doubt = .none
        doubtRegistration()
      }
    case .deregister:
      endRegistration(code, now: now)
    case .bootstrap:
      awaitOrders(now: now)
    case .report, .confirmation, .response, .stored:
      break
    }
  }

  /// A list in blocks: whether the answer leaves something to be sent, or the rest can not be sent.
  @inline(never)
  private mutating func goesOn(after answer: borrowing Answer, now: Instant) -> Bool {
    guard purpose.hasList else { return false }
    // The server says how much it takes (RFC 7959 section 2.9.3).
    if answer.code == .requestEntityTooLarge, let size = answer.unsigned(.size1),
      size < UInt32(clamping: listLength)
    {
      return false
    }
    // One that means nothing is as none.
    var block: BlockOption?
    if let value = answer.unsigned(.block1) { block = BlockOption(rawValue: value) }
    switch registration.transfer.follow(answer.code, block) {
    case .ends: return false
    case .goesOn: registration.goOn(with: purpose.content)
    case .fails(let code): fail(.refused, code: code, maxAge: 0, now: now)
    }
    return true
  }

  /// The server's clock started no earlier than the request left.
  private mutating func becomeRegistered() {
    let wait = configuration.parameters.maximumTransmitWait.count / 1000
    // A full cycle of retransmissions has to fit in what is left.
    let lead = wait < lifetime / 2 ? lifetime &- wait : lifetime / 2
    let start = outstanding.startedAt
    registration.transfer = ListTransfer()
    registration.succeed(
      updateAt: start.adding(seconds: lead), expires: start.adding(seconds: lifetime))
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

  /// The server said no with this code, or with an empty one sent a Reset or nothing.
  mutating func fail(_ cause: BackoffCause, code: Code, maxAge: UInt32, now: Instant) {
    registration.transfer = ListTransfer()
    switch purpose.kind {
    case .register:
      events.append(cause == .silent ? .registrationTimedOut : .registrationRefused, code)
      // What does not fit is not mended by another account.
      let isLocal = code == .requestEntityTooLarge
      if isLocal { return retreat(cause, maxAge: 0, now: now) }
      giveUpServer(cause, maxAge: cause == .overloaded ? maxAge : 0, now: now)
    case .update:
      events.append(cause == .silent ? .updateTimedOut : .updateRefused, code)
      guard cause == .overloaded else { return registerAnew() }
      // A busy server gets the Update again later, while the lifetime lasts.
      let later = patience(cause, maxAge: maxAge, now: now)
      registration.putOff(purpose.content, until: later)
    case .deregister:
      endRegistration(code, now: now)
    case .bootstrap:
      events.append(.bootstrapFailed, code)
      retreat(cause, maxAge: cause == .overloaded ? maxAge : 0, now: now)
    case .report, .confirmation, .response, .stored:
      break
    }
  }
}

/// The server's response to a request of the device; its options were checked.
struct Answer: ~Escapable {
  let code: Code
  /// Seconds; 0 = the server asks for none.
  let maxAge: UInt32
  private let bytes: Span<UInt8>
  private let optionsStart: Int

  @_lifetime(copy bytes)
  init(_ header: MessageHeader, _ bytes: Span<UInt8>, maxAge: UInt32) {
    code = header.code
    self.maxAge = maxAge
    self.bytes = bytes
    optionsStart = header.optionsStart
  }

  var options: OptionIterator {
    @_lifetime(copy self)
    get { OptionIterator(bytes, at: optionsStart) }
  }

  /// The number in the first of the options `number`.
  func unsigned(_ number: OptionNumber) -> UInt32? {
    var options = options
    while let option = options.next() {
      if option.number == number { return option.unsigned() }
    }
    return nil
  }
}
