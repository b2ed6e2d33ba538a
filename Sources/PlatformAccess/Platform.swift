import NBIoTBytes

/// The platform as a device sees it: an access server, a bootstrap server where there is one, and the
/// network before them, which may be silent.
public struct Platform: Sendable {
  public enum Role: String, CaseIterable, Sendable {
    case access
    case bootstrap
  }

  /// What happens in an outage to what the servers know.
  public enum Memory: String, Sendable {
    case kept
    case lost
  }

  public var access: AccessServer
  public var bootstrap: BootstrapServer?
  private var silences: [Role: Instant] = [:]
  private var events: [Event] = []

  public init(access: AccessServer, bootstrap: BootstrapServer? = nil) {
    self.access = access
    self.bootstrap = bootstrap
  }

  /// A datagram arrived at the port of `role`.
  public mutating func handle(_ datagram: Datagram, at role: Role, now: Instant) {
    guard !isSilent(role, now: now) else {
      events.append(.dropped(peer: datagram.peer, reason: "the \(role) server is silent"))
      return
    }
    switch role {
    case .access: access.handle(datagram: datagram.bytes, from: datagram.peer, now: now)
    case .bootstrap:
      bootstrap?.handle(datagram: datagram.bytes, from: datagram.peer, now: now)
    }
  }

  /// To be called at or after `deadline`; calling it earlier does nothing.
  public mutating func handleTimeout(now: Instant) {
    access.handleTimeout(now: now)
    bootstrap?.handleTimeout(now: now)
    for role in Role.allCases {
      guard let end = silences[role], now >= end else { continue }
      silences[role] = nil
      events.append(.heard(role))
    }
  }

  /// The earliest instant at which there is work.
  public var deadline: Instant {
    min(access.deadline, bootstrap?.deadline ?? .never, silences.values.min() ?? .never)
  }

  /// The next datagram to send from the port of `role`.
  public mutating func transmit(from role: Role, now: Instant) -> Datagram? {
    while let datagram = role == .access ? access.transmit() : bootstrap?.transmit() {
      if !isSilent(role, now: now) { return datagram }
    }
    return nil
  }

  public mutating func nextEvent() -> Event? {
    if !events.isEmpty { return events.removeFirst() }
    return bootstrap?.nextEvent() ?? access.nextEvent()
  }

  /// Nothing arrives at the server and nothing leaves it for that long.
  public mutating func silence(_ role: Role, for duration: Milliseconds, now: Instant) {
    guard role == .access || bootstrap != nil else { return }
    silences[role] = now + duration
    events.append(.silent(role, duration))
  }

  /// Both servers are gone for that long.
  public mutating func beGone(for duration: Milliseconds, _ memory: Memory, now: Instant) {
    for role in Role.allCases { silence(role, for: duration, now: now) }
    if memory == .lost { restart() }
  }

  private func isSilent(_ role: Role, now: Instant) -> Bool {
    silences[role].map { now < $0 } ?? false
  }

  /// Both servers come up again after a power failure.
  public mutating func restart() {
    access.restart()
    bootstrap?.restart()
    events.append(.restarted)
  }
}
