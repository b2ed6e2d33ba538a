import Foundation

/// What comes out, as text: the same on every run.
struct Outcome {
  private var chart = Chart()
  private var checks = [Int](repeating: 0, count: Rule.allCases.count)
  private var passed = 0
  private var failed = 0

  /// 0 when no rule was broken.
  static func run(_ wish: Wish) -> Int32 {
    var outcome = Outcome()
    for terrain in Terrain.all where wish.only == nil || wish.only == terrain.name {
      outcome.walk(terrain, depth: wish.depth ?? terrain.depth)
    }
    outcome.describe()
    if let file = wish.chart, !outcome.write(to: file) { return 1 }
    return outcome.failed == 0 ? 0 : 1
  }

  private mutating func walk(_ terrain: Terrain, depth: Int) {
    let walk = Walk(terrain)
    let isGood = walk.run(depth: depth)
    print("\(isGood ? "ok  " : "FAIL") \(terrain.name): \(terrain.about)")
    print(
      "     \(depth) events: \(walk.states) states, the deepest \(walk.deepest) events away;"
        + " \(walk.transitions) transitions, \(walk.revisits) to states seen before")
    print(
      "     where it is wanted at most \(walk.longestRecovery / 1000) s after all is well again")
    if let fault = walk.findings.fault {
      print("     \"\(fault.rule.text)\" is broken: \(fault.what)")
      // Should the story not come to its end.
      fflush(nil)
      for line in Story.of(walk.faultWay, in: terrain) { print("     " + line) }
    }
    passed += isGood ? 1 : 0
    failed += isGood ? 0 : 1
    chart.merge(walk.chart)
    for index in checks.indices { checks[index] += walk.findings.checks[index] }
  }

  private func describe() {
    print("\nRules, and how often each was checked:")
    for rule in Rule.allCases {
      print("\(Outcome.padded(checks[rule.rawValue])) \(rule.text)")
    }
    print("\nStates of the registration + the confirmable message, and how many states are such:")
    for node in chart.stateCounts { print("\(Outcome.padded(node.count)) \(node.text)") }
    print("\nHow often one led to the other:")
    for arrow in chart.arrowCounts { print("\(Outcome.padded(arrow.count)) \(arrow.text)") }
    print("\n\(passed) passed, \(failed) failed")
  }

  private static func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: " ", count: max(0, 10 - text.count)) + text
  }

  private func write(to file: String) -> Bool {
    let text = chart.lines.map { $0 + "\n" }.joined()
    do {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      return true
    } catch {
      print("\(file): \(error)")
      return false
    }
  }
}
