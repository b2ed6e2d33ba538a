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
    if WordSize.is64Bit, length > 0, remaining >= 8 {
      let unused = 64 &- UInt64(truncatingIfNeeded: length) &* 8
      position &+= length
      return word(at: position &- length) &>> unused
    }
    var value: UInt64 = 0
    let end = position &+ length
    while position < end {
      value = value &<< 8 | UInt64(truncatingIfNeeded: unsafe bytes[unchecked: position])
      position &+= 1
    }
    return value
  }

  /// The eight bytes at `index`, which are there.
  @inline(__always)
  private func word(at index: Int) -> UInt64 {
    unsafe UInt64(
      bigEndian: bytes.bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: UInt64.self))
  }

  /// The next `length` bytes as a view.
  @inline(__always)
  @_lifetime(copy self)
  public mutating func take(_ length: Int) -> Span<UInt8>? {
    let start = position
    guard skip(length) else { return nil }
    return unsafe bytes.extracting(unchecked: Range(uncheckedBounds: (start, position)))
  }

  /// What was not consumed yet, left where it is.
  public var rest: Span<UInt8> {
    @inline(__always)
    @_lifetime(copy self)
    get { unsafe bytes.extracting(unchecked: Range(uncheckedBounds: (position, bytes.count))) }
  }

  /// The `length` bytes that were consumed last, as a view.
  @inline(__always)
  @_lifetime(copy self)
  public func last(_ length: Int) -> Span<UInt8> {
    precondition(UInt(bitPattern: length) <= UInt(bitPattern: position))
    return unsafe bytes.extracting(
      unchecked: Range(uncheckedBounds: (position &- length, position)))
  }

  @inline(__always)
  public mutating func skip(_ length: Int) -> Bool {
    // A negative length is a large one here.
    guard UInt(bitPattern: length) <= UInt(bitPattern: remaining) else { return false }
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

extension ByteReader {
  /// Consumes decimal IDs, 0 ... 65534 without leading zeros, as long as there are any and the list has room. Before each
  /// stands its number of digits in one byte, which before the first one is counted from `kind`. `false` when there was
  /// none.
  @inline(__always)
  public mutating func take(behind kind: UInt8, into list: inout IdentifierList) -> Bool {
    let run = IdentifierRun(bytes, at: position, behind: kind, list)
    let isLonger = run.end != position
    position = run.end
    list = run.list
    return isLonger
  }
}

/// What IDs there are at a place. By value and with nothing else around, so that all of it stays in registers.
private struct IdentifierRun: BitwiseCopyable {
  private(set) var list: IdentifierList
  private(set) var end: Int

  @inline(never)
  init(
    _ bytes: Span<UInt8>, at position: Int, behind first: UInt8, _ start: IdentifierList
  ) {
    list = start
    end = position
    var kind = first
    while !list.isFull, end < bytes.count {
      let digits = Int(truncatingIfNeeded: unsafe bytes[unchecked: end] &- kind)
      guard digits <= 5, digits < bytes.count &- end,
        let id = IdentifierRun.identifier(bytes, at: end &+ 1, digits)
      else { return }
      list.append(id)
      end &+= 1 &+ digits
      kind = 0
    }
  }

  /// The bytes are there.
  @inline(__always)
  private static func identifier(_ bytes: Span<UInt8>, at start: Int, _ count: Int) -> UInt16? {
    if WordSize.is64Bit, count == 4 { return fourDigits(bytes, at: start) }
    guard count > 0 else { return nil }
    let first = DecimalText.value(ofDigit: unsafe bytes[unchecked: start])
    guard first <= 9, first != 0 || count == 1 else { return nil }
    var value = UInt32(truncatingIfNeeded: first)
    var index = start &+ 1
    while index < start &+ count {
      let digit = DecimalText.value(ofDigit: unsafe bytes[unchecked: index])
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ UInt32(truncatingIfNeeded: digit)
      index &+= 1
    }
    return value < 0xFFFF ? UInt16(truncatingIfNeeded: value) : nil
  }

  /// Most objects and resources have four digits: these at once, the first one in the low byte.
  @inline(__always)
  private static func fourDigits(_ bytes: Span<UInt8>, at start: Int) -> UInt16? {
    let word = unsafe bytes.bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: start, as: UInt32.self)
    let digits = UInt32(littleEndian: word) ^ 0x3030_3030
    guard (digits | (digits &+ 0x0606_0606)) & 0xF0F0_F0F0 == 0, digits & 0xFF != 0 else {
      return nil
    }
    // The first two are a number in the low byte now, the others in the third.
    let pairs = digits &* 10 &+ digits &>> 8
    return UInt16(truncatingIfNeeded: (pairs & 0xFF) &* 100 &+ (pairs &>> 16 & 0xFF))
  }
}
