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
}
