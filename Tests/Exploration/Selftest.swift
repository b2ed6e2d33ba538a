/// Whether the walks find what they are there to find: for each rule a device that breaks it.
enum Selftest {
  /// 0 when all are found.
  static func run() -> Int32 {
    var failed = 0
    for rule in Rule.allCases {
      let depth = shortest(rule)
      let finding = depth.map { "ok   found, event \($0)" } ?? "FAIL not found"
      print("\(finding): a device that breaks \"\(rule.text)\"")
      failed += depth == nil ? 1 : 0
    }
    print("\(Rule.allCases.count - failed) passed, \(failed) failed")
    return failed == 0 ? 0 : 1
  }

  /// How many events it takes to see that the rule is broken.
  private static func shortest(_ rule: Rule) -> Int? {
    for terrain in Terrain.all {
      let walk = Walk(terrain, mutant: Mutant(rule: rule))
      if !walk.run(depth: 5) { return walk.faultWay.count }
    }
    return nil
  }
}
