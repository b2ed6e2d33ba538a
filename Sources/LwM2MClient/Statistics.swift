import CoAPWire

/// Why a datagram was dropped; the raw values index `Statistics.dropped` and are part of the C ABI.
public enum DropCause: UInt8, BitwiseCopyable, Sendable {
  case short = 0
  case version = 1
  case tokenLength = 2
  case option = 3
  case payload = 4
  case codeClass = 5
  case source = 6
  case unmatched = 7
  case early = 8
  case truncated = 9
  case security = 10

  public static var count: Int { 11 }

  init(_ error: MessageError) {
    switch error {
    case .tooShort: self = .short
    case .versionUnknown: self = .version
    case .tokenLengthReserved, .tokenTruncated: self = .tokenLength
    case .optionNibbleReserved, .optionTruncated, .optionNumberTooLarge: self = .option
    case .payloadMissing: self = .payload
    case .codeClassReserved, .emptyWithContent: self = .codeClass
    }
  }
}

/// How full a table is, was, and how often it was too small.
public struct Usage: BitwiseCopyable, Sendable {
  public private(set) var peak: UInt16 = 0
  public private(set) var refused: UInt16 = 0

  public init() {}

  @inline(__always)
  mutating func reached(_ count: Int) {
    let count = UInt16(truncatingIfNeeded: min(count, 0xFFFF))
    if count > peak { peak = count }
  }

  public mutating func refuse() {
    if refused < 0xFFFF { refused &+= 1 }
  }
}

/// Counters since create; they wrap.
public struct Statistics: BitwiseCopyable, Sendable {
  public var datagramsIn: UInt32 = 0
  public var datagramsOut: UInt32 = 0
  public var bytesIn: UInt32 = 0
  public var bytesOut: UInt32 = 0
  public var retransmissions: UInt32 = 0
  public var duplicates: UInt32 = 0
  public var requests: UInt32 = 0
  public var notifications: UInt32 = 0
  public var resets: UInt32 = 0
  public var dropped: InlineArray<11, UInt32> = .init(repeating: 0)
  /// Why the latest datagram was dropped, until `takeLastDrop`.
  private var lastDrop: DropCause?
  public var resources = Usage()
  public var observations = Usage()
  public var attributes = Usage()
  public var duplicateSlots = Usage()
  public var deferred = Usage()
  public var outstanding = Usage()
  public var receiveBuffer = Usage()
  public var sendBuffer = Usage()

  public init() {}

  public mutating func drop(_ cause: DropCause) {
    lastDrop = cause
    dropped[Int(cause.rawValue)] &+= 1
  }

  /// Why a datagram was dropped since the last call.
  public mutating func takeLastDrop() -> DropCause? {
    defer { lastDrop = nil }
    return lastDrop
  }

  /// A datagram of `length` bytes left.
  @inline(__always)
  public mutating func sent(_ length: Int) {
    datagramsOut &+= 1
    bytesOut &+= UInt32(truncatingIfNeeded: length)
    sendBuffer.reached(length)
  }

  @inline(__always)
  mutating func received(_ length: Int) {
    datagramsIn &+= 1
    bytesIn &+= UInt32(truncatingIfNeeded: length)
    receiveBuffer.reached(length)
  }

  /// A datagram of `length` bytes came from elsewhere, and the security provider was not shown it.
  public mutating func foreign(_ length: Int) {
    received(length)
    drop(.source)
  }

  /// A datagram longer than the receive buffer was discarded by the port.
  public mutating func truncated() {
    datagramsIn &+= 1
    drop(.truncated)
    receiveBuffer.refuse()
  }
}
