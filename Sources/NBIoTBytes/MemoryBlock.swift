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

  /// Cuts. `base` is aligned to `alignment` and outlives every table cut from it.
  public init(unsafeStart base: UnsafeMutableRawPointer, size: Int) {
    precondition(Int(bitPattern: base) % MemoryBlock.alignment == 0)
    unsafe self.base = unsafe base
    self.size = size
    used = 0
  }

  /// Cuts a table of `capacity` elements, each set to `initial`.
  public mutating func table<Element: BitwiseCopyable>(
    of capacity: Int, initial: Element
  ) -> LentTable<Element> {
    let offset = used
    used += MemoryBlock.rounded(capacity * MemoryLayout<Element>.stride)
    guard let base = unsafe base else { return LentTable() }
    precondition(used <= size)
    let start = unsafe (base + offset).bindMemory(to: Element.self, capacity: capacity)
    unsafe start.initialize(repeating: initial, count: capacity)
    return unsafe LentTable(unsafeStart: start, capacity: capacity)
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
