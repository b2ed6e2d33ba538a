import CoAPWire
import Fixtures
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Hostile orders")
struct BootstrapFuzzTests {
  private struct Wish {
    var method: Code
    var path: String
    var payload: [UInt8]
    var format: Int
  }

  private static let strangePaths = [
    "", "/0/9", "/0/0/1", "/0/0/4", "/3/0", "/3303", "/9", "/x/y", "/0/65535", "/0/0/0/0", "/bs/1",
  ]
  private static let formats = [0, 42, 1542, 11542, 11543, 40, 65535]
  /// Orders that are good as they are.
  private static let good: [Wish] = [
    Wish(method: .put, path: "/0/0", payload: Order.access, format: 11542),
    Wish(method: .put, path: "/0", payload: TLV.instance(0, Order.access), format: 1542),
    Wish(method: .put, path: "/1/0", payload: Order.server, format: 11542),
    Wish(method: .put, path: "/1", payload: TLV.instance(0, Order.server), format: 1542),
    Wish(method: .put, path: "/0/0/0", payload: Array("coap://h".utf8), format: 0),
    Wish(method: .put, path: "/0/0/3", payload: Array("bWU=".utf8), format: 0),
    Wish(method: .put, path: "/0/0/5", payload: [1, 2, 3], format: 42),
    Wish(method: .put, path: "/0/0/10", payload: TLV.value(10, 123), format: 11542),
    Wish(method: .put, path: "/1/0/0", payload: Array("123".utf8), format: 0),
    Wish(
      method: .put, path: "/0/1", payload: TLV.value(1, 1) + TLV.value(0, "coap://b"),
      format: 11542),
    Wish(method: .delete, path: "/0/0", payload: [], format: 0),
    Wish(method: .get, path: "/0", payload: [], format: 40),
    Wish(method: .post, path: "/bs", payload: [], format: 0),
  ]

  @Test("any order is answered, and an account that was agreed to is usable", arguments: 0..<8)
  func orders(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let profile = seed % 2 == 0 ? Profile.standard : .onenet
    var finished = 0
    for _ in 0..<150 {
      let world = World.ordered(profile, secures: seed % 3 == 0)
      for _ in 0..<20 where world.engine.standing == .bootstrapping {
        let wish = draw(&generator)
        #expect(world.order(wish.method, wish.path, wish.payload, format: wish.format) != nil)
        checkAccount(world)
      }
      if world.engine.target == .access { finished += 1 }
      #expect(world.timetable().contains { $0.contains("fault") } == false)
    }
    #expect(finished > 20 && finished < 150)
  }

  /// There is a bootstrap server, no two instances have one ID, and what was finished leads somewhere.
  private func checkAccount(_ world: World) {
    let account = world.engine.accounts[.staged]
    #expect(account[.bootstrap].exists)
    #expect(!account[.access].exists || account[.access].id != account[.bootstrap].id)
    if world.engine.target == .access { #expect(world.engine.targetURI != nil) }
  }

  private func draw(_ generator: inout SeededGenerator) -> Wish {
    var wish = BootstrapFuzzTests.good.randomElement(using: &generator)!
    let length = UInt64(wish.payload.count)
    switch generator.next() % 12 {
    case 0 where length > 0:
      wish.payload[Int(generator.next() % length)] ^= 1 << (generator.next() % 8)
    case 1: wish.payload = Array(wish.payload.prefix(Int(generator.next() % (length + 1))))
    case 2: wish.payload += generator.bytes(Int(generator.next() % 4))
    case 3: wish.path = BootstrapFuzzTests.strangePaths.randomElement(using: &generator)!
    case 4: wish.format = BootstrapFuzzTests.formats.randomElement(using: &generator)!
    case 5: wish.method = [.put, .post, .get, .delete].randomElement(using: &generator)!
    default: break
    }
    return wish
  }
}
