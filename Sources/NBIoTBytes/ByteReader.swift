/// A cursor over received bytes.
///
/// Every read checks its length once and answers `nil` when the bytes are not there; nothing is consumed then.
public struct ByteReader: ~Copyable, ~Escapable {
  @usableFromInline let bytes: Span<UInt8>
  public private(set) var position: Int

  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, at position: Int = 0) {
    precondition(position >= 0 && position <= bytes.count)
    self.bytes = bytes
    self.position = position
  }

  public var remaining: Int {
    @inline(__always) get { bytes.count &- position }
  }

  public var isAtEnd: Bool {
    @inline(__always) get { position == bytes.count }
  }

  @inline(__always)
  public mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    let value = unsafe bytes[unchecked: position]
    position &+= 1
    return value
  }

  /// The next byte, left where it is.
  @inline(__always)
  public func peek() -> UInt8? {
    position < bytes.count ? unsafe bytes[unchecked: position] : nil
  }

  /// Consumes the byte that `peek` showed.
  @inline(__always)
  mutating func advance() {
    position &+= 1
  }

  /// A big-endian number of `length` bytes, 0 ... 8.
  public mutating func bigEndian(length: Int) -> UInt64? {
    guard length >= 0, length <= 8, length <= remaining else { return nil }
    var value: UInt64 = 0
    let end = position &+ length
    while position < end {
      value = value &<< 8 | UInt64(truncatingIfNeeded: unsafe bytes[unchecked: position])
      position &+= 1
    }
    return value
  }

  /// The next `length` bytes as a view.
  @inline(__always)
  @_lifetime(copy self)
  public mutating func take(_ length: Int) -> Span<UInt8>? {
    guard length >= 0, length <= remaining else { return nil }
    let start = position
    position &+= length
    return unsafe bytes.extracting(unchecked: start..<position)
  }

  @inline(__always)
  public mutating func skip(_ length: Int) -> Bool {
    guard length >= 0, length <= remaining else { return false }
    position &+= length
    return true
  }

  /// Skips `expected`, given in lower case, when it comes next in either case.
  public mutating func skip(lowerCase expected: StaticString) -> Bool {
    let length = expected.utf8CodeUnitCount
    guard length <= remaining else { return false }
    var offset = 0
    while offset < length {
      var byte = unsafe bytes[unchecked: position &+ offset]
      if byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
      guard unsafe byte == expected.utf8Start[offset] else { return false }
      offset &+= 1
    }
    position &+= length
    return true
  }
}
