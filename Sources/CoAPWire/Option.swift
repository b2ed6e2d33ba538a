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

/// A walk over the options of a message. The bytes were checked by `MessageView`, so it cannot fail.
public struct OptionIterator: ~Copyable, ~Escapable {
  var reader: ByteReader
  var number: UInt16 = 0

  @inline(__always)
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) {
    reader = ByteReader(bytes)
  }

  @inline(__always)
  @_lifetime(copy self)
  public mutating func next() -> Option? {
    guard let first = reader.byte() else { return nil }
    let delta = OptionIterator.extended(first >> 4, &reader)
    let length = OptionIterator.extended(first & 0x0F, &reader)
    number = UInt16(truncatingIfNeeded: Int(number) &+ delta)
    guard let value = reader.take(length) else { return nil }
    return Option(number: OptionNumber(rawValue: number), value: value)
  }

  @inline(__always)
  static func extended(_ nibble: UInt8, _ reader: inout ByteReader) -> Int {
    if nibble < 13 { return Int(nibble) }
    if nibble == 13 { return 13 &+ Int(reader.byte() ?? 0) }
    return 269 &+ Int(truncatingIfNeeded: reader.bigEndian(length: 2) ?? 0)
  }
}
