/// Whether the walks find what they are there to find.
struct Selftest {
  private var passed = 0
  private var failed = 0

  /// 0 when all is well.
  static func run() -> Int32 {
    var selftest = Selftest()
    for rule in Rule.allCases { selftest.checkRule(rule) }
    for terrain in Terrain.all { selftest.checkPruning(terrain) }
    selftest.expect(
      Terrain.all.contains { !Selftest.leavesNothingOut($0, isBlind: true) },
      "a fingerprint that sees no time leaves states out, and that shows")
    print("\(selftest.passed) passed, \(selftest.failed) failed")
    return selftest.failed == 0 ? 0 : 1
  }

  private mutating func expect(_ holds: Bool, _ text: String) {
    print("\(holds ? "ok  " : "FAIL") \(text)")
    if holds { passed += 1 } else { failed += 1 }
  }

  /// For each rule there is a device that breaks it.
  private mutating func checkRule(_ rule: Rule) {
    for terrain in Terrain.all {
      let mutant = Mutant(rule: rule)
      let walk = Walk(terrain, mutant: mutant)
      guard !walk.run(depth: 5) else { continue }
      return expect(
        Story.of(walk.faultWay, in: terrain, mutant: mutant).count > walk.faultWay.count,
        "broken, and seen after \(walk.faultWay.count) events: \(rule.text)")
    }
    expect(false, "broken, and not seen: \(rule.text)")
  }

  /// States with the same fingerprint have the same future, or the walk would leave something out.
  private mutating func checkPruning(_ terrain: Terrain) {
    expect(
      Selftest.leavesNothingOut(terrain),
      "\(terrain.name): who goes on from states seen before as well gets nowhere else")
  }

  private static func leavesNothingOut(_ terrain: Terrain, isBlind: Bool = false) -> Bool {
    let walk = Walk(terrain, isBlind: isBlind)
    let whole = Walk(terrain, prunes: false, isBlind: isBlind)
    // What a blind walk finds broken is none of its business here.
    let depth = min(terrain.depth - 2, 5)
    _ = walk.run(depth: depth)
    _ = whole.run(depth: depth)
    return walk.seen == whole.seen && walk.transitions < whole.transitions
      && walk.chart.lines == whole.chart.lines
  }
}
