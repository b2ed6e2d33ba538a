import NBIoTBytes

/// The registration and the radio connection, as the module sees them.
struct Network: Equatable, Sendable {
  private let home: UInt8
  private let registrationTime: Milliseconds
  private let inactivity: Milliseconds
  private let plmn: String
  private let earfcn: UInt32

  /// `+CFUN`.
  var isSwitchedOn = true
  /// `+CGATT`.
  var isAttached = true
  /// `+COPS`: 0 automatic, 1 manual, 2 deregistered.
  var operatorMode: UInt8 = 0
  /// Of mode 1.
  var chosen = ""
  /// `+NEARFCN`; 0: none.
  var lock: UInt32 = 0
  /// There is a cell.
  var isCovered = true

  /// `<stat>` of `+CEREG`: 0 not searching, 1 home, 2 searching, 5 roaming.
  private(set) var registration: UInt8 = 0
  private(set) var isConnected = false
  private var found = Instant.never
  private var idle = Instant.never
  private var releasesAfterReply = false

  /// From a release that was asked for to its end.
  static var releaseTime: Milliseconds { Milliseconds(100) }

  init(_ configuration: ModuleConfiguration) {
    home = configuration.isRoaming ? 5 : 1
    registrationTime = configuration.registrationTime
    inactivity = configuration.inactivity
    plmn = configuration.plmn
    earfcn = configuration.earfcn
  }

  var isRegistered: Bool { registration == home }

  private var isWanted: Bool { isSwitchedOn && isAttached && operatorMode != 2 }

  private var isReachable: Bool {
    isCovered && (lock == 0 || lock == earfcn) && (operatorMode == 0 || chosen == plmn)
  }

  var deadline: Instant {
    min(found, idle)
  }

  /// Brings the registration and the connection to what is set and what the time is.
  mutating func settle(now: Instant) {
    guard isWanted, isReachable else {
      registration = isWanted ? 2 : 0
      found = .never
      disconnect()
      return
    }
    if !isRegistered {
      registration = 2
      if found == .never { found = now + registrationTime }
      if now >= found {
        found = .never
        registration = home
        connect(now: now)
      }
    }
    if now >= idle { disconnect() }
  }

  /// A datagram is under way in either direction.
  mutating func connect(now: Instant) {
    isConnected = true
    idle = now + inactivity
  }

  /// Release assistance: nothing follows what was sent, or only what answers it.
  mutating func release(_ moment: Release, now: Instant) {
    switch moment {
    case .afterSending: idle = now + Network.releaseTime
    case .afterReply: releasesAfterReply = true
    }
  }

  enum Release {
    case afterSending
    case afterReply
  }

  mutating func received(now: Instant) {
    connect(now: now)
    if releasesAfterReply { release(.afterSending, now: now) }
    releasesAfterReply = false
  }

  private mutating func disconnect() {
    isConnected = false
    idle = .never
    releasesAfterReply = false
  }
}
