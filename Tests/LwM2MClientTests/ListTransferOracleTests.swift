import CoAPWire
import Fixtures
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// A server that puts blocks together as RFC 7959 section 2.5 has it, behind a network that loses and doubles datagrams.
private struct BlockServer {
  private var generator: SeededGenerator
  private var seen: [UInt16: Datagram] = [:]
  private var pieces: [UInt8] = []
  /// The lists that were completed.
  private(set) var lists: [[UInt8]] = []

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func isLucky(_ percent: UInt64) -> Bool { generator.next() % 100 < percent }

  /// The answer to a datagram that arrives, the same to a duplicate.
  mutating func answer(_ request: Datagram) -> Datagram {
    if let earlier = seen[request.id] { return earlier }
    let (code, options) = take(request)
    let answer = Datagram(
      .acknowledgement, code, id: request.id, token: request.token, options: options)
    seen[request.id] = answer
    return answer
  }

  private mutating func take(_ request: Datagram) -> (Code, [Datagram.Field]) {
    guard let value = request.unsigned(.block1) else { return finish(request.payload, []) }
    let exponent = value & 7
    let offset = (value >> 4) << (exponent + 4)
    if offset == 0 { pieces = [] }
    guard offset <= pieces.count else { return (.requestEntityIncomplete, []) }
    // A duplicate that is a new message says again what is known.
    pieces = pieces.prefix(offset) + request.payload
    guard value & 8 != 0 else { return finish(pieces, [.number(.block1, value)]) }
    let wanted = isLucky(20) ? Int(generator.next() % 7) : exponent
    return (.continue, [.number(.block1, value & ~7 | wanted)])
  }

  private mutating func finish(
    _ list: [UInt8], _ options: [Datagram.Field]
  ) -> (Code, [Datagram.Field]) {
    // A plain Update has none.
    if !list.isEmpty { lists.append(list) }
    return (.created, options + Datagram.Field.location("rd/1"))
  }
}

@Suite("Lists in blocks, against a server that puts them together")
struct ListTransferOracleTests {
  /// A device with instances at random, up to 500 resources.
  private func device(_ generator: inout SeededGenerator, bufferSize: Int) -> World {
    let world = World(chance: .seeded(generator.next()), resources: 520)
    world.bufferSize = bufferSize
    for _ in 0..<(generator.next() % 500) {
      let object = [2, 3, 3303, 33_030, 65_535].randomElement(using: &generator)!
      let bits = UInt32.random(in: 1...10, using: &generator)
      let instance = UInt16(truncatingIfNeeded: generator.next() % (1 << bits))
      let resource = UInt16(truncatingIfNeeded: generator.next() % 4)
      guard object != 3 || instance > 0 else { continue }
      world.add(Path(UInt16(object), instance, resource), .float, .float(1))
    }
    return world
  }

  /// The application adds an instance, or removes a resource.
  private func change(_ world: World, _ generator: inout SeededGenerator) {
    world.lawGaveUp()
    let count = world.engine.resourceCount
    if generator.next() % 2 == 0 {
      world.add(Path(4000, UInt16(generator.next() % 9), 0), .float, .float(1))
    } else {
      world.remove(world.engine.resource(at: Int(generator.next() % UInt64(count))).path)
    }
  }

  /// The list as it is without limits.
  private func expected(_ world: World) -> [UInt8] {
    var instances: Set<Int> = []
    for index in 0..<world.engine.resourceCount {
      let path = world.engine.resource(at: index).path
      instances.insert(Int(path.object) << 16 | Int(path.instance))
    }
    let links = instances.sorted().map { ",</\($0 >> 16)/\($0 & 0xFFFF)>" }
    return Array(("</>;rt=\"oma.lwm2m\"" + links.joined()).utf8)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.5: whatever the table, the buffer and the network, the server has the whole list",
    arguments: 0..<150 as Range<UInt64>)
  func whole(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bufferSize = Int.random(in: 90...1200, using: &generator)
    let world = device(&generator, bufferSize: bufferSize)
    var server = BlockServer(seed: generator.next())
    world.connect()
    var heard = 0
    var turns = 0
    while [.registering, .updating].contains(world.engine.standing), turns < 20_000 {
      turns += 1
      if server.isLucky(1) { change(world, &generator) }
      guard heard < world.sent.count else {
        world.advance(to: world.dueTime ?? world.now)
        continue
      }
      let request = world.sent[heard]
      heard += 1
      for _ in 0..<(server.isLucky(10) ? 2 : server.isLucky(15) ? 0 : 1) {
        let answer = server.answer(request)
        guard !server.isLucky(10) else { continue }
        world.deliver(answer)
      }
    }
    let faults = world.timetable().filter { $0.contains("fault") }
    #expect(faults == [])
    #expect(world.sent.allSatisfy { $0.bytes.count <= min(bufferSize, 1152) })
    if world.engine.standing == .registered {
      #expect(server.lists.last == expected(world))
    } else {
      #expect(world.engine.standing == .waiting(.silent), "five losses in a row")
    }
  }
}
