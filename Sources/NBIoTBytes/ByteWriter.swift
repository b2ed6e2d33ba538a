/// A cursor that writes into lent bytes.
///
/// What does not fit is not written and sets `overflowed`, which stays set: an encoder writes straight through and
/// its caller looks once at the end. Each write checks its whole length once.
public struct ByteWriter: ~Copyable, ~Escapable {
  @usableFromInline var bytes: MutableSpan<UInt8>
  public private(set) var position: Int
  public private(set) var overflowed: Bool

  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: consuming MutableSpan<UInt8>) {
    self.bytes = bytes
    position = 0
    overflowed = false
  }

  public var capacity: Int {
    @inline(__always) get { bytes.count }
  }

  /// Room that is left.
  public var available: Int {
    @inline(__always) get { bytes.count &- position }
  }

  @inline(__always)
  private mutating func reserve(_ length: Int) -> Bool {
    if length <= bytes.count &- position { return true }
    overflowed = true
    return false
  }

  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    guard reserve(1) else { return }
    unsafe bytes[unchecked: position] = byte
    position &+= 1
  }

  @inline(__always)
  public mutating func append(_ first: UInt8, _ second: UInt8) {
    guard reserve(2) else { return }
    unsafe bytes[unchecked: position] = first
    unsafe bytes[unchecked: position &+ 1] = second
    position &+= 2
  }

  @inline(__always)
  public mutating func append(bigEndian value: UInt16) {
    append(UInt8(truncatingIfNeeded: value &>> 8), UInt8(truncatingIfNeeded: value))
  }

  /// The low `length` bytes of `value`, most significant first. `length` 0 ... 8.
  @inline(__always)
  public mutating func append(bigEndian value: UInt64, length: Int) {
    append(leading: value &<< UInt64(truncatingIfNeeded: 64 &- length &* 8), length: length)
  }

  /// The high `length` bytes of `value`, most significant first. `length` 0 ... 8. Where there is room for eight bytes
  /// all eight are stored: what is behind the first `length` of them is no part of the message yet.
  public mutating func append(leading value: UInt64, length: Int) {
    precondition(UInt(bitPattern: length) <= 8)
    guard available >= 8 else { return appendTightly(value, length) }
    store(value, at: position)
    position &+= length
  }

  @inline(never)
  private mutating func appendTightly(_ value: UInt64, _ length: Int) {
    guard reserve(length) else { return }
    var rest = value
    for _ in 0..<length {
      unsafe bytes[unchecked: position] = UInt8(truncatingIfNeeded: rest &>> 56)
      rest = rest &<< 8
      position &+= 1
    }
  }

  /// Four bytes, most significant first.
  @inline(__always)
  public mutating func append(word: UInt32) {
    append(leading: UInt64(truncatingIfNeeded: word) &<< 32, length: 4)
  }

  /// Four bytes, most significant first, and then the high `length` bytes of `value` as above, where there is room for
  /// twelve bytes.
  @inline(__always)
  public mutating func append(word: UInt32, leading value: UInt64, length: Int) {
    precondition(UInt(bitPattern: length) <= 8)
    guard reserve(12) else { return }
    unsafe bytes.withUnsafeMutableBytes {
      unsafe $0.baseAddress.unsafelyUnwrapped.storeBytes(
        of: word.bigEndian, toByteOffset: position, as: UInt32.self)
    }
    store(value, at: position &+ 4)
    position &+= 4 &+ length
  }

  /// Three texts, one behind the other.
  @inline(__always)
  public mutating func append(_ first: ShortText, _ second: ShortText, _ third: ShortText) {
    let start = Int(truncatingIfNeeded: first.length)
    let end = start &+ Int(truncatingIfNeeded: second.length)
    guard available >= end &+ 8 else {
      append(leading: first.bytes, length: start)
      append(leading: second.bytes, length: end &- start)
      return append(leading: third.bytes, length: Int(truncatingIfNeeded: third.length))
    }
    store(first.bytes, at: position)
    store(second.bytes, at: position &+ start)
    store(third.bytes, at: position &+ end)
    position &+= end &+ Int(truncatingIfNeeded: third.length)
  }

  /// There is room for it.
  @inline(__always)
  private mutating func store(_ value: UInt64, at index: Int) {
    unsafe bytes.withUnsafeMutableBytes {
      unsafe $0.baseAddress.unsafelyUnwrapped.storeBytes(
        of: value.bigEndian, toByteOffset: index, as: UInt64.self)
    }
  }

  public mutating func append(_ source: Span<UInt8>) {
    unsafe source.withUnsafeBufferPointer {
      unsafe append($0.baseAddress, count: $0.count)
    }
  }

  public mutating func append(_ text: StaticString) {
    unsafe append(text.utf8Start, count: text.utf8CodeUnitCount)
  }

  private mutating func append(_ source: UnsafePointer<UInt8>?, count: Int) {
    guard let source = unsafe source, reserve(count) else { return }
    var offset = 0
    while offset < count {
      unsafe bytes[unchecked: position &+ offset] = source[offset]
      offset &+= 1
    }
    position &+= count
  }

  /// Overwrites a byte written before, for a length that is known only afterwards.
  @inline(__always)
  public mutating func replace(at index: Int, with byte: UInt8) {
    precondition(index >= 0 && index < position)
    unsafe bytes[unchecked: index] = byte
  }

  /// Moves what was written from `start` on by `count` bytes, to open a gap there for a header.
  public mutating func openGap(at start: Int, of count: Int) {
    precondition(start >= 0 && start <= position && count >= 0)
    guard reserve(count) else { return }
    var index = position
    while index > start {
      index &-= 1
      unsafe bytes[unchecked: index &+ count] = bytes[unchecked: index]
    }
    position &+= count
  }

  /// Forgets what was written after `position`, an overflow included.
  @inline(__always)
  public mutating func rewind(to position: Int) {
    precondition(position >= 0 && position <= self.position)
    self.position = position
    overflowed = false
  }

  /// What has been written so far.
  public var written: Span<UInt8> {
    @inline(__always)
    @_lifetime(borrow self)
    get { bytes.span.extracting(0..<position) }
  }
}
