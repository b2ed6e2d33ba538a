import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// A body that comes in blocks, from its first block on and for a while after its last (RFC 7959 section 2.5), so that
/// late duplicates are known.
struct Transfer: Zeroable {
  /// In units of 1.024 s, like `SeenRequest`.
  private var forgetAt: UInt32
  /// The block that is expected begins here: so many bytes of the body have come.
  var received: UInt32
  /// How long the value will be; 0 = not known.
  var total: UInt32
  let path: Path
  /// `Path.absent` = without.
  private let format: UInt16
  /// Message IDs of block 0 and of the block that came last.
  let firstID: UInt16
  private(set) var lastID: UInt16
  private let method: Code
  private(set) var phase: Phase
  /// The answer to the last block, when it is `over`.
  private(set) var code: Code
  /// Bytes of the TLV header that the value stands behind; 0 = there is none.
  var header: UInt8

  enum Phase: UInt8, BitwiseCopyable {
    /// Nothing here.
    case none
    /// Its blocks are put together.
    case collecting
    /// Its blocks go to the application.
    case streaming
    /// A block is with the application.
    case asking
    /// Nothing more is expected.
    case over
  }

  /// Begins with block 0.
  init(_ request: Request, _ phase: Phase, now: Instant) {
    forgetAt = Transfer.lifetime(now)
    received = 0
    total = request.bodySize
    path = request.path
    format = request.contentFormat ?? Path.absent
    firstID = request.id
    lastID = request.id
    method = request.method
    self.phase = phase
    code = .empty
    header = 0
  }

  /// Takes the next block in, which is with the application now or is put to the others.
  mutating func take(_ request: Request, _ phase: Phase, now: Instant) {
    forgetAt = Transfer.lifetime(now)
    received &+= UInt32(request.payloadLength)
    lastID = request.id
    self.phase = phase
  }

  /// The application has agreed to a block, and more are to come.
  mutating func proceed() { phase = .streaming }

  /// There will be no more blocks; `code` is what the last one is answered.
  mutating func end(_ code: Code) {
    phase = .over
    self.code = code
  }

  /// Nobody knows of it any more.
  mutating func forget() { phase = .none }

  var isOpen: Bool { phase != .none && phase != .over }

  /// Whether a request may carry a block of this body.
  func isContinued(by request: Request) -> Bool {
    method == request.method && format == request.contentFormat ?? Path.absent
  }

  /// Whether this is block 0 again, which was answered.
  func isLate(_ request: Request) -> Bool {
    firstID == request.id && (phase != .asking || lastID != request.id)
  }

  /// Whether a duplicate could still arrive.
  func isRemembered(now: Instant) -> Bool {
    phase != .none && forgetAt > UInt32(truncatingIfNeeded: now.milliseconds &>> 10)
  }

  /// EXCHANGE_LIFETIME from now, rounded up so that nothing is forgotten early.
  private static func lifetime(_ now: Instant) -> UInt32 {
    let end = now + TransmissionParameters.exchangeLifetime
    return UInt32(truncatingIfNeeded: (end.milliseconds &+ 1023) &>> 10)
  }
}

/// The transfers that are under way or remembered, and the one place where a body is put together.
struct TransferTable: BitwiseCopyable {
  let transfers: LentTable<Transfer>
  let body: LentTable<UInt8>

  /// The transfer to `path`.
  @inline(never)
  func index(of path: Path, now: Instant) -> Int? {
    var index = 0
    while index < transfers.capacity {
      if transfers[index].path == path, transfers[index].isRemembered(now: now) { return index }
      index &+= 1
    }
    return nil
  }

  /// Whose body is in the buffer.
  func collecting(now: Instant) -> Int? {
    var index = 0
    while index < transfers.capacity {
      if transfers[index].phase == .collecting, transfers[index].isRemembered(now: now) {
        return index
      }
      index &+= 1
    }
    return nil
  }

  /// Where a new transfer may begin: in a place that is free, or else in that of one that is over.
  func place(now: Instant) -> Int? {
    var place: Int?
    var index = 0
    while index < transfers.capacity {
      if !transfers[index].isRemembered(now: now) { return index }
      if !transfers[index].isOpen { place = index }
      index &+= 1
    }
    return place
  }

  func occupancy(now: Instant) -> Int {
    var count = 0
    var index = 0
    while index < transfers.capacity {
      if transfers[index].isRemembered(now: now) { count &+= 1 }
      index &+= 1
    }
    return count
  }

  /// Bytes in the buffer that wait for more.
  func bodyLength(now: Instant) -> Int {
    guard let index = collecting(now: now) else { return 0 }
    return Int(truncatingIfNeeded: transfers[index].received)
  }

  func remove(_ path: Path, now: Instant) {
    if let index = index(of: path, now: now) { transfers[index].forget() }
  }

  func removeAll() {
    var index = 0
    while index < transfers.capacity {
      transfers[index].forget()
      index &+= 1
    }
  }
}
