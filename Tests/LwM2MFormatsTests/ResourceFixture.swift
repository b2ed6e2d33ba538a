import LwM2MModel
import NBIoTBytes

@testable import LwM2MFormats

/// Resources of a test and their values.
struct ResourceFixture: ValueStore {
  private struct Cell {
    var id: UInt16
    var kept: Kept
    var text: Range<Int>
  }

  private var cells: [[Cell]] = []
  private var texts: [UInt8] = []
  private(set) var resources: [Resource] = []

  mutating func lend(_ value: borrowing Value, in slot: UInt16) {}
  mutating func giveBack(_ slot: UInt16) {}
  mutating func remove(_ slot: UInt16) {}

  mutating func add(_ path: Path, _ kept: Kept, access: Access = .readable) {
    add(path, kept.type, [(0, kept)], access: access)
  }

  mutating func addMultiple(_ path: Path, _ type: ValueType, _ instances: [(UInt16, Kept)]) {
    add(path, type, instances, access: .readable | .multiple)
  }

  private mutating func add(
    _ path: Path, _ type: ValueType, _ instances: [(UInt16, Kept)], access: Access
  ) {
    let slot = UInt16(cells.count)
    cells.append(instances.map { keep($0.0, $0.1) })
    resources.append(Resource(path: path, type: type, access: access, slot: slot))
  }

  private mutating func keep(_ id: UInt16, _ kept: Kept) -> Cell {
    let start = texts.count
    switch kept {
    case .string(let bytes), .opaque(let bytes), .hexString(let bytes): texts += bytes
    case .integer, .float, .boolean: break
    }
    return Cell(id: id, kept: kept, text: start..<texts.count)
  }

  /// What a Read of `path` gives as TLV; `nil` when it is refused or does not fit.
  func read(_ path: Path, into capacity: Int = 4096) -> [UInt8]? {
    let memory = UnsafeMutablePointer<Resource>.allocate(capacity: resources.count)
    defer { unsafe memory.deallocate() }
    var table = unsafe SortedTable(
      LentTable(unsafeStart: memory, capacity: resources.count))
    for resource in resources { _ = table.insert(resource) }
    return written(into: capacity) {
      ReadEncoder.appendTLV(table.range(coveredBy: path), of: table, at: path, from: self, to: &$0)
    }
  }

  func instanceCount(_ slot: UInt16) -> Int { cells[Int(slot)].count }

  func instanceID(_ slot: UInt16, at index: Int) -> UInt16 { cells[Int(slot)][index].id }

  @_lifetime(borrow self)
  func load(_ slot: UInt16, at index: Int, as type: ValueType) -> Value {
    let cell = cells[Int(slot)][index]
    let bytes = texts.span.extracting(cell.text)
    switch cell.kept {
    case .string: return .string(bytes)
    case .opaque: return .opaque(bytes)
    case .integer(let number): return .integer(number)
    case .float(let bits): return .float(Double(bitPattern: bits))
    case .boolean(let flag): return .boolean(flag)
    case .hexString: return .hexString(bytes)
    }
  }

  func capacity(_ slot: UInt16, at index: Int) -> Int { cells[Int(slot)][index].text.count }

  mutating func store(_ value: borrowing Value, in slot: UInt16, at index: Int) {
    cells[Int(slot)][index].kept = Kept(value)
  }
}
