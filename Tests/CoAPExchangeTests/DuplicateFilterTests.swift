import CoAPWire
import Fixtures
import NBIoTBytes
import Testing

@testable import CoAPExchange

/// A filter that is asked with milliseconds.
private final class Desk {
  enum Finding: Equatable {
    case new
    case full
    case seen(SeenRequest.Answer, Code)

    var isSeen: Bool { if case .seen = self { true } else { false } }
  }

  var filter: DuplicateFilter
  private var slots: [UInt16: DuplicateSlot] = [:]

  init(_ filter: DuplicateFilter) { self.filter = filter }

  static let token = Token(bits: 7, length: 1)

  func instant(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: 1000 + milliseconds) }

  func post(_ id: UInt16, at time: UInt64, token: Token = token) -> Finding {
    admit(id, pinned: true, at: time, token: token)
  }

  func get(_ id: UInt16, at time: UInt64) -> Finding { admit(id, pinned: false, at: time) }

  func admit(_ id: UInt16, pinned: Bool, at time: UInt64, token: Token = token) -> Finding {
    let (finding, slot) = filter.admit(
      id: id, token: token, pinned: pinned, now: instant(time))
    slots[id] = slot
    return switch finding {
    case .new: .new
    case .full: .full
    case .seen: .seen(filter[slot].answer, filter[slot].code)
    }
  }

  func record(_ answer: SeenRequest.Answer, _ code: Code, maxAge: UInt8 = 0, id: UInt16) {
    filter.record(
      answer, code: code, maxAge: maxAge, id: id, token: Desk.token, in: slots[id] ?? .none)
  }

  func occupancy(at time: UInt64) -> Int { filter.occupancy(now: instant(time)) }
}

@Suite("Duplicate filter (RFC 7252 section 4.5)")
struct DuplicateFilterTests {
  private func withDesk(_ capacity: Int, _ body: (Desk) -> Void) {
    withTable(of: capacity) { table in
      body(Desk(DuplicateFilter(table)))
    }
  }

  @Test(
    "4.1 RFC 7252 4.5: a POST that comes again is seen for 247 s, and new 1.024 s after that at the latest"
  )
  func pinned() {
    withDesk(8) { desk in
      #expect(desk.post(5, at: 0) == .new)
      for time: UInt64 in [0, 1, 93_000, 246_999] {
        #expect(desk.post(5, at: time) == .seen(.none, .empty))
      }
      #expect(desk.post(5, at: 248_100) == .new)
    }
  }

  @Test("another token or another ID is another request")
  func identity() {
    withDesk(8) { desk in
      #expect(desk.post(5, at: 0) == .new)
      #expect(desk.post(6, at: 0) == .new)
      #expect(desk.post(5, at: 0, token: Token()) == .new)
      #expect(desk.post(5, at: 0, token: Token(bits: 7, length: 2)) == .new)
    }
  }

  @Test("a duplicate gets the code that was recorded, with its Max-Age")
  func recorded() {
    withDesk(8) { desk in
      #expect(desk.post(5, at: 0) == .new)
      desk.record(.codeOnly, .serviceUnavailable, maxAge: 30, id: 5)
      #expect(desk.post(5, at: 9) == .seen(.codeOnly, .serviceUnavailable))
      let (finding, slot) = desk.filter.admit(
        id: 5, token: Desk.token, pinned: true, now: desk.instant(9))
      #expect(finding == .seen)
      #expect(desk.filter[slot].maxAge == 30)
    }
  }

  @Test("a GET is answered anew")
  func read() {
    withDesk(8) { desk in
      #expect(desk.get(5, at: 0) == .new)
      #expect(desk.get(5, at: 1) == .seen(.recompute, .empty))
    }
  }

  @Test("two of eight slots are left to reads: the seventh POST is refused, a GET is not")
  func reserve() {
    withDesk(8) { desk in
      for id: UInt16 in 0..<6 { #expect(desk.post(id, at: 0) == .new) }
      #expect(desk.post(6, at: 1) == .full)
      for id: UInt16 in 10..<30 { #expect(desk.get(id, at: 2) == .new) }
      for id: UInt16 in 0..<6 { #expect(desk.post(id, at: 3).isSeen) }
      #expect(desk.occupancy(at: 3) == 8)
      #expect(desk.filter.peak == 8)
    }
  }

  @Test("a refused POST leaves no trace, and is taken once a slot is free again")
  func refusal() {
    withDesk(8) { desk in
      for id: UInt16 in 0..<6 { #expect(desk.post(id, at: UInt64(id)) == .new) }
      #expect(desk.post(6, at: 100) == .full)
      #expect(desk.occupancy(at: 100) == 6)
      #expect(desk.post(6, at: 246_999) == .full)
      #expect(desk.post(6, at: 248_100) == .new)
    }
  }

  @Test("the oldest GET gives way")
  func eviction() {
    withDesk(8) { desk in
      for id: UInt16 in 0..<8 { #expect(desk.get(id, at: 2000 * UInt64(10 - id)) == .new) }
      #expect(desk.post(100, at: 50_000) == .new)
      for id: UInt16 in 0..<7 { #expect(desk.get(id, at: 60_000).isSeen) }
      #expect(desk.get(7, at: 61_000) == .new)
    }
  }

  @Test("an answer to a request that has given way is not recorded anywhere")
  func recordAfterEviction() {
    withDesk(8) { desk in
      for id: UInt16 in 0..<8 { #expect(desk.get(id, at: 2000 * UInt64(id)) == .new) }
      #expect(desk.post(100, at: 50_000) == .new)
      desk.record(.codeOnly, .notFound, id: 0)
      #expect(desk.post(100, at: 60_000) == .seen(.none, .empty))
    }
  }

  @Test("everything is forgotten on command, as for a new peer")
  func removeAll() {
    withDesk(8) { desk in
      #expect(desk.post(5, at: 0) == .new)
      desk.filter.removeAll()
      #expect(desk.occupancy(at: 0) == 0)
      #expect(desk.post(5, at: 0) == .new)
    }
  }

  /// A capacity that is no power of two divides; message IDs wrap at the end of the table in any case.
  @Test(
    "4.1 RFC 7252 4.5: against a list of all requests: what was pinned is seen for 247 s, and nothing else is",
    arguments: [4, 5, 8, 12, 16, 40])
  func oracle(capacity: Int) {
    var generator = SeededGenerator(seed: UInt64(capacity))
    var log: [UInt16: (until: UInt64, pinned: Bool)] = [:]
    var done = 0
    withDesk(capacity) { desk in
      var now: UInt64 = 0
      for _ in 0..<5000 {
        now += UInt64.random(in: 0...20_000, using: &generator)
        let id = UInt16.random(in: 65_500...65_535, using: &generator)
        let entry = log[id]
        if let entry, entry.until <= now, now < entry.until + 1024 { continue }
        let known = entry.flatMap { $0.until > now ? $0.pinned : nil }
        let isPinned = known ?? Bool.random(using: &generator)
        let finding = desk.admit(id, pinned: isPinned, at: now)
        if known == true { #expect(finding.isSeen, "done twice") }
        if known == nil { #expect(!finding.isSeen, "seen though new") }
        let living = log.values.count { $0.until > now && $0.pinned }
        let fading = log.values.count { $0.until + 1024 > now && $0.pinned }
        // Windows overlap, so only a table that is one window keeps two slots for reads.
        if finding == .full { #expect(fading >= min(8, capacity) - (isPinned ? 2 : 0)) }
        if capacity <= 8, !isPinned { #expect(finding != .full) }
        if capacity <= 8, known == nil, isPinned, living >= capacity - 2 {
          #expect(finding == .full)
        }
        guard finding == .new else { continue }
        log[id] = (now + 247_000, isPinned)
        done += 1
      }
    }
    #expect(done > 1000)
  }
}
