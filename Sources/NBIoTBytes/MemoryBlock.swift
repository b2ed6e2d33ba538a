/// What has a value when all of its bytes are zero: the one that stands for "nothing here".
public protocol Zeroable: BitwiseCopyable {}

extension UInt8: Zeroable {}
extension UInt16: Zeroable {}

/// Cuts one block of memory into tables, or, without memory, adds up what the tables would take.
///
/// The same code measures and cuts, so the size a caller is told and the size that is used cannot differ.
@safe
public struct MemoryBlock {
  private let base: UnsafeMutableRawPointer?
  private let size: Int
  /// Bytes used so far, a multiple of 8. Sums trap rather than wrap: a small sum would pass for room.
  public private(set) var used: Int

  /// Every table starts at a multiple of this.
  public static var alignment: Int { 8 }

  /// Measures only.
  public init() {
    unsafe base = nil
    size = 0
    used = 0
  }

  /// Cuts, and sets all of it to zero. `base` is aligned to `alignment` and outlives every table cut from it.
  public init(unsafeStart base: UnsafeMutableRawPointer, size: Int) {
    precondition(Int(bitPattern: base) % MemoryBlock.alignment == 0)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    unsafe self.base = unsafe base
    self.size = size
    used = 0
  }

  /// Cuts a table of `capacity` elements, all of them zero.
  public mutating func table<Element: Zeroable>(of capacity: Int) -> LentTable<Element> {
    let (start, count) = unsafe cut(capacity, of: MemoryLayout<Element>.stride)
    return unsafe LentTable(
      base: start.bindMemory(to: Element.self, capacity: count), capacity: count)
  }

  /// Without memory to cut, an address that nothing is read from.
  @inline(never)
  private mutating func cut(
    _ capacity: Int, of stride: Int
  ) -> (start: UnsafeMutableRawPointer, count: Int) {
    let offset = used
    reserve(capacity * stride)
    guard let base = unsafe base else {
      let nowhere = unsafe UnsafeMutableRawPointer(bitPattern: MemoryBlock.alignment)
      return unsafe (nowhere.unsafelyUnwrapped, 0)
    }
    precondition(used <= size)
    return unsafe (base + offset, capacity)
  }

  /// Leaves room for something its owner initialises itself.
  public mutating func reserve(_ bytes: Int) {
    used += MemoryBlock.rounded(bytes)
  }

  private static func rounded(_ bytes: Int) -> Int {
    precondition(bytes >= 0)
    return (bytes + (alignment &- 1)) & ~(alignment &- 1)
  }
}
