import CoAPWire
import NBIoTBytes

/// A request that was seen, and what it was answered.
public struct SeenRequest: BitwiseCopyable, Sendable {
  /// What a duplicate gets.
  public enum Answer: UInt8, BitwiseCopyable, Sendable {
    /// The reply is not there yet: nothing.
    case none
    /// The empty acknowledgement again; the response follows, or followed, separately.
    case acknowledgement
    /// The reply again, which is `code` without a body.
    case codeOnly
    /// Safe to do again: the request is handled like a new one.
    case recompute
  }

  var forgetAt: Instant
  var tokenHash: UInt32
  public fileprivate(set) var id: UInt16
  public fileprivate(set) var code: Code
  public fileprivate(set) var answer: Answer
  /// Pinned entries are kept until `forgetAt`; others give way to newer ones.
  var isPinned: Bool
  /// Max-Age of a stored 5.03, seconds.
  public fileprivate(set) var maxAge: UInt8

  public static var blank: SeenRequest {
    SeenRequest(
      forgetAt: Instant(milliseconds: 0), tokenHash: 0, id: 0, code: .empty, answer: .none,
      isPinned: false, maxAge: 0)
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
  public mutating func admit(
    id: UInt16, token: Token, pinned: Bool, now: Instant
  ) -> (finding: Finding, slot: DuplicateSlot) {
    let hash = token.hash
    let size = windowSize
    var index = DuplicateFilter.start(id, capacity: slots.capacity)
    var best = 0
    var oldest = Instant.never
    var pinnedCount = 0
    var liveCount = 1
    for _ in 0..<size {
      let forgetAt = slots[index].forgetAt
      var mayGoTo = forgetAt < oldest
      if forgetAt > now {
        if slots[index].id == id, slots[index].tokenHash == hash {
          return (.seen, DuplicateSlot(index))
        }
        liveCount &+= 1
        if slots[index].isPinned {
          pinnedCount &+= 1
          mayGoTo = false
        }
      }
      if mayGoTo {
        best = index
        oldest = forgetAt
      }
      index &+= 1
      if index == slots.capacity { index = 0 }
    }
    guard pinnedCount < (pinned ? size &- DuplicateFilter.reservedForReads : size) else {
      return (.full, .none)
    }
    peak = max(peak, min(liveCount, size))
    slots[best] = SeenRequest(
      forgetAt: now + TransmissionParameters.exchangeLifetime, tokenHash: hash, id: id,
      code: .empty, answer: pinned ? .none : .recompute, isPinned: pinned, maxAge: 0)
    return (.new, DuplicateSlot(best))
  }

  /// A capacity that is a power of two needs no division, which small cores do not have.
  @inline(__always)
  private static func start(_ id: UInt16, capacity: Int) -> Int {
    let id = Int(truncatingIfNeeded: id)
    return capacity & (capacity &- 1) == 0 ? id & (capacity &- 1) : id % capacity
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
    guard index < slots.capacity, slots[index].id == id, slots[index].tokenHash == token.hash
    else { return }
    slots[index].answer = answer
    slots[index].code = code
    slots[index].maxAge = maxAge
  }

  /// How many requests are remembered at `now`. Counts; not for the hot path.
  public func occupancy(now: Instant) -> Int {
    var count = 0
    for index in 0..<slots.capacity where slots[index].forgetAt > now { count &+= 1 }
    return count
  }

  public mutating func removeAll() {
    for index in 0..<slots.capacity { slots[index] = .blank }
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
