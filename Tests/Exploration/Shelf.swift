import LwM2MClient
import LwM2MModel

/// The values of the explored device: plain bits, so that a copy of the engine's memory has them too.
struct Shelf: ValueStore, BitwiseCopyable {
  /// The one resource of the application that has a value.
  var reading: Int64 = 1
  var lifetime: Int64
  /// Seconds that Disable lasts.
  private static var disableTimeout: Int64 { 600 }

  init(lifetime: UInt32) {
    self.lifetime = Int64(lifetime)
  }

  @_lifetime(borrow self)
  func load(_ slot: UInt16, at index: Int, as type: ValueType) -> Value {
    if type == .boolean { return .boolean(false) }
    switch slot {
    case BuiltInSlot.lifetime: return .integer(lifetime)
    case BuiltInSlot.disableTimeout: return .integer(Shelf.disableTimeout)
    default: return .integer(reading)
    }
  }

  mutating func store(_ value: borrowing Value, in slot: UInt16, at index: Int) {
    if case .integer(let number) = copy value, slot == BuiltInSlot.lifetime { lifetime = number }
  }

  func instanceCount(_ slot: UInt16) -> Int { 1 }
  func instanceID(_ slot: UInt16, at index: Int) -> UInt16 { 0 }
  func capacity(_ slot: UInt16, at index: Int) -> Int { 0 }
  mutating func lend(_ value: borrowing Value, in slot: UInt16) {}
  mutating func giveBack(_ slot: UInt16) {}
  mutating func remove(_ slot: UInt16) {}
}
