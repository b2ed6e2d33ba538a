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

  @inline(__always)
  private func position(_ id: UInt16, _ step: Int) -> Int {
    // A capacity that is a power of two needs no division, which small cores do not have.
    let capacity = slots.capacity
    let index = Int(id) &+ step
    return capacity & (capacity &- 1) == 0 ? index & (capacity &- 1) : index % capacity
  }

  /// What a request is to this filter.
  public enum Finding: BitwiseCopyable {
    /// It was here before.
    case seen(SeenRequest)
    /// It is new, and remembered from now on.
    case new
    /// It is new, and every slot it may have is pinned: what must not be done twice must then not be done at all.
    case full
  }

  /// Looks a request up, and remembers it when it is new. Free slots are taken first, then the oldest that is not
  /// pinned.
  public mutating func admit(
    id: UInt16, token: Token, pinned: Bool, now: Instant
  ) -> Finding {
    let hash = token.hash
    var best = -1
    var oldest = Instant.never
    var pinnedCount = 0
    var liveCount = 1
    for step in 0..<windowSize {
      let index = position(id, step)
      let forgetAt = slots[index].forgetAt
      if forgetAt <= now {
        if oldest > now { best = index }
        oldest = Instant(milliseconds: 0)
        continue
      }
      if slots[index].id == id, slots[index].tokenHash == hash { return .seen(slots[index]) }
      liveCount &+= 1
      if slots[index].isPinned {
        pinnedCount &+= 1
      } else if forgetAt < oldest {
        best = index
        oldest = forgetAt
      }
    }
    let limit = windowSize &- DuplicateFilter.reservedForReads
    guard best >= 0, !pinned || pinnedCount < limit else { return .full }
    peak = max(peak, min(liveCount, windowSize))
    slots[best] = SeenRequest(
      forgetAt: now + TransmissionParameters.exchangeLifetime, tokenHash: hash, id: id,
      code: .empty, answer: pinned ? .none : .recompute, isPinned: pinned, maxAge: 0)
    return .new
  }

  private func index(id: UInt16, token: Token, now: Instant) -> Int? {
    let hash = token.hash
    for step in 0..<windowSize {
      let index = position(id, step)
      if slots[index].id == id, slots[index].tokenHash == hash, slots[index].forgetAt > now {
        return index
      }
    }
    return nil
  }

  /// Notes what a remembered request was answered; an entry that has given way is left alone.
  public mutating func record(
    _ answer: SeenRequest.Answer, code: Code, maxAge: UInt8 = 0, id: UInt16, token: Token,
    now: Instant
  ) {
    guard let index = index(id: id, token: token, now: now) else { return }
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
