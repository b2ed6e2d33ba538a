/// A fixed number of elements in memory that somebody else owns.
///
/// The one block of a device is cut into such tables. The view is a plain value; whoever made it from a pointer
/// (`MemoryBlock`) promises that the memory outlives it. Every access is bounds-checked.
@safe
public struct LentTable<Element: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  public let capacity: Int

  /// A table without room.
  @inline(__always)
  public init() {
    // An address that nothing is read from. An optional one the thread sanitizer cannot follow.
    let nowhere = unsafe UnsafeMutablePointer<Element>(bitPattern: MemoryBlock.alignment)
    unsafe self.init(base: nowhere.unsafelyUnwrapped, capacity: 0)
  }

  @inline(__always)
  public init(unsafeStart base: UnsafeMutablePointer<Element>, capacity: Int) {
    precondition(capacity >= 0)
    unsafe self.init(base: base, capacity: capacity)
  }

  /// `capacity` is not negative.
  @inline(__always)
  init(base: UnsafeMutablePointer<Element>, capacity: Int) {
    unsafe self.base = unsafe base
    self.capacity = capacity
  }

  public subscript(index: Int) -> Element {
    @inline(__always)
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: capacity))
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always)
    nonmutating unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: capacity))
      return unsafe base + index
    }
  }

  /// One of the first `count` elements. There is room for that many.
  subscript(index: Int, of count: Int) -> Element {
    @inline(__always)
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always)
    nonmutating unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe base + index
    }
  }

  /// Moves `count` elements from `source` to `target`; the ranges may overlap.
  public func move(from source: Int, to target: Int, count: Int) {
    precondition(source >= 0 && target >= 0 && count >= 0)
    precondition(count <= capacity &- source && count <= capacity &- target)
    unsafe UnsafeMutableRawPointer(base + target)
      .copyMemory(from: base + source, byteCount: count &* MemoryLayout<Element>.stride)
  }
}

extension LentTable where Element: Keyed {
  /// The first index in `start` ..< `end` whose key is not below `key`, `end` when there is none. The keys ascend.
  @inline(__always)
  func lowerBound(_ key: UInt64, _ start: Int, _ end: Int) -> Int {
    precondition(start >= 0 && end <= capacity)
    var low = start
    var high = end
    while low < high {
      let middle = (low &+ high) &>> 1
      if unsafe base[middle].key < key {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return low
  }
}

/// A fixed number of bytes in memory that somebody else owns; see `LentTable`.
extension LentTable where Element == UInt8 {
  /// The first byte, for those who lend it to C. The table is not empty.
  @unsafe
  public var start: UnsafeMutablePointer<UInt8> {
    @inline(__always) get { unsafe base }
  }

  /// The bytes in `range`.
  @inline(__always)
  public func withBytes<Result: ~Copyable>(
    _ range: Range<Int>, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
    return body(unsafe Span(_unsafeStart: base + range.lowerBound, count: range.count))
  }

  /// All of it as writable bytes.
  @inline(__always)
  public func withMutableBytes<Result: ~Copyable>(
    _ body: (consuming MutableSpan<UInt8>) -> Result
  ) -> Result {
    return body(unsafe MutableSpan(_unsafeStart: base, count: capacity))
  }

  /// Copies `source` to the front. `false`, and nothing copied, when it does not fit.
  public func store(_ source: Span<UInt8>) -> Bool {
    guard source.count <= capacity else { return false }
    withMutableBytes {
      var writer = ByteWriter($0)
      writer.append(source)
    }
    return true
  }
}
