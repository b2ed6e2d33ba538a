import CoAPWire
import LwM2MClient
import LwM2MModel
import Simulation
import Testing

@Suite struct LifetimeRuleTests {
  private func registered(lifetime: UInt32 = 86_400) -> World {
    let world = World(lifetime: lifetime)
    world.register()
    return world
  }

  @Test(
    "4.3-3: what is no lifetime is 4.00, and no Update tells of it",
    arguments: ["0", "-1", "14", "268435456", "4294967295", "99999999999", "x", "", "60.5"])
  func wrong(lifetime: String) {
    let world = registered()
    world.request(.put, "/1/0/1", [.format(0)], payload: lifetime)
    #expect(world.timetable() == ["0 400"])
    world.request(.get, "/1/0/1")
    #expect(world.timetable() == ["0 205 86400"])
    #expect(world.dueTime == 86_307_000)
  }

  @Test("4.3-3: a lifetime that is one is in Register, in the next Update, and read back")
  func right() {
    for lifetime in [15, 60, 0x0FFF_FFFF] as [UInt32] {
      let first = World(lifetime: lifetime)
      first.connect()
      #expect(first.sent[0].queries.contains("lt=\(lifetime)"))
      let world = registered()
      world.request(.put, "/1/0/1", [.format(0)], payload: "\(lifetime)")
      #expect(world.timetable() == ["0 204", "0 Update /rd/5a3f lt=\(lifetime)"])
      world.request(.get, "/1/0/1")
      #expect(world.timetable() == ["0 205 \(lifetime)"])
    }
  }

  @Test(
    "4.3-4: whatever the lifetime, the Update leaves so early that all its retransmissions fit, or at half of it",
    arguments: [Chance.shortest, .longest])
  func early(chance: Chance) {
    for lifetime in [20, 93, 186, 188, 300, 3600, 86_400, 604_800] as [UInt32] {
      let world = World(lifetime: lifetime, chance: chance)
      world.register()
      let left = 1000 * UInt64(lifetime > 186 ? lifetime - 93 : lifetime / 2)
      world.advance(to: left)
      #expect(world.timetable() == ["\(left) Update /rd/5a3f"])
      guard lifetime >= 186 else { continue }
      world.advance(to: 1000 * UInt64(lifetime) - 1)
      let lines = world.timetable()
      #expect(lines.count { $0.hasSuffix("Update /rd/5a3f again") } == 4, "\(lifetime): \(lines)")
      #expect(!lines.contains { $0.contains("lifetimeExpired") })
    }
  }
}
