import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The server's interest in one path (RFC 7641, LwM2M 1.0 section 5.5).
struct Observation: Keyed {
  let path: Path
  /// Message ID of the last notification, which a Reset names; 0 before the first.
  var lastID: UInt16
  var token: Token
  var need: Need
  /// Every notification has the format of the first answer (RFC 7641 section 4.2).
  var format: ContentFormat
  private var lastSentLow: UInt32
  /// The number last reported; what gt, lt and st compare with.
  var lastNumber: Double
  /// The sequence number; in the low byte the limit.
  private var counter: UInt32
  private var lastSentHigh: UInt16
  /// When the observer was last known to be there.
  private var confirmedAt: UInt16

  /// What is to be reported.
  enum Need: UInt8, BitwiseCopyable {
    /// Nothing.
    case none
    /// A value changed, by too little. With other attributes it may be enough.
    case slight
    /// A value changed, by too little; it is looked at again when pmin is over.
    case changed
    /// A value changed by enough: report it when pmin is over, whatever it is then.
    case owed
    /// The same, but only a confirmable notification will do: it waits for its turn among what is confirmable.
    case unconfirmed
    /// A value changed and pmin is over: thresholds decide.
    case changedReady
    /// pmax is over, or pmin of what is owed: report whatever the value.
    case periodicReady

    @inline(__always)
    var isReady: Bool { rawValue >= Need.changedReady.rawValue }
    @inline(__always)
    var isChange: Bool { self == .changed || self == .owed }
    /// Told whatever the value is then.
    @inline(__always)
    var isOwed: Bool { self == .owed || self == .unconfirmed }
    /// It leaves as soon as it may.
    @inline(__always)
    var isSettled: Bool { rawValue >= Need.unconfirmed.rawValue }
  }

  init(
    path: Path, token: Token, format: ContentFormat, sequence: UInt32, limit: UInt8, now: Instant
  ) {
    self.path = path
    lastID = 0
    self.token = token
    need = .none
    self.format = format
    lastSentLow = 0
    lastNumber = 0
    counter = sequence &<< 8 | UInt32(limit)
    lastSentHigh = 0
    confirmedAt = Observation.stamp(now)
    lastSent = now
  }

  var key: UInt64 {
    @inline(__always) get { path.key }
  }

  /// When the last notification, or the first answer, left. 48 bits of milliseconds last for 8,900 years.
  var lastSent: Instant {
    get {
      Instant(
        milliseconds: UInt64(truncatingIfNeeded: lastSentHigh) &<< 32
          | UInt64(truncatingIfNeeded: lastSentLow))
    }
    set {
      lastSentLow = UInt32(truncatingIfNeeded: newValue.milliseconds)
      lastSentHigh = UInt16(truncatingIfNeeded: newValue.milliseconds &>> 32)
    }
  }

  /// In units of 2²⁰ ms, 17.5 minutes: they need no division, and wrap after two years.
  private static func stamp(_ instant: Instant) -> UInt16 {
    UInt16(truncatingIfNeeded: instant.milliseconds &>> 20)
  }

  /// A value was just sent; a number, if it is one.
  mutating func reported(_ number: Double?, _ now: Instant) {
    lastSent = now
    if let number { lastNumber = number }
  }

  mutating func confirmed(_ now: Instant) {
    confirmedAt = Observation.stamp(now)
  }

  /// Once in 24 hours a notification has to be confirmable (RFC 7641 section 4.5). When the one behind this comes, nobody
  /// knows: any in the second half of a day is. 41 units are 11.9 hours.
  func needsConfirmation(_ now: Instant) -> Bool {
    Observation.stamp(now) &- confirmedAt >= 41
  }

  /// 24 bits (RFC 7641 section 4.4).
  var sequence: UInt32 {
    @inline(__always) get { counter &>> 8 }
    set { counter = newValue &<< 8 | UInt32(limit) }
  }

  /// How large the blocks of notifications may be, as `BlockWish` has it.
  var limit: UInt8 {
    @inline(__always) get { UInt8(truncatingIfNeeded: counter) }
  }

  mutating func advance() {
    counter &+= 0x100
  }
}
