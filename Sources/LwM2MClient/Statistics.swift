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
  public fileprivate(set) var peak: UInt16 = 0
  public fileprivate(set) var refused: UInt16 = 0

  public init() {}
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
    case transfers
    case body
    /// In bytes.
    case stored
  }

  /// Every `Counter`, then every `DropCause`.
  public private(set) var counters: InlineArray<22, UInt32> = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]
  public private(set) var usages: InlineArray<11, Usage> = [
    Usage(), Usage(), Usage(), Usage(), Usage(), Usage(), Usage(), Usage(), Usage(), Usage(),
    Usage(),
  ]
  /// Why the latest datagram was dropped, until `takeLastDrop`.
  private var lastDrop: DropCause?

  public init() {}

  public subscript(counter: Counter) -> UInt32 {
    counters[Int(counter.rawValue)]
  }

  public subscript(table: Table) -> Usage {
    usages[Int(table.rawValue)]
  }

  public subscript(cause: DropCause) -> UInt32 {
    counters[Counter.count &+ Int(cause.rawValue)]
  }

  public mutating func count(_ counter: Counter) {
    counters[Int(counter.rawValue)] &+= 1
  }

  /// `count` entries of `table` are in use, or a buffer had to hold as many bytes.
  mutating func reached(_ table: Table, _ count: Int) {
    let index = Int(table.rawValue)
    if count > Int(truncatingIfNeeded: usages[index].peak) {
      usages[index].peak = UInt16(clamping: count)
    }
  }

  /// An entry of `table` was wanted and none was free.
  public mutating func refuse(_ table: Table) {
    let index = Int(table.rawValue)
    if usages[index].refused < 0xFFFF { usages[index].refused &+= 1 }
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
    count(.datagramsOut)
    counters[Int(Counter.bytesOut.rawValue)] &+= UInt32(truncatingIfNeeded: length)
    reached(.sendBuffer, length)
  }

  mutating func received(_ length: Int) {
    count(.datagramsIn)
    counters[Int(Counter.bytesIn.rawValue)] &+= UInt32(truncatingIfNeeded: length)
    reached(.receiveBuffer, length)
  }

  /// A datagram of `length` bytes came, and not even a part of it was a message for the engine.
  public mutating func received(_ length: Int, dropping cause: DropCause) {
    received(length)
    drop(cause)
  }

  /// A datagram longer than the receive buffer was discarded by the port.
  public mutating func truncated() {
    count(.datagramsIn)
    drop(.truncated)
    refuse(.receiveBuffer)
  }
}
