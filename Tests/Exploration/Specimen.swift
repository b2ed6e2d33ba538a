import CoAPExchange
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// The real engine in memory of its own, which can be copied out and put back.
///
/// That is sound because the engine is plain bits all through: nothing in it has a destructor, and its tables are views
/// of the memory behind it, which stays where it is.
@safe
final class Specimen {
  private let memory: UnsafeMutableRawPointer
  private let size: Int

  init(_ terrain: Terrain) {
    var measure = MemoryBlock()
    _ = EngineTables(Specimen.capacities(terrain), from: &measure)
    let head = (MemoryLayout<Engine<Shelf>>.stride + 15) & ~15
    size = head + measure.used
    unsafe memory = .allocate(byteCount: size, alignment: 16)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    var block = unsafe MemoryBlock(unsafeStart: memory + head, size: measure.used)
    let tables = EngineTables(Specimen.capacities(terrain), from: &block)
    let engine = unsafe memory.bindMemory(to: Engine<Shelf>.self, capacity: 1)
    unsafe engine.initialize(
      to: Engine(
        Specimen.configuration(terrain), tables: tables, store: Shelf(lifetime: Terrain.lifetime),
        firstID: 100))
    let name = [UInt8]("dev".utf8)
    _ = self.engine.identify(endpoint: name.span, authCode: Span())
    add(Terrain.reading, .integer, .readable)
    add(Terrain.switchPath, .opaque, .executable)
  }

  deinit { unsafe memory.deallocate() }

  var engine: Engine<Shelf> {
    unsafeAddress { unsafe UnsafePointer(memory.assumingMemoryBound(to: Engine<Shelf>.self)) }
    unsafeMutableAddress { unsafe memory.assumingMemoryBound(to: Engine<Shelf>.self) }
  }

  func copy() -> [UInt8] {
    unsafe [UInt8](UnsafeRawBufferPointer(start: memory, count: size))
  }

  func restore(_ copy: [UInt8]) {
    precondition(copy.count == size)
    unsafe copy.withUnsafeBytes {
      unsafe memory.copyMemory(from: $0.baseAddress!, byteCount: size)
    }
  }

  private func add(_ path: Path, _ type: ValueType, _ access: Access) {
    let resource = Resource(path: path, type: type, access: access, slot: path.resource)
    guard (try? engine.add(resource)) != nil else { fatalError("no room for a resource") }
  }

  private static func capacities(_ terrain: Terrain) -> Capacities {
    Capacities(
      resources: 2, observations: 1, attributes: 1, duplicates: terrain.duplicates, deferred: 1,
      notifications: 2, endpoint: 8, location: 8, authCode: 8)
  }

  private static func configuration(_ terrain: Terrain) -> EngineConfiguration {
    EngineConfiguration(
      profile: terrain.profile,
      parameters: TransmissionParameters(
        acknowledgementTimeout: Milliseconds(terrain.firstWait),
        maximumRetransmissions: UInt8(terrain.retransmissions)),
      lifetime: Terrain.lifetime, acknowledgementDelay: Milliseconds(1000),
      answerTimeout: Milliseconds(10_000),
      consultation: Consultation(executes: true, mayDefer: terrain.defers),
      rebinding: terrain.rebinding, binding: terrain.binding,
      awakeTime: Milliseconds(Terrain.awakeTime))
  }
}
