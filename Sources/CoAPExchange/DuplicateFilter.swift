import CoAPWire
import NBIoTBytes

/// A request that was seen, and what it was answered.
public struct SeenRequest: Zeroable, Sendable {
  /// What a duplicate gets.
  public enum Answer: UInt8, BitwiseCopyable, Sendable {
    /// The reply is not there yet: nothing.
    case none
    /// The empty acknowledgement again; the response follows, or followed, separately.
    case acknowledgement
    /// The reply again, which is `code` without a body.
    case codeOnly
    /// 2.01 again, with the path of the new `instance`.
    case created
    /// Safe to do again: the request is handled like a new one.
    case recompute
  }

  /// In units of 1.024 s, which 32 bits of count for 139 years; 0 = never used.
  fileprivate var forgetAt: UInt32
  /// What tells requests apart: the message ID, and of the token what fits beside it.
  fileprivate var key: UInt32
  public fileprivate(set) var code: Code
  public fileprivate(set) var answer: Answer
  /// Pinned entries are kept until `forgetAt`; others give way to newer ones.
  fileprivate var isPinned: Bool
  /// Max-Age of a stored 5.03, seconds.
  public fileprivate(set) var maxAge: UInt8

  /// What a Create made: it has no Max-Age, and one code only, so these two bytes hold the ID.
  public var instance: UInt16 {
    UInt16(truncatingIfNeeded: code.rawValue) &<< 8 | UInt16(truncatingIfNeeded: maxAge)
  }

  @inline(__always)
  fileprivate static func key(_ id: UInt16, _ token: Token) -> UInt32 {
    token.hash & 0xFFFF_0000 | UInt32(truncatingIfNeeded: id)
  }

  /// The unit of `forgetAt` that is `milliseconds` behind `instant`.
  @inline(__always)
  fileprivate static func time(_ instant: Instant, in milliseconds: UInt64 = 0) -> UInt32 {
    UInt32(truncatingIfNeeded: (instant.milliseconds &+ milliseconds) &>> 10)
  }
}

/// Recognises requests that arrive twice (RFC 7252 section 4.5), so that what must not happen twice does not.
///
/// A request is remembered in one of the eight slots that follow its message ID's own. POST, PUT and DELETE are
/// pinned for EXCHANGE_LIFETIME; two of any eight slots are left to GET, which may be answered anew. All replies to
/// pinned requests are a bare code, so a slot needs no room for bytes. Only the server's datagrams get here: the
/// peer is the same for all entries, and a new registration with another peer clears them.
public struct DuplicateFilter: BitwiseCopyable {
  private let slots: LentTable<SeenRequest>
  /// Most requests ever remembered at once in the slots one request may have.
  public private(set) var peak = 0

  static var window: Int { 8 }
  static var reservedForReads: Int { 2 }
  /// EXCHANGE_LIFETIME, and one unit of `forgetAt` less a millisecond to round up.
  private static var lifetime: UInt64 {
    UInt64(truncatingIfNeeded: TransmissionParameters.exchangeLifetime.count) &+ 1023
  }

  public init(_ slots: LentTable<SeenRequest>) {
    self.slots = slots
  }

  public var capacity: Int { slots.capacity }

  private var windowSize: Int { min(DuplicateFilter.window, slots.capacity) }

  /// What a request is to this filter.
  public enum Finding: UInt8, BitwiseCopyable, Sendable {
    /// It is new, and remembered from now on.
    case new
    /// It was here before.
    case seen
    /// It is new, and every slot it may have is pinned: what must not be done twice must then not be done at all.
    case full
  }

  /// Looks a request up, and remembers it when it is new. Free slots are taken first, then the oldest that is not
  /// pinned. The slot is where its answer is to be recorded.
  @inline(__always)
  public mutating func admit(
    id: UInt16, token: Token, pinned: Bool, now: Instant
  ) -> (finding: Finding, slot: DuplicateSlot) {
    let key = SeenRequest.key(id, token)
    let time = SeenRequest.time(now)
    let size = windowSize
    var index = Int(truncatingIfNeeded: id) % slots.capacity
    var best = 0
    var oldest = UInt32.max
    var pinnedCount = 0
    var liveCount = 1
    var left = size
    repeat {
      let forgetAt = slots[index].forgetAt
      if forgetAt > time {
        if slots[index].key == key { return (.seen, DuplicateSlot(index)) }
        liveCount &+= 1
      }
      if forgetAt > time, slots[index].isPinned {
        pinnedCount &+= 1
      } else if forgetAt < oldest {
        best = index
        oldest = forgetAt
        // A slot once used is used ever after, and the first that is not is taken: nothing stands behind it. In a table
        // of several windows there is room for reads elsewhere.
        if forgetAt == 0, slots.capacity > DuplicateFilter.window { break }
      }
      index &+= 1
      if index == slots.capacity { index = 0 }
      left &-= 1
    } while left > 0
    guard pinnedCount < (pinned ? size &- DuplicateFilter.reservedForReads : size) else {
      return (.full, .none)
    }
    peak = max(peak, min(liveCount, size))
    slots[best] = SeenRequest(
      forgetAt: SeenRequest.time(now, in: DuplicateFilter.lifetime), key: key, code: .empty,
      answer: pinned ? .none : .recompute, isPinned: pinned, maxAge: 0)
    return (.new, DuplicateSlot(best))
  }

  /// What was recorded for a request that was seen.
  public subscript(slot: DuplicateSlot) -> SeenRequest {
    slots[Int(truncatingIfNeeded: slot.index)]
  }

  /// Notes what a remembered request was answered; an entry that has given way is left alone.
  public mutating func record(
    _ answer: SeenRequest.Answer, code: Code, maxAge: UInt8 = 0, id: UInt16, token: Token,
    in slot: DuplicateSlot
  ) {
    let index = Int(truncatingIfNeeded: slot.index)
    guard index < slots.capacity, slots[index].key == SeenRequest.key(id, token) else { return }
    slots[index].answer = answer
    slots[index].code = code
    slots[index].maxAge = maxAge
  }

  /// How many requests are remembered at `now`. Counts; not for the hot path.
  public func occupancy(now: Instant) -> Int {
    var count = 0
    var index = 0
    while index < slots.capacity {
      if slots[index].forgetAt > SeenRequest.time(now) { count &+= 1 }
      index &+= 1
    }
    return count
  }

  public mutating func removeAll() {
    var index = 0
    while index < slots.capacity {
      slots[index].forgetAt = 0
      index &+= 1
    }
  }
}

/// Where a `DuplicateFilter` remembers a request.
public struct DuplicateSlot: BitwiseCopyable, Sendable {
  fileprivate let index: UInt16

  @inline(__always)
  fileprivate init(_ index: Int) {
    self.index = UInt16(truncatingIfNeeded: index)
  }

  /// Nowhere: there was no room.
  public static var none: DuplicateSlot { DuplicateSlot(0xFFFF) }
}
