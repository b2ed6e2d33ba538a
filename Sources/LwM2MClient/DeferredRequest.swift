import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// A request the application answers later (RFC 7252 section 5.2.2).
struct DeferredRequest: Zeroable {
  /// What the application knows it by; 0 = free slot.
  var handle: UInt32
  let id: UInt16
  let type: MessageType
  let operation: Operation
  var progress: Progress
  /// The application's answer, from `answeredInTime` on.
  private(set) var code: Code
  let format: ContentFormat
  let path: Path
  /// Where duplicates of it are recognised.
  let slot: DuplicateSlot
  let token: Token
  /// How the answer may be cut, as `BlockWish` keeps it.
  let wish: UInt8
  /// Its Block1, as it is answered; 0 = it had none.
  let block: UInt32
  /// The empty acknowledgement leaves then.
  private let acknowledgeBy: Instant
  /// 5.04 goes out then.
  private let answerBy: Instant

  enum Operation: UInt8, BitwiseCopyable {
    case read
    /// A Read that starts an observation.
    case observe
    case write
    case execute
    /// A piece of a value that is kept nowhere.
    case stream

    var isRead: Bool { self == .read || self == .observe }
  }

  enum Progress: UInt8, BitwiseCopyable {
    /// Neither answered nor acknowledged.
    case unacknowledged
    /// The empty acknowledgement left, or the request was non-confirmable and needs none.
    case acknowledged
    /// The application answered; the response is to leave on the acknowledgement.
    case answeredInTime
    /// The application answered after the empty acknowledgement; the response leaves separately.
    case answeredLate
    /// Over; the application is to be told.
    case delivered
    case failed

    var isUnanswered: Bool { self == .unacknowledged || self == .acknowledged }
  }

  /// What is to be done about a request.
  enum Duty: UInt8, BitwiseCopyable {
    case none
    case acknowledge
    /// The response leaves at once.
    case respond
    /// The response leaves as a confirmable message of its own.
    case respondSeparately
    case expire
    case tell
  }

  init(
    _ request: Request, _ selection: ReadSelection, as operation: Operation, handle: UInt32,
    slot: DuplicateSlot, block: UInt32, acknowledgeBy: Instant, answerBy: Instant
  ) {
    self.handle = handle
    id = request.id
    type = request.type
    self.operation = operation
    progress = type == .confirmable ? .unacknowledged : .acknowledged
    code = .empty
    format = selection.format
    path = selection.path
    self.slot = slot
    token = request.token
    wish = request.wish.kept
    self.acknowledgeBy = acknowledgeBy
    self.answerBy = answerBy
    self.block = block
  }

  /// What the application's 0 means.
  var success: Code {
    if operation.isRead { return .content }
    return block & 8 == 0 ? .changed : .continue
  }

  /// Takes the application's answer. `false` when it has given one, or lost its chance.
  mutating func answer(_ code: Code) -> Bool {
    guard progress.isUnanswered else { return false }
    progress = progress == .unacknowledged ? .answeredInTime : .answeredLate
    self.code = code
    return true
  }

  /// The response left or arrived. 5.04 is the application's failure, however well it arrived.
  mutating func finish(delivered: Bool) {
    progress = delivered && code != .gatewayTimeout ? .delivered : .failed
  }

  func duty(now: Instant) -> Duty {
    guard handle != 0 else { return .none }
    switch progress {
    case .unacknowledged, .acknowledged:
      if answerBy <= now { return .expire }
      return deadline <= now ? .acknowledge : .none
    case .answeredInTime: return .respond
    case .answeredLate: return type == .nonConfirmable ? .respond : .respondSeparately
    case .delivered, .failed: return .tell
    }
  }

  /// When something happens by itself.
  var deadline: Instant {
    guard handle != 0 else { return .never }
    switch progress {
    case .unacknowledged: return min(acknowledgeBy, answerBy)
    case .acknowledged: return answerBy
    case .answeredInTime, .answeredLate, .delivered, .failed: return Instant(milliseconds: 0)
    }
  }
}

/// The requests that wait for the application.
struct DeferredTable: BitwiseCopyable {
  let requests: LentTable<DeferredRequest>
  private var lastHandle: UInt32 = 0
  private(set) var count = 0

  init(_ requests: LentTable<DeferredRequest>) {
    self.requests = requests
  }

  var isFull: Bool { count == requests.capacity }
  var capacity: Int { requests.capacity }

  /// The handle the next deferred request will have; the application is asked under it.
  mutating func drawHandle() -> UInt32 {
    lastHandle &+= 1
    if lastHandle == 0 { lastHandle = 1 }
    return lastHandle
  }

  /// Takes a free slot; the table is not full.
  mutating func insert() -> Int {
    count &+= 1
    var index = 0
    while requests[index].handle != 0 { index &+= 1 }
    return index
  }

  func index(of handle: UInt32) -> Int? {
    guard handle != 0 else { return nil }
    var index = 0
    while index < requests.capacity {
      if requests[index].handle == handle { return index }
      index &+= 1
    }
    return nil
  }

  /// The first request there is `duty` for.
  func first(_ duty: DeferredRequest.Duty, now: Instant) -> Int? {
    guard count > 0 else { return nil }
    var index = 0
    while index < requests.capacity {
      if requests[index].duty(now: now) == duty { return index }
      index &+= 1
    }
    return nil
  }

  mutating func remove(at index: Int) {
    precondition(requests[index].handle != 0)
    requests[index].handle = 0
    count &-= 1
  }

  /// Nobody will get an answer any more.
  mutating func failAll() {
    var index = 0
    while index < requests.capacity {
      if requests[index].progress != .delivered { requests[index].progress = .failed }
      index &+= 1
    }
  }
}
