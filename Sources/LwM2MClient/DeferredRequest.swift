import CoAPWire
import LwM2MModel
import NBIoTBytes

/// A request the application answers later (RFC 7252 section 5.2.2).
struct DeferredRequest: Zeroable {
  /// What the application knows it by; 0 = free slot.
  var handle: UInt32
  let type: MessageType
  let id: UInt16
  let token: Token
  let operation: Operation
  var progress: Progress
  /// 5.04 goes out then.
  let answerBy: Instant

  enum Operation: BitwiseCopyable {
    case read(path: Path, format: ContentFormat, observe: Bool)
    case write(path: Path)
    case execute
  }

  enum Progress: BitwiseCopyable {
    /// Neither answered nor acknowledged; the empty acknowledgement leaves at this instant.
    case unacknowledged(Instant)
    /// The empty acknowledgement left, or the request was non-confirmable and needs none.
    case acknowledged
    /// The application answered; the response is to leave on the acknowledgement.
    case answeredInTime(Code)
    /// The application answered after the empty acknowledgement; the response leaves separately.
    case answeredLate(Code)
    /// Over; the application is to be told.
    case finished(delivered: Bool)
  }

  /// Takes the application's answer. `false` when it has given one, or lost its chance.
  mutating func answer(_ code: Code) -> Bool {
    switch progress {
    case .unacknowledged: progress = .answeredInTime(code)
    case .acknowledged: progress = .answeredLate(code)
    case .answeredInTime, .answeredLate, .finished: return false
    }
    return true
  }

  /// When something happens by itself.
  var deadline: Instant {
    switch progress {
    case .unacknowledged(let instant): min(instant, answerBy)
    case .acknowledged: answerBy
    case .answeredInTime, .answeredLate, .finished: .never
    }
  }
}

/// The requests that wait for the application.
struct DeferredTable: BitwiseCopyable {
  private let requests: LentTable<DeferredRequest>
  private var lastHandle: UInt32 = 0
  private(set) var count = 0

  init(_ requests: LentTable<DeferredRequest>) {
    self.requests = requests
  }

  var isFull: Bool { count == requests.capacity }
  var capacity: Int { requests.capacity }

  subscript(index: Int) -> DeferredRequest {
    get { requests[index] }
    nonmutating set { requests[index] = newValue }
  }

  /// The handle the next deferred request will have; the application is asked under it.
  mutating func drawHandle() -> UInt32 {
    lastHandle &+= 1
    if lastHandle == 0 { lastHandle = 1 }
    return lastHandle
  }

  mutating func insert(_ request: DeferredRequest) {
    precondition(!isFull)
    for index in 0..<requests.capacity where requests[index].handle == 0 {
      requests[index] = request
      count &+= 1
      return
    }
  }

  func index(of handle: UInt32) -> Int? {
    guard handle != 0, count > 0 else { return nil }
    for index in 0..<requests.capacity where requests[index].handle == handle { return index }
    return nil
  }

  /// The first request in use that `condition` holds for.
  @inline(__always)
  func first(where condition: (DeferredRequest) -> Bool) -> Int? {
    guard count > 0 else { return nil }
    for index in 0..<requests.capacity
    where requests[index].handle != 0 && condition(requests[index]) {
      return index
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
    for index in 0..<requests.capacity where requests[index].handle != 0 {
      if case .finished = requests[index].progress { continue }
      requests[index].progress = .finished(delivered: false)
    }
  }
}
