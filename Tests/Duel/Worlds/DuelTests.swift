import NBModule
import Testing

@Suite struct DuelTests {
  @Test(
    "AT modem against module: twenty worlds with everything going wrong for a while",
    arguments: 0..<20)
  func worlds(group: UInt64) throws {
    for seed in group * 20..<(group + 1) * 20 {
      guard var world = World(seed: seed) else {
        Issue.record("world \(seed) has no firmware")
        continue
      }
      world.run()
      let findings = world.ledger.findings
      #expect(findings == [], "world \(seed), \(world.plan.trouble)")
    }
  }
}
