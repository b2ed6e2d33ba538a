import NBModule

/// The course of a world, and its laws.
extension World {
  /// Troubles, their end, recovery, and a while in which nothing may be lost.
  mutating func run() {
    run(until: plan.span)
    endTroubles()
    let deadline = now + World.bound
    while now < deadline, !isRecovered { advance(to: deadline) }
    for (index, slot) in slots.enumerated() where slot.recovered == nil {
      ledger.find("socket \(index) is mute \(World.bound) ms after the troubles")
    }
    settle()
    run(until: now + 15_000)
    judge()
  }

  private var isRecovered: Bool { slots.allSatisfy { $0.recovered != nil } }

  mutating func run(until end: UInt32) {
    while now < end { advance(to: end) }
  }

  private mutating func endTroubles() {
    var faults = Faults()
    if sabotage == .lasting { faults.lossOut = 0.2 }
    module.obey(.misbehave(faults), now: instant)
    module.obey(.attach, now: instant)
    troublesEnd = now
    lastTroubled = counter
    pump()
  }

  /// What is still under way arrives.
  private mutating func settle() {
    let end = now + 20_000
    let actions = slots.map(\.due)
    for index in slots.indices { slots[index].due = .max }
    run(until: end)
    for index in slots.indices { slots[index].due = end + actions[index] % 5000 }
    calm = now
  }

  private mutating func judge() {
    let sent = now
    let calm = calm
    for index in slots.indices { slots[index].due = .max }
    run(until: sent + 20_000)
    let lost = [ledger.missing(ledger.up, since: calm), ledger.missing(ledger.down, since: calm)]
    if lost != [0, 0] {
      ledger.find("after the troubles \(lost[0]) up and \(lost[1]) down are lost")
    }
    judgeCounters()
  }

  private mutating func judgeCounters() {
    let counters = firmware.counters
    let missing = ledger.missing(ledger.up)
    if missing > Int(counters.unsent) {
      ledger.find("up: \(missing) did not arrive, \(counters.unsent) are counted")
    }
    guard plan.isOrderly else { return }
    let all = [
      counters.bytes_lost, counters.lines_long, counters.lines_damaged, counters.unreceived,
    ]
    if all.contains(where: { $0 > 0 }) || Int(counters.unsent) > ledger.early {
      ledger.find("counted without a loss: \(counters), \(ledger.early) early")
    }
    let lost = ledger.missing(ledger.down)
    if lost > module.dropped {
      ledger.find("down: \(lost) are lost, the module dropped \(module.dropped)")
    }
  }
}
