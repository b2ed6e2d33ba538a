import CoAPWire
import Fixtures
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("The account over a loss of power")
struct BootstrapSnapshotTests {
  private func full() -> World {
    let world = World.ordered(secures: true)
    world.writes(
      "/0/4",
      TLV.value(0, "coaps://access.example") + TLV.value(2, 0) + TLV.value(3, "me")
        + TLV.value(5, "secret") + TLV.value(10, 123))
    world.writes("/0/2", TLV.value(0, "coap://bs2") + TLV.value(1, 1) + TLV.value(11, 9))
    world.writes("/1/6", Order.server)
    world.finish()
    return world
  }

  @Test("what was written comes back: numbers, texts, and whether a registration succeeded")
  func roundTrip() {
    let world = full()
    for isConfirmed in [false, true] {
      if isConfirmed { world.accept() }
      let bytes = world.snapshot()
      let other = World.unprovisioned(secures: true)
      #expect(other.restore(bytes))
      #expect(other.snapshot() == bytes)
      #expect(other.engine.isConfirmed == isConfirmed && !other.engine.wantsStore)
      let account = other.engine.accounts[.active]
      #expect(account[.access].id == 4 && account[.access].mode == .preSharedKey)
      #expect(account[.bootstrap].id == 2 && account[.bootstrap].holdOff == 9)
      #expect(account.server.id == 6 && account.server[3] == 60)
      #expect(account.server.dropsNotifications && account.server[5] == 3600)
      #expect(other.engine.withTargetText(.secret, String.init(copying:)) == "secret")
      #expect(other.engine.store.content(BuiltInSlot.lifetime) == .integer(300))
    }
  }

  @Test("it is to be stored after Finish, and once more after the first registration")
  func wantsStore() {
    let world = World.ordered()
    world.writeAccount()
    #expect(world.engine.wantsStore == false)
    world.finish()
    #expect(world.engine.wantsStore && !world.engine.isConfirmed)
    world.command { engine, _ in engine.stored() }
    #expect(world.engine.wantsStore == false)
    world.accept()
    #expect(world.engine.wantsStore && world.engine.isConfirmed)
    world.command { engine, _ in engine.stored() }
    world.deregister()
    world.answer(.deleted)
    world.connect()
    world.accept()
    #expect(world.engine.wantsStore == false)
  }

  @Test("a bootstrap server that was configured is not in it: the next firmware may name another")
  func configuredServer() {
    let bytes = World.provisioned().snapshot()
    let other = World(bootstrap: "coap://moved.example")
    #expect(other.restore(bytes))
    let uri = other.engine.accounts.withText(.active, .bootstrap, .uri, String.init(copying:))
    #expect(uri == "coap://moved.example")
  }

  @Test("without an account there is nothing to store, nor without room for it")
  func nothing() {
    #expect(World.unprovisioned().snapshot() == [])
    #expect(World().snapshot() == [])
    #expect(World().engine.targetURI == nil)
    #expect(World().engine.withTargetText(.uri, String.init(copying:)) == "")
    let world = World.provisioned()
    let length = world.snapshot().count
    for room in 0..<length {
      var bytes = [UInt8](repeating: 0, count: room)
      var span = bytes.mutableSpan
      #expect(world.engine.encodeAccount(into: &span) == 0)
    }
  }

  @Test("it is taken back only while idle, and only where a bootstrap is configured")
  func whenRestored() {
    let bytes = World.provisioned().snapshot()
    #expect(!World().restore(bytes))
    let world = World.unprovisioned()
    world.connect()
    #expect(!world.restore(bytes))
  }

  @Test("an account for security is refused by a device that has none")
  func withoutSecurity() {
    #expect(!World.unprovisioned().restore(full().snapshot()))
  }

  @Test("every truncation is refused, and so is anything behind the end")
  func truncated() {
    let bytes = full().snapshot()
    let world = World.unprovisioned(secures: true)
    for length in 0..<bytes.count { #expect(!world.restore(Array(bytes.prefix(length)))) }
    #expect(!world.restore(bytes + [0]))
    #expect(world.engine.accounts.trust == .none)
    #expect(world.restore(bytes))
  }

  @Test("every flipped bit is refused, or makes another account that a server could have written")
  func flipped() {
    let bytes = full().snapshot()
    var taken = 0
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      let world = World.unprovisioned(secures: true)
      let before = world.engine.accounts.trust
      guard world.restore(damaged) else {
        #expect(world.engine.accounts.trust == before)
        #expect(world.engine.accounts[.active][.access].exists == false)
        continue
      }
      taken += 1
      #expect(world.engine.targetURI != nil)
      #expect(world.snapshot().count == damaged.count)
      world.connect()
      #expect(world.timetable().last == "0 Register")
    }
    #expect(taken > 100)
  }

  @Test("random bytes are no account, and harm nothing")
  func random() {
    var generator = SeededGenerator(seed: 7)
    let world = World.unprovisioned(secures: true)
    for _ in 0..<20_000 {
      var bytes = generator.bytes(Int(generator.next() % 80))
      if bytes.count > 2 {
        bytes[0] = 1
        bytes[1] &= 1
        bytes[2] &= 1
      }
      if world.restore(bytes) { #expect(world.engine.targetURI != nil) }
    }
  }
}
