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

  mutating func reached(_ count: Int) {
    if count > Int(truncatingIfNeeded: peak) { peak = UInt16(clamping: count) }
  }

  public mutating func refuse() {
    if refused < 0xFFFF { refused &+= 1 }
  }
}

/// Counters since create; they wrap. And how full the tables were.
public struct Statistics: BitwiseCopyable, Sendable {
  /// In the order of the C struct, which goes on with the causes of drops.
  public enum Counter: UInt8, BitwiseCopyable, Sendable {
    case datagramsIn
    case datagramsOut
    case bytesIn
    case bytesOut
    case retransmissions
    case duplicates
    case requests
    case notifications
    case resets
    case socketErrors
    case clockSteps

    static var count: Int { 11 }
  }

  /// In the order of the C struct.
  public enum Table: UInt8, BitwiseCopyable, Sendable {
    case resources
    case observations
    case attributes
    case duplicateSlots
    case deferred
    case outstanding
    case receiveBuffer
    case sendBuffer

    public static var count: Int { 8 }
  }

  /// Every `Counter`, then every `DropCause`.
  public private(set) var counters: InlineArray<22, UInt32> = .init(repeating: 0)
  private var usages: InlineArray<8, Usage> = .init(repeating: Usage())
  /// Why the latest datagram was dropped, until `takeLastDrop`.
  private var lastDrop: DropCause?

  public init() {}

  public subscript(counter: Counter) -> UInt32 {
    @inline(__always) get { counters[Int(counter.rawValue)] }
    @inline(__always) set { counters[Int(counter.rawValue)] = newValue }
  }

  public subscript(table: Table) -> Usage {
    @inline(__always) get { usages[Int(table.rawValue)] }
    @inline(__always) set { usages[Int(table.rawValue)] = newValue }
  }

  public subscript(cause: DropCause) -> UInt32 {
    counters[Counter.count &+ Int(cause.rawValue)]
  }

  public mutating func drop(_ cause: DropCause) {
    lastDrop = cause
    counters[Counter.count &+ Int(cause.rawValue)] &+= 1
  }

  /// Why a datagram was dropped since the last call.
  public mutating func takeLastDrop() -> DropCause? {
    defer { lastDrop = nil }
    return lastDrop
  }

  /// A datagram of `length` bytes left.
  mutating func sent(_ length: Int) {
    self[.datagramsOut] &+= 1
    self[.bytesOut] &+= UInt32(truncatingIfNeeded: length)
    self[.sendBuffer].reached(length)
  }

  mutating func received(_ length: Int) {
    self[.datagramsIn] &+= 1
    self[.bytesIn] &+= UInt32(truncatingIfNeeded: length)
    self[.receiveBuffer].reached(length)
  }

  /// A datagram of `length` bytes came from elsewhere, and the security provider was not shown it.
  public mutating func foreign(_ length: Int) {
    received(length)
    drop(.source)
  }

  /// A datagram longer than the receive buffer was discarded by the port.
  public mutating func truncated() {
    self[.datagramsIn] &+= 1
    drop(.truncated)
    self[.receiveBuffer].refuse()
  }
}
