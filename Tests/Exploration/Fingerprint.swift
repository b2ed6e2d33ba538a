import CoAPWire
import NBIoTBytes

@_private(sourceFile: "DuplicateFilter.swift") @testable import CoAPExchange
@testable import LwM2MClient

/// What tells states apart: all that can matter from here on, points in time as distances from now, IDs and tokens by
/// the order in which they appear.
///
/// Left out are the statistics, what the requests and replies before left behind, `Pace`, which is about
/// non-confirmable notifications, and where in its unit of 1.024 s the clock of the duplicate filter stands: of two states
/// that differ in that alone, one may forget a request a unit later.
struct Fingerprint {
  private var digest = Digest()
  private var names = Names()
  private let now: UInt64
  /// Sees no time: one that is too coarse, to see that this is found.
  private let isBlind: Bool

  static func of(_ scene: Scene, isBlind: Bool = false) -> Digest {
    var fingerprint = Fingerprint(scene, isBlind: isBlind)
    fingerprint.add(scene.specimen.engine, scene.situation)
    fingerprint.add(scene.situation, scene.instant.milliseconds - scene.situation.now)
    return fingerprint.digest
  }

  /// Of what no stranger may change.
  static func ofExchange(_ scene: Scene) -> Digest {
    var fingerprint = Fingerprint(scene)
    fingerprint.addRegistration(scene.specimen.engine)
    fingerprint.addOutstanding(scene.specimen.engine)
    return fingerprint.digest
  }

  private init(_ scene: Scene, isBlind: Bool = false) {
    now = scene.instant.milliseconds
    self.isBlind = isBlind
  }

  // MARK: The engine

  private mutating func add(_ engine: borrowing Engine<Shelf>, _ situation: Situation) {
    addRegistration(engine)
    addOutstanding(engine)
    addTables(engine, situation)
    digest.add(engine.lifetime)
    digest.add(engine.store.reading)
    digest.add(engine.binding.rawValue)
    time(engine.sleepsAt)
    let separate = engine.lastSeparateID
    digest.add(
      separate == situation.server.owed?.datagram.id
        || situation.down.contains { $0.datagram.id == separate })
    name(separate ?? 0)
  }

  private mutating func addRegistration(_ engine: borrowing Engine<Shelf>) {
    let registration = engine.registration
    digest.add(registration.state.rawValue)
    digest.add(registration.wanted.rawValue)
    time(registration.due)
    time(registration.expires)
    // Of the back-off what it will say next.
    var backoff = registration.backoff
    digest.add(backoff.next(.silent, maxAge: 0, random: 0).count)
  }

  private mutating func addOutstanding(_ engine: borrowing Engine<Shelf>) {
    guard engine.outstanding.isActive else { return digest.add(false) }
    var probe = engine.outstanding
    digest.add(engine.purpose.kind.rawValue)
    digest.add(engine.purpose.content.rawValue)
    digest.add(engine.purpose.acknowledgementID)
    name(probe.id)
    span(now - probe.startedAt.milliseconds)
    // What it will do when nothing comes.
    let parameters = engine.configuration.parameters
    repeat {
      if probe.isDue { probe.sent() }
      time(probe.deadline)
    } while probe.expire(now: probe.deadline, parameters: parameters)
  }

  private mutating func addTables(_ engine: borrowing Engine<Shelf>, _ situation: Situation) {
    for index in 0..<engine.observations.count {
      let observation = engine.observations.slots[index]
      digest.add(observation.need.rawValue)
      name(observation.lastID)
      digest.add(names.ordinal(of: observation.token.bytes))
    }
    digest.add(engine.reports.count)
    for index in 0..<engine.reports.count {
      digest.add(engine.reports.slots[index].acknowledgementID)
      digest.add(engine.reports.slots[index].levels)
    }
    digest.add(engine.deferred.count)
    for index in 0..<engine.deferred.capacity {
      let request = engine.deferred.requests[index]
      guard request.handle != 0 else { continue }
      digest.add(request.progress.rawValue)
      digest.add(request.code.rawValue)
      time(request.deadline)
      name(request.id)
    }
    addDuplicates(engine.duplicates, situation)
  }

  /// Those that are still remembered; of one that cannot come again, that it takes a place.
  private mutating func addDuplicates(_ filter: DuplicateFilter, _ situation: Situation) {
    let now = now
    let live = (0..<filter.capacity).map { filter.slots[$0] }
      .filter { UInt64($0.forgetAt) << 10 > now }
      // Which slot it is in is all the same.
      .sorted { ($0.forgetAt, $0.key & 0xFFFF) < ($1.forgetAt, $1.key & 0xFFFF) }
    for seen in live {
      span(UInt64(seen.forgetAt) << 10 - now)
      digest.add(seen.isPinned)
      let id = UInt16(truncatingIfNeeded: seen.key)
      guard situation.server.asked.contains(where: { $0.datagram.id == id }) else { continue }
      name(id)
      digest.add(seen.answer.rawValue)
      digest.add(seen.code.rawValue)
    }
  }

  // MARK: What surrounds it

  private mutating func add(_ situation: Situation, _ epoch: UInt64) {
    add(situation.law, epoch)
    add(situation.server, situation, epoch)
    for letters in [situation.up, situation.down] {
      digest.add(letters.count)
      for letter in letters {
        add(letter.datagram)
        span(situation.now - letter.sentAt)
        digest.add(letter.socket == situation.socket)
      }
    }
    digest.add(situation.isOpen)
    digest.add(situation.isWanted)
  }

  private mutating func add(_ law: Law, _ epoch: UInt64) {
    if let open = law.open {
      add(open.datagram)
      digest.add(open.sends)
      span(now - epoch - open.sentAt)
      digest.add(open.isAcknowledged)
    }
    digest.add(law.reports.count)
    for id in law.reports { digest.add(id) }
    digest.add(law.deferred.count)
    digest.add(law.isTold)
    if let token = law.unobserved { digest.add(names.ordinal(of: token)) }
    digest.add(Array((law.location ?? "").utf8))
  }

  private mutating func add(_ server: Server, _ situation: Situation, _ epoch: UInt64) {
    digest.add(server.knows)
    digest.add(server.location)
    digest.add(server.lifetime)
    digest.add(server.isMisled)
    for letter in situation.up { digest.add(letter.datagram.id < server.latest) }
    digest.add(server.socket == situation.socket)
    if server.knows { span(server.forgetsAt &+ epoch &- now) }
    if let observer = server.observer { digest.add(names.ordinal(of: observer)) }
    for answer in server.answered {
      name(answer.id)
      add(answer.reply)
    }
    if let owed = server.owed {
      add(owed.datagram)
      digest.add(owed.sends)
    }
    for asked in server.asked {
      add(asked.datagram)
      span(now - epoch - asked.askedAt)
      digest.add(asked.sends)
      digest.add(asked.isOver)
      digest.add(asked.runs)
      digest.add(asked.code?.rawValue ?? 0)
    }
  }

  private mutating func add(_ datagram: Datagram) {
    digest.add(datagram.type.rawValue)
    digest.add(datagram.code.rawValue)
    name(datagram.id)
    digest.add(names.ordinal(of: datagram.token))
    for option in datagram.options where option.number != OptionNumber.observe.rawValue {
      digest.add(option.number)
      digest.add(option.value)
    }
    digest.add(datagram.payload)
  }

  // MARK: Times and names

  private mutating func time(_ instant: Instant) {
    // What is over is over, however long.
    span(instant == .never ? UInt64.max : max(instant.milliseconds, now) - now)
  }

  private mutating func span(_ milliseconds: UInt64) {
    if !isBlind { digest.add(milliseconds) }
  }

  private mutating func name(_ id: UInt16) { digest.add(names.ordinal(of: id)) }
}

extension Token {
  /// As a datagram has them.
  var bytes: [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64(length - 1 - $0))) }
  }
}
