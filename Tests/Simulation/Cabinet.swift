import LwM2MClient
import LwM2MModel

/// The values of a test device.
public struct Cabinet: ValueStore, Sendable {
  public enum Content: Equatable, Sendable {
    case bytes([UInt8])
    case integer(Int64)
    case float(Double)
    case boolean(Bool)

    public static func text(_ text: String) -> Content { .bytes(Array(text.utf8)) }
  }

  private struct Cell {
    var id: UInt16
    var content: Content
    /// Where the bytes of a buffer are.
    var area: Range<Int>
    var room: Int
  }

  private var cells: [UInt16: [Cell]] = [:]
  private var bytes: [UInt8] = []
  /// Slots in the order they were stored to.
  public private(set) var stored: [UInt16] = []

  /// Where a value is lent, and what belongs there.
  private var lender: (UInt16, Content)?

  public init() {}

  public mutating func keep(_ contents: [(UInt16, Content)], in slot: UInt16, room: Int = 0) {
    cells[slot] = contents.map { id, content in
      var cell = Cell(id: id, content: content, area: 0..<0, room: room)
      put(content, into: &cell)
      return cell
    }
  }

  private mutating func put(_ content: Content, into cell: inout Cell) {
    cell.content = content
    guard case .bytes(let new) = content else { return }
    cell.area = bytes.count..<(bytes.count + new.count)
    bytes += new
  }

  /// As the application: sets the value without telling the engine.
  public mutating func set(_ content: Content, in slot: UInt16, at index: Int = 0) {
    var cell = cells[slot]![index]
    put(content, into: &cell)
    cells[slot]![index] = cell
  }

  public func content(_ slot: UInt16, at index: Int = 0) -> Content { cells[slot]![index].content }

  public mutating func forgetStored() { stored = [] }

  public func instanceCount(_ slot: UInt16) -> Int { cells[slot]?.count ?? 0 }
  public func instanceID(_ slot: UInt16, at index: Int) -> UInt16 { cells[slot]![index].id }

  @_lifetime(borrow self)
  public func load(_ slot: UInt16, at index: Int, as type: ValueType) -> Value {
    let cell = cells[slot]![index]
    let span = bytes.span.extracting(cell.area)
    switch cell.content {
    case .integer(let number): return .integer(number)
    case .float(let number): return .float(number)
    case .boolean(let flag): return .boolean(flag)
    case .bytes:
      switch type {
      case .opaque: return .opaque(span)
      case .hexString: return .hexString(span)
      default: return .string(span)
      }
    }
  }

  public func capacity(_ slot: UInt16, at index: Int) -> Int { cells[slot]![index].room }

  public mutating func store(_ value: borrowing Value, in slot: UInt16, at index: Int) {
    stored.append(slot)
    set(Content(value), in: slot, at: index)
  }

  public mutating func lend(_ value: borrowing Value, in slot: UInt16) {
    lender = (slot, cells[slot]![0].content)
    set(Content(value), in: slot)
  }

  public mutating func giveBack(_ slot: UInt16) {
    guard let (lent, content) = lender, lent == slot else { fatalError("nothing was lent") }
    set(content, in: slot)
    lender = nil
  }

  public mutating func remove(_ slot: UInt16) { cells[slot] = nil }
}

extension Cabinet.Content {
  public init(_ value: borrowing Value) {
    switch copy value {
    case .string(let span), .opaque(let span), .hexString(let span):
      self = .bytes(span.indices.map { span[$0] })
    case .integer(let number): self = .integer(number)
    case .float(let number): self = .float(number)
    case .boolean(let flag): self = .boolean(flag)
    }
  }
}

extension Cabinet {
  /// With values for the SDK's own resources.
  public init(ownLifetime: UInt32, binding: Binding = .udp) {
    self.init()
    for slot in BuiltInSlot.first...BuiltInSlot.errorReset {
      keep([(0, .text("own"))], in: slot)
    }
    for slot in [BuiltInSlot.errorCode, BuiltInSlot.minimumPeriod, BuiltInSlot.maximumPeriod] {
      keep([(0, .integer(0))], in: slot)
    }
    keep([(0, .integer(86_400))], in: BuiltInSlot.disableTimeout)
    keep([(0, .boolean(true))], in: BuiltInSlot.storing)
    keep([(0, .text(binding == .udp ? "U" : "UQ"))], in: BuiltInSlot.binding, room: 0xFFFF)
    keep([(0, .integer(1))], in: BuiltInSlot.serverID)
    keep([(0, .integer(Int64(ownLifetime)))], in: BuiltInSlot.lifetime)
  }
}
