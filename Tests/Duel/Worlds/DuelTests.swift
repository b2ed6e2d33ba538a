import DuelFirmware
import NBModule
import Testing

@Suite struct DuelTests {
  @Test(
    "AT modem against module: ten worlds with everything going wrong for a while",
    arguments: 0..<21)
  func worlds(group: UInt64) throws {
    for seed in group * 10..<(group + 1) * 10 {
      guard var world = World(seed: seed) else {
        Issue.record("world \(seed) has no firmware")
        continue
      }
      world.run()
      let findings = world.ledger.findings
      #expect(findings == [], "world \(seed), \(world.plan.trouble)")
    }
  }

  @Test("AT modem against module: each law can fail", arguments: World.Sabotage.allCases)
  func sabotage(_ sabotage: World.Sabotage) throws {
    let words: [World.Sabotage: String] = [
      .forging: "that nobody sent", .misleading: "arrived at", .doubling: "arrived twice",
      .swallowing: "did not arrive", .lasting: "is mute", .spinning: "spins",
    ]
    let word = try #require(words[sabotage])
    var findings: [String] = []
    // The first worlds of each kind.
    for seed in UInt64(0)..<7 {
      guard var world = World(seed: seed) else { continue }
      world.sabotage = sabotage
      world.run()
      findings += world.ledger.findings
    }
    #expect(findings.contains { $0.contains(word) }, "\(findings.prefix(3))")
  }

  @Test(
    "AT modem against module: the worlds are as bad as they say, and a third of what is sent arrives at least"
  )
  func troubles() throws {
    var seen: [WorldPlan.Trouble: Ledger] = [:]
    var worst = duel_counters_t()
    for seed in UInt64(500)..<521 {
      guard var world = World(seed: seed) else { continue }
      world.run()
      seen[world.plan.trouble, default: Ledger()].add(world.ledger)
      worst.add(world.firmware.counters)
    }
    for trouble in WorldPlan.Trouble.allCases {
      let ledger = try #require(seen[trouble])
      let losesCharacters = trouble == .lostCharacters || trouble == .everything
      #expect((ledger.lostIn > 0) == losesCharacters, "\(trouble)")
      #expect((ledger.lostOut > 0) == losesCharacters, "\(trouble)")
      #expect(ledger.missing(ledger.up) * 3 < ledger.up.count * 2, "\(trouble)")
      #expect(ledger.missing(ledger.down) * 3 < ledger.down.count * 2, "\(trouble)")
    }
    #expect(worst.lines_damaged > 0)
    #expect(worst.timeouts > 0)
    #expect(worst.unsent > 0)
    #expect(worst.restarts > 0)
  }
}

extension duel_counters_t {
  mutating func add(_ other: duel_counters_t) {
    lines_damaged += other.lines_damaged
    timeouts += other.timeouts
    unsent += other.unsent
    restarts += other.restarts
  }
}
