import NBIoTBytes

/// An option number (RFC 7252 section 5.10, 7641, 7959 and the private ones).
public struct OptionNumber: Equatable, BitwiseCopyable, Sendable {
  public let rawValue: UInt16

  @inline(__always)
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// A receiver that does not know a critical option must not act on the message (section 5.4.1).
  public var isCritical: Bool {
    @inline(__always) get { rawValue & 1 == 1 }
  }
}

extension OptionNumber {
  public static var ifMatch: OptionNumber { .init(rawValue: 1) }
  public static var uriHost: OptionNumber { .init(rawValue: 3) }
  public static var eTag: OptionNumber { .init(rawValue: 4) }
  public static var ifNoneMatch: OptionNumber { .init(rawValue: 5) }
  public static var observe: OptionNumber { .init(rawValue: 6) }
  public static var uriPort: OptionNumber { .init(rawValue: 7) }
  public static var locationPath: OptionNumber { .init(rawValue: 8) }
  public static var uriPath: OptionNumber { .init(rawValue: 11) }
  public static var contentFormat: OptionNumber { .init(rawValue: 12) }
  public static var maxAge: OptionNumber { .init(rawValue: 14) }
  public static var uriQuery: OptionNumber { .init(rawValue: 15) }
  public static var accept: OptionNumber { .init(rawValue: 17) }
  /// "Token" of an early draft; OneNET still sends it and expects it to be ignored.
  public static var draftToken: OptionNumber { .init(rawValue: 19) }
  public static var locationQuery: OptionNumber { .init(rawValue: 20) }
  public static var block2: OptionNumber { .init(rawValue: 23) }
  public static var block1: OptionNumber { .init(rawValue: 27) }
  public static var size2: OptionNumber { .init(rawValue: 28) }
  public static var proxyURI: OptionNumber { .init(rawValue: 35) }
  public static var proxyScheme: OptionNumber { .init(rawValue: 39) }
  public static var size1: OptionNumber { .init(rawValue: 60) }
  /// OneNET's private Auth-Code option.
  public static var authCode: OptionNumber { .init(rawValue: 63) }
}

/// One option of a message that has been checked.
public struct Option: ~Escapable {
  public let number: OptionNumber
  public let value: Span<UInt8>

  @inline(__always)
  @_lifetime(copy value)
  init(number: OptionNumber, value: Span<UInt8>) {
    self.number = number
    self.value = value
  }

  /// The value as an unsigned number of at most `maximum` bytes (section 3.2); `nil` when it is longer.
  public func unsigned(maximumLength maximum: Int = 4) -> UInt32? {
    guard value.count <= maximum else { return nil }
    var reader = ByteReader(value)
    return UInt32(truncatingIfNeeded: reader.bigEndian(length: value.count) ?? 0)
  }
}

/// A walk over the options of a message, each checked as it is read.
public struct OptionReader: ~Copyable, ~Escapable {
  private var reader: ByteReader
  private var sum: UInt32 = 0
  /// Of the current option's value, which was read last.
  private var length = 0
  /// The current option has the number of the one before it.
  public private(set) var isRepeated = false

  /// The options of `bytes` that begin at `position`.
  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, at position: Int) {
    reader = ByteReader(bytes, at: position)
  }

  /// Behind what was read; after the last option, where the payload begins.
  public var position: Int {
    @inline(__always) get { reader.position }
  }

  /// Of the current option.
  public var number: OptionNumber {
    @inline(__always) get { OptionNumber(rawValue: UInt16(truncatingIfNeeded: sum)) }
  }

  /// The current option.
  public var option: Option {
    @inline(__always)
    @_lifetime(copy self)
    get { Option(number: number, value: reader.last(length)) }
  }

  /// Goes to the next option. `false` after the last.
  @inline(__always)
  public mutating func advance() throws(MessageError) -> Bool {
    guard let first = reader.byte() else { return false }
    isRepeated = first &>> 4 == 0
    length = Int(truncatingIfNeeded: first & 0x0F)
    if first < 0xD0, length < 13 {
      sum &+= UInt32(truncatingIfNeeded: first &>> 4)
      guard sum <= 0xFFFF else { throw .optionNumberTooLarge }
    } else if first == 0xFF {
      guard !reader.isAtEnd else { throw .payloadMissing }
      return false
    } else {
      let header = try ExtendedHeader(first, behind: sum, reader.rest)
      sum = header.sum
      length = header.length
      _ = reader.skip(header.size)
    }
    guard reader.skip(length) else { throw .optionTruncated }
    return true
  }

  /// Takes the options that follow into `list`, as long as they have the number `wanted`, are IDs, and fit.
  @inline(__always)
  public mutating func take(_ wanted: OptionNumber, into list: inout IdentifierList) {
    let delta = UInt32(truncatingIfNeeded: wanted.rawValue) &- sum
    guard delta < 13 else { return }
    if reader.take(behind: UInt8(truncatingIfNeeded: delta &<< 4), into: &list) {
      sum = UInt32(truncatingIfNeeded: wanted.rawValue)
    }
  }

  /// The next option, `nil` after the last.
  @_lifetime(copy self)
  public mutating func next() throws(MessageError) -> Option? {
    try advance() ? option : nil
  }
}

/// The header of an option whose delta or length does not fit into its nibble.
private struct ExtendedHeader: BitwiseCopyable {
  /// The option's number.
  private(set) var sum: UInt32
  private(set) var length = 0
  /// How many bytes the header has behind its first one.
  private(set) var size = 0

  /// `rest` is what stands behind `first`.
  @inline(never)
  init(_ first: UInt8, behind number: UInt32, _ rest: Span<UInt8>) throws(MessageError) {
    var reader = ByteReader(rest)
    let delta = try ExtendedHeader.extended(first >> 4, &reader)
    sum = number &+ UInt32(truncatingIfNeeded: delta)
    guard sum <= 0xFFFF else { throw .optionNumberTooLarge }
    length = try ExtendedHeader.extended(first & 0x0F, &reader)
    size = reader.position
  }

  /// A delta or a length: in the nibble itself or in one or two bytes behind it.
  private static func extended(
    _ nibble: UInt8, _ reader: inout ByteReader
  ) throws(MessageError) -> Int {
    if nibble < 13 { return Int(truncatingIfNeeded: nibble) }
    guard nibble != 15 else { throw .optionNibbleReserved }
    guard let first = reader.byte() else { throw .optionTruncated }
    if nibble == 13 { return 13 &+ Int(truncatingIfNeeded: first) }
    guard let second = reader.byte() else { throw .optionTruncated }
    return 269 &+ Int(truncatingIfNeeded: first) &<< 8 &+ Int(truncatingIfNeeded: second)
  }
}

/// The options of a message that was checked: a walk that cannot fail.
public struct OptionIterator: ~Copyable, ~Escapable {
  private var reader: OptionReader

  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, at position: Int) {
    reader = OptionReader(bytes, at: position)
  }

  @_lifetime(copy self)
  public mutating func next() -> Option? {
    do throws(MessageError) {
      return try reader.next()
    } catch {
      return nil
    }
  }
}
