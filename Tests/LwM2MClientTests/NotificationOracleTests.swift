import CoAPWire
import LwM2MModel
import Testing

@testable import LwM2MClient

private let level = Path(3300, 0, 5700)

/// When a value is told, worked out the slow way: by looking at every second (LwM2M 1.0 section 5.1.2).
private struct Oracle {
  var minimum: Int
  var maximum: Int?
  var greater: Int?
  var less: Int?
  var step: Int?

  private var told = 0
  private var toldAt = 0
  private var isChanged = false

  init(minimum: Int, maximum: Int?, greater: Int?, less: Int?, step: Int?) {
    self.minimum = minimum
    self.maximum = maximum.flatMap { $0 > minimum ? $0 : nil }
    self.greater = greater
    self.less = less
    self.step = step
  }

  private func isWorthTelling(_ value: Int) -> Bool {
    if greater == nil && less == nil && step == nil { return true }
    if let greater, (told > greater) != (value > greater) { return true }
    if let less, (told < less) != (value < less) { return true }
    if let step, abs(value - told) >= step { return true }
    return false
  }

  private mutating func tell(_ value: Int, _ second: Int) -> Bool {
    told = value
    toldAt = second
    isChanged = false
    return true
  }

  /// Whether `value` is told in `second`, before anything changes in it.
  mutating func look(_ second: Int, _ value: Int) -> Bool {
    if isChanged, second - toldAt >= minimum {
      isChanged = false
      if isWorthTelling(value) { return tell(value, second) }
    }
    if let maximum, second - toldAt >= maximum { return tell(value, second) }
    return false
  }

  /// Whether it is told at once that the value became `value`.
  mutating func change(_ second: Int, _ value: Int) -> Bool {
    isChanged = true
    return look(second, value)
  }
}

@Suite struct NotificationOracleTests {
  private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }

    mutating func maybe(_ range: ClosedRange<Int>) -> Int? {
      roll(2) == 0 ? nil : range.lowerBound + roll(range.count)
    }
  }

  @Test(
    "Any mix of attributes and changes tells what looking at every second tells", arguments: 1...60)
  func agrees(seed: Int) {
    var dice = Dice(state: UInt64(seed))
    let less = dice.maybe(-8 ... -1)
    let greater = dice.maybe(6...12)
    let step = dice.maybe(1...3)
    let minimum = dice.maybe(1...9)
    let maximum = dice.maybe(2...20)
    let names = [
      minimum.map { "pmin=\($0)" }, maximum.map { "pmax=\($0)" }, greater.map { "gt=\($0)" },
      less.map { "lt=\($0)" }, step.map { "st=\($0)" },
    ].compactMap { $0 }

    let device = ServedDevice([.one(level, .integer, .integer(0))])
    // Each attribute at a level of its own makes no difference to what is inherited.
    for name in names {
      let isThreshold = !name.hasPrefix("pm")
      let path = isThreshold ? "/3300/0/5700" : ["/3300", "/3300/0", "/3300/0/5700"][dice.roll(3)]
      #expect(device.attributes(path, name) == 204)
    }
    device.observe("/3300/0/5700", token: [1])

    var oracle = Oracle(
      minimum: minimum ?? 0, maximum: maximum, greater: greater, less: less, step: step)
    var value = 0
    for second in 1...300 {
      let passed = device.pass(1000)
      let expected = oracle.look(second, value) ? ["\(value)"] : []
      #expect(passed.map { $0.sent.text } == expected, "second \(second), \(names)")
      guard dice.roll(3) == 0 else { continue }
      value += dice.roll(9) - 4
      value = max(-20, min(20, value))
      let sent = device.change(level, .integer(Int64(value)))
      let told = oracle.change(second, value) ? ["\(value)"] : []
      #expect(sent.map(\.text) == told, "second \(second), \(names)")
    }
  }
}
