/// Bytes of varying length in lent memory: a name, a code, a location.
public struct LentText: BitwiseCopyable {
  fileprivate let bytes: LentTable<UInt8>
  public private(set) var count: Int

  @inline(__always)
  public init(_ bytes: LentTable<UInt8>) {
    self.bytes = bytes
    count = 0
  }

  public var capacity: Int { bytes.capacity }

  /// Replaces the text. `false`, and nothing changed, when it does not fit.
  public mutating func assign(_ text: Span<UInt8>) -> Bool {
    guard bytes.store(text) else { return false }
    count = text.count
    return true
  }

  /// Adds a length byte and the text behind it. `false`, and nothing changed, when it does not fit.
  public mutating func appendCounted(_ text: Span<UInt8>) -> Bool {
    guard text.count <= 255, count &+ 1 &+ text.count <= capacity else { return false }
    bytes[count] = UInt8(truncatingIfNeeded: text.count)
    var index = 0
    while index < text.count {
      bytes[count &+ 1 &+ index] = text[index]
      index &+= 1
    }
    count &+= 1 &+ text.count
    return true
  }

  public mutating func removeAll() {
    count = 0
  }

  @inline(__always)
  public func withBytes<Result: ~Copyable>(_ body: (Span<UInt8>) -> Result) -> Result {
    bytes.withBytes(0..<count, body)
  }
}

extension LentText {
  public subscript(index: Int) -> UInt8 {
    precondition(index < count)
    return bytes[index]
  }
}
