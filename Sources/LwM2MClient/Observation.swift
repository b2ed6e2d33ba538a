import CoAPWire
import LwM2MModel
import NBIoTBytes

/// One server's interest in one path (RFC 7641, LwM2M 1.0 section 5.5).
struct Observation: Zeroable {
  let path: Path
  /// The server that observes.
  let server: UInt16
  var token: Token
  /// Every notification has the format of the first answer (RFC 7641 section 4.2).
  var format: ContentFormat
  /// Message ID of the last notification, which a Reset names; none before the first.
  var lastID: UInt16?
  var need: Need
  /// The next observation in the ready queue.
  var next: UInt16
  /// The hour in which the observer was last known to be there.
  var confirmedHour: UInt16
  /// 24 bits (RFC 7641 section 4.4).
  var sequence: UInt32
  /// When the last notification, or the first answer, left.
  var lastSent: Instant
  /// The number last reported; what gt, lt and st compare with.
  var lastNumber: Double

  /// What is to be reported.
  enum Need: UInt8, BitwiseCopyable {
    /// Nothing.
    case none
    /// A value changed; thresholds decide when pmin is over.
    case changed
    /// As `changed`, and it stands in the ready queue.
    case changedReady
    /// pmax is over: report whatever the value; it stands in the ready queue.
    case periodicReady
  }

  static var noSlot: UInt16 { 0xFFFF }

  init(path: Path, server: UInt16, token: Token, format: ContentFormat, now: Instant) {
    self.path = path
    self.server = server
    self.token = token
    self.format = format
    lastID = nil
    need = .none
    next = Observation.noSlot
    confirmedHour = Observation.hour(now)
    sequence = 0
    lastSent = now
    lastNumber = 0
  }

  var key: UInt64 {
    @inline(__always) get { Observation.key(path, server) }
  }

  @inline(__always)
  static func key(_ path: Path, _ server: UInt16) -> UInt64 {
    path.key &<< 16 | UInt64(server)
  }

  /// Hours wrap after seven years.
  static func hour(_ instant: Instant) -> UInt16 {
    UInt16(truncatingIfNeeded: instant.milliseconds / 3_600_000)
  }

  /// Once in 24 hours a notification has to be confirmable (RFC 7641 section 4.5).
  func needsConfirmation(_ now: Instant) -> Bool {
    Observation.hour(now) &- confirmedHour >= 23
  }

  mutating func advance() {
    sequence = (sequence &+ 1) & 0xFF_FFFF
  }
}
