/// An element that knows its place in a `SortedTable`.
public protocol Keyed: Zeroable {
  var key: UInt64 { get }
}

/// Elements in ascending order of distinct keys, over lent memory. Lookup is a binary search.
public struct SortedTable<Element: Keyed>: BitwiseCopyable {
  /// For changes in place, which leave the key as it is.
  public let elements: LentTable<Element>
  public private(set) var count: Int

  @inline(__always)
  public init(_ elements: LentTable<Element>) {
    self.elements = elements
    count = 0
  }

  public var capacity: Int { elements.capacity }
  public var isFull: Bool { count == elements.capacity }

  public subscript(index: Int) -> Element {
    @inline(__always)
    get {
      return elements[index, of: count]
    }
    @inline(__always)
    nonmutating set {
      precondition(newValue.key == elements[index, of: count].key)
      elements[index, of: count] = newValue
    }
  }

  /// The first index, `start` or behind it, whose key is not below `key`; `count` when there is none.
  public func lowerBound(_ key: UInt64, from start: Int = 0) -> Int {
    elements.lowerBound(key, start, count)
  }

  public func index(of key: UInt64) -> Int? {
    let index = lowerBound(key)
    return index < count && elements[index].key == key ? index : nil
  }

  /// `false` when the table is full or the key is there already; nothing changes then.
  public mutating func insert(_ element: Element) -> Bool {
    let index = lowerBound(element.key)
    guard !isFull, index == count || elements[index].key != element.key else { return false }
    makeRoom(at: index)
    elements[index] = element
    return true
  }

  /// Opens a gap, which the caller fills with an element whose place it is. The table is not full.
  public mutating func makeRoom(at index: Int) {
    elements.move(from: index, to: index &+ 1, count: count &- index)
    count &+= 1
  }

  public mutating func remove(at index: Int) {
    precondition(index < count)
    elements.move(from: index &+ 1, to: index, count: count &- index &- 1)
    count &-= 1
  }

  public mutating func removeAll() {
    count = 0
  }
}
