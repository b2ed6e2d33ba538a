@testable import LwM2MClient

/// States from which the device gets where it is wanted, and how long that takes.
struct Recoveries {
  private var times: [Digest: UInt64] = [:]
  private(set) var longest: UInt64 = 0

  /// Milliseconds. The longest wait is that of Disable, behind it a back-off may follow.
  static let limit: UInt64 = 1_800_000

  subscript(state: Digest) -> UInt64? { times[state] }

  /// On this way the device got there at `end`.
  mutating func note(_ way: [(state: Digest, at: UInt64)], _ end: UInt64, _ findings: Findings) {
    for place in way { times[place.state] = end - place.at }
    guard let first = way.first else { return }
    longest = max(longest, end - first.at)
    findings.check(.recovers, end - first.at <= Recoveries.limit, "after \(end - first.at) ms")
  }
}

extension Scene {
  /// Whether the device gets where it is wanted when from here on nothing goes wrong.
  func checkRecovery(_ good: inout Recoveries) {
    story?.line("from here on the link and the server are good")
    var way: [(Digest, UInt64)] = []
    let limit = situation.now + Recoveries.limit
    while way.count < 200, situation.now <= limit {
      let digest = Fingerprint.of(self)
      way.append((digest, situation.now))
      if let known = good[digest] {
        return good.note(way, situation.now + known, findings)
      }
      guard !isAtGoal else { break }
      performBest()
    }
    let end = situation.now
    checkGoal()
    if findings.fault == nil { good.note(way, end, findings) }
  }

  private func checkGoal() {
    guard isAtGoal else {
      return findings.check(
        .recovers, false, "still \(specimen.engine.standing) at \(situation.now) ms")
    }
    findings.check(
      .oneEnd, situation.law.reports.isEmpty && situation.law.deferred.isEmpty,
      "at rest, and of \(situation.law.reports) and \(situation.law.deferred) no end was told")
    // One that the server has put off may come too late, and so may one after it took an overtaken Update for the latest
    // (docs/decisions/0008).
    let isOrderly = specimen.engine.registration.wanted.isNothing && !situation.server.isMisled
    if situation.isWanted, isOrderly { checkUpdate() }
  }

  private func checkUpdate() {
    let granted = situation.server.granted
    let end = situation.server.forgetsAt
    var turns = 0
    while situation.server.granted == granted, turns < 20 {
      performBest()
      turns += 1
    }
    findings.check(
      .inTime, situation.server.granted > granted && situation.now < end,
      "the server forgot the device at \(end), and at \(situation.now) the Update was not there")
  }

  private var isAtGoal: Bool {
    guard situation.up.isEmpty, situation.down.isEmpty, situation.law.open == nil else {
      return false
    }
    guard situation.isWanted else { return specimen.engine.standing == .idle }
    return specimen.engine.standing == .registered && situation.server.knows
      && situation.law.reports.isEmpty && situation.law.deferred.isEmpty
  }

  /// What a good link and a good server, and an application that answers, do next.
  private func performBest() {
    if !situation.up.isEmpty {
      let choices = situation.server.choices(situation.up[0].datagram, [.accept])
      perform(.up(0, choices[0]))
    } else if !situation.down.isEmpty {
      perform(.down(0))
    } else if specimen.engine.standing == .connecting {
      perform(.open)
    } else if situation.server.owed != nil {
      perform(.respond)
    } else if !situation.law.deferred.isEmpty,
      specimen.engine.deferredKind(situation.law.deferred[0]) != .unknown
    {
      perform(.call(.answer))
    } else {
      perform(.wait)
    }
  }
}
