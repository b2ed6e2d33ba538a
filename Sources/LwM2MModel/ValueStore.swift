/// Where resource values live. The core knows slots; whoever implements this knows pointers.
///
/// Data access only: nothing here runs application code.
public protocol ValueStore: ~Copyable {
  /// How many instances the multiple-instance resource in `slot` has.
  func instanceCount(_ slot: UInt16) -> Int

  /// The ID of its instance at `index`; ascending.
  func instanceID(_ slot: UInt16, at index: Int) -> UInt16

  /// The value in `slot`, of type `type`; `index` is 0 for a single-instance resource.
  @_lifetime(borrow self)
  borrowing func load(_ slot: UInt16, at index: Int, as type: ValueType) -> Value

  /// Room in bytes of the buffer in `slot`.
  func capacity(_ slot: UInt16, at index: Int) -> Int

  /// Replaces the value. It is of the resource's type and fits.
  mutating func store(_ value: borrowing Value, in slot: UInt16, at index: Int)

  /// From here on, and until `giveBack`, `load` gives this value in the place of the one in `slot`, which is the
  /// application's and single. One slot at a time; the bytes of the value stay where they are as long.
  mutating func lend(_ value: borrowing Value, in slot: UInt16)

  mutating func giveBack(_ slot: UInt16)

  /// The resource has gone, so the slot is free.
  mutating func remove(_ slot: UInt16)
}
