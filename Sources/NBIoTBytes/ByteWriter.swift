/// A cursor that writes into lent bytes.
///
/// What does not fit is not written but counted: an encoder writes straight through and its caller looks once at the
/// end, and then knows how much room would have done. Each write checks its whole length once.
///
/// A writer that sifts (`sift`) keeps one piece of what is appended, and counts and digests the rest: so a body that is
/// longer than any buffer leaves in pieces without being stored.
public struct ByteWriter: ~Copyable, ~Escapable {
  @usableFromInline var bytes: MutableSpan<UInt8>
  public private(set) var position: Int
  /// Where the room ends; below 0 while it sifts, and then the complement of where the piece ends.
  private var limit: Int
  /// How many bytes were not written.
  public private(set) var lost = 0
  /// Sifting: where in the body the piece begins.
  private var pieceStart = 0
  /// Sifting: FNV-1a of all bytes, kept or not.
  public private(set) var digest: UInt32 = 0

  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: consuming MutableSpan<UInt8>) {
    limit = bytes.count
    self.bytes = bytes
    position = 0
  }

  /// From here on: keeps the `size` bytes that follow the first `skipped`, of which there is room for all.
  public mutating func sift(skipping skipped: Int, keeping size: Int) {
    precondition(skipped >= 0 && size >= 0 && size <= available && lost == 0)
    limit = ~(position &+ size)
    pieceStart = skipped
    digest = 0x811C_9DC5
  }

  public var isSifting: Bool { limit < 0 }
  /// Something found no room. Of a writer that sifts it says nothing.
  public var overflowed: Bool {
    @inline(__always) get { lost != 0 }
  }
  /// How many bytes were appended, with those that were not written.
  public var total: Int {
    @inline(__always) get { position &+ lost }
  }

  public var capacity: Int {
    @inline(__always) get { bytes.count }
  }

  /// Room that is left; below 0 while it sifts.
  public var available: Int {
    @inline(__always) get { limit &- position }
  }

  /// A byte for which there is no room, or that is to be looked at.
  @inline(never)
  private mutating func refuse(_ byte: UInt8) {
    if isSifting {
      digest = (digest ^ UInt32(byte)) &* 0x0100_0193
      if lost >= pieceStart, position < ~limit {
        unsafe bytes[unchecked: position] = byte
        position &+= 1
        return
      }
    }
    lost &+= 1
  }

  /// Whether `length` bytes are to be appended one by one. What has no room as a whole is not written at all.
  private mutating func takesApart(_ length: Int) -> Bool {
    if isSifting || length <= available { return true }
    lost &+= length
    return false
  }

  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    guard available >= 1 else { return refuse(byte) }
    unsafe bytes[unchecked: position] = byte
    position &+= 1
  }

  @inline(__always)
  public mutating func append(_ first: UInt8, _ second: UInt8) {
    guard available >= 2 else {
      return appendTightly(UInt64(first) &<< 56 | UInt64(second) &<< 48, 2)
    }
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
    guard takesApart(length) else { return }
    var rest = value
    var left = length
    while left > 0 {
      append(UInt8(truncatingIfNeeded: rest &>> 56))
      rest = rest &<< 8
      left &-= 1
    }
  }

  /// Four bytes, most significant first.
  @inline(__always)
  public mutating func append(word: UInt32) {
    append(leading: UInt64(truncatingIfNeeded: word) &<< 32, length: 4)
  }

  /// Four bytes, most significant first, and then the high `length` bytes of `value` as above.
  @inline(__always)
  public mutating func append(word: UInt32, leading value: UInt64, length: Int) {
    precondition(UInt(bitPattern: length) <= 8)
    guard available >= 12 else {
      append(word: word)
      return append(leading: value, length: length)
    }
    unsafe bytes.withUnsafeMutableBytes {
      unsafe $0.baseAddress.unsafelyUnwrapped.storeBytes(
        of: word.bigEndian, toByteOffset: position, as: UInt32.self)
    }
    store(value, at: position &+ 4)
    position &+= 4 &+ length
  }

  public mutating func append(_ text: ShortText) {
    append(leading: text.bytes, length: Int(truncatingIfNeeded: text.length))
  }

  /// Three texts, one behind the other.
  @inline(__always)
  public mutating func append(_ first: ShortText, _ second: ShortText, _ third: ShortText) {
    let start = Int(truncatingIfNeeded: first.length)
    let end = start &+ Int(truncatingIfNeeded: second.length)
    guard available >= end &+ 8 else {
      return appendSingly(first, second, third)
    }
    store(first.bytes, at: position)
    store(second.bytes, at: position &+ start)
    store(third.bytes, at: position &+ end)
    position &+= end &+ Int(truncatingIfNeeded: third.length)
  }

  @inline(never)
  private mutating func appendSingly(_ first: ShortText, _ second: ShortText, _ third: ShortText) {
    append(first)
    append(second)
    append(third)
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
    guard let source = unsafe source else { return }
    var offset = 0
    guard count <= available else {
      guard takesApart(count) else { return }
      while offset < count {
        append(unsafe source[offset])
        offset &+= 1
      }
      return
    }
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

  /// Moves what was written from `start` on by `count` bytes, to open a gap there for a header. Nothing was lost since.
  public mutating func openGap(at start: Int, of count: Int) {
    precondition(start >= 0 && start <= position && count >= 0)
    guard count <= available else {
      lost &+= count
      return
    }
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
    lost = 0
  }

  /// What has been written so far.
  public var written: Span<UInt8> {
    @inline(__always)
    @_lifetime(borrow self)
    get { bytes.span.extracting(0..<position) }
  }
}
