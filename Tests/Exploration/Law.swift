import CoAPWire
import LwM2MClient

/// What was seen of the device so far, as far as a rule needs it.
struct Law {
  /// The confirmable message that was sent last, until it is answered.
  struct Open {
    var datagram: Datagram
    var sends = 1
    var sentAt: UInt64
    /// An empty acknowledgement came.
    var isAcknowledged = false
  }

  var open: Open?
  /// The highest message ID so far.
  private var lastID: UInt16 = 0
  /// The acknowledgement IDs of which no end was told, and the deferred requests.
  var reports: [UInt32] = []
  var deferred: [UInt32] = []
  /// The token of the observation that a notification ended which was reset, or given up.
  private(set) var unobserved: [UInt8]?
  /// Where the server has registered the device, as the device was told.
  var location: String?
  /// The last event about the registration said that it holds.
  var isTold = false
  /// When a datagram left or came.
  var traffic: UInt64 = 0
  var step = Step()

  /// What happened in this event.
  struct Step {
    /// What came in.
    var arrived: Datagram?
    /// What was open then.
    var expectedID: UInt16 = 0
    var expected: [UInt8] = []
    /// The device was registered when it began.
    var wasRegistered = false
    /// The application, the server or the link ended what was under way.
    var isInterrupted = false
    /// By how much a deadline was missed.
    var lateness: UInt64 = 0
    var sent: [Datagram] = []
    var runs = 0
    var refusedUpdate = false
  }

  // MARK: Datagrams

  mutating func arrives(_ datagram: Datagram, now: UInt64) {
    traffic = now
    step.arrived = datagram
    if datagram.code == .get, datagram.token == unobserved { unobserved = nil }
    step.expectedID = open?.datagram.id ?? 0
    step.expected = open?.datagram.token ?? []
  }

  /// What came is an answer to what is open; called once the device has seen it.
  mutating func settle(_ datagram: Datagram) {
    guard let current = open else { return }
    switch (datagram.type, datagram.code) {
    case (.reset, _):
      guard datagram.id == current.datagram.id else { return }
      endsObservation(current)
      open = nil
    case (.acknowledgement, .empty):
      guard datagram.id == current.datagram.id else { return }
      open!.isAcknowledged = true
      if !current.datagram.code.isRequest { open = nil }
    default:
      let isMatch = datagram.type != .acknowledgement || datagram.id == current.datagram.id
      if isMatch, datagram.token == current.datagram.token, datagram.code.isResponse { open = nil }
    }
  }

  mutating func leaves(_ datagram: Datagram, _ findings: Findings, now: UInt64) {
    traffic = now
    step.sent.append(datagram)
    guard datagram.type == .confirmable || datagram.type == .nonConfirmable else { return }
    if let open, !step.isInterrupted, isExhausted(now: now) { endsObservation(open) }
    findings.check(
      .unobserved, !datagram.isNotification || datagram.token != unobserved,
      "\(datagram.summary) to token \(datagram.token), which is over")
    findings.check(
      .location, !datagram.isUpdate && datagram.code != .delete || datagram.path == location,
      "\(datagram.summary), and the server said \(location ?? "nothing")")
    findings.check(
      .location, datagram.observe == nil || datagram.code.isRequest || location != nil,
      "a notification before the device is registered")
    if let open, open.datagram.id == datagram.id {
      return repeats(datagram, of: open, findings, now: now)
    }
    findings.check(.freshID, datagram.id > lastID, "message ID \(datagram.id) again")
    lastID = max(lastID, datagram.id)
    if datagram.type == .confirmable { begins(datagram, findings, now: now) }
  }

  private mutating func repeats(
    _ datagram: Datagram, of current: Open, _ findings: Findings, now: UInt64
  ) {
    findings.check(
      .freshID, datagram == current.datagram, "message ID \(datagram.id) for another message")
    goesOn(current, findings, now: now)
  }

  /// The same message once more, or what took its place.
  private mutating func goesOn(_ current: Open, _ findings: Findings, now: UInt64) {
    findings.check(
      .attempts, current.sends <= Terrain.maximumRetransmissions && !current.isAcknowledged,
      current.isAcknowledged
        ? "sent again although acknowledged" : "sent \(current.sends + 1) times")
    let least = UInt64(Terrain.acknowledgementTimeout) << UInt64(current.sends - 1)
    let waited = now - current.sentAt
    findings.check(
      .pace, waited >= least && waited <= least * 3 / 2 + step.lateness,
      "waited \(waited) ms before transmission \(current.sends + 1)")
    open!.sends += 1
    open!.sentAt = now
  }

  private mutating func begins(_ datagram: Datagram, _ findings: Findings, now: UInt64) {
    if let current = open, current.datagram.token == datagram.token,
      current.datagram.code == datagram.code, !step.isInterrupted, now > current.sentAt
    {
      // Other bytes: a new message that goes on with the timer (RFC 7641 section 4.5.2).
      if current.sends <= Terrain.maximumRetransmissions {
        goesOn(current, findings, now: now)
        open!.datagram = datagram
        return
      }
    }
    findings.check(
      .oneAtATime,
      open == nil || step.isInterrupted || open!.isAcknowledged || isExhausted(now: now),
      "\(datagram.summary) while \(open?.datagram.summary ?? "") is under way")
    open = Open(datagram: datagram, sentAt: now)
  }

  /// Whoever rejects, or does not acknowledge, is not there.
  mutating func endsObservation(_ ended: Open) {
    if ended.datagram.isNotification { unobserved = ended.datagram.token }
  }

  func isExhausted(now: UInt64) -> Bool {
    guard let open else { return true }
    let last = UInt64(Terrain.acknowledgementTimeout) << UInt64(Terrain.maximumRetransmissions)
    return open.sends > Terrain.maximumRetransmissions && now >= open.sentAt + last
  }

  /// When the open message has to be sent again, or given up, at the latest.
  var limit: UInt64? {
    guard let open, !open.isAcknowledged else { return nil }
    let least = UInt64(Terrain.acknowledgementTimeout) << UInt64(open.sends - 1)
    return open.sentAt + least * 3 / 2
  }
}
