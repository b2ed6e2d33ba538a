import CoAPWire

/// A body on its way from a device (RFC 7959 section 2.4, Block2): an answer, or a notification whose
/// rest is fetched.
struct BlockwiseDownload: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    /// The next block is to be asked for; `before` bytes were there until now.
    case proceed(BlockProgress, before: Int)
    /// An answer with the whole body, or one that says why there is none.
    case finished(Message)
    case broken(reason: String)
  }

  /// How often a value that changes in between is begun anew.
  static let repeats = 3

  /// The first answer, or the notification: its options are those of the whole.
  private(set) var head: Message
  private(set) var bytes: [UInt8]
  private var exponent: UInt8
  private var repeated = 0
  private let limit: Int

  /// What `message` begins. `nil` when it is whole, or no block that begins anything.
  init?(_ message: Message, limit: Int) {
    guard message.code.isSuccess, let block = message.block(.block2), block.hasMore else {
      return nil
    }
    guard block.number == 0, message.payload.count == block.size else { return nil }
    head = message
    bytes = message.payload
    exponent = block.exponent
    self.limit = limit
  }

  /// Asks for the next block in the request for the whole. The rest of a notification, and of the answer
  /// to an Observe, is asked for without Observe (section 2.6).
  func shape(_ message: inout Message) {
    message.remove(.observe)
    message.remove(.block2)
    let option = BlockOption(offset: bytes.count, hasMore: false, exponent: exponent)
    if let option { message.add(.block2, unsigned: option.rawValue) }
  }

  mutating func take(_ answer: Message) -> Step {
    // The device no longer has what the block belongs to.
    if answer.code == .requestEntityIncomplete { return beginAgain() }
    guard answer.code.isSuccess else { return .finished(answer) }
    guard let block = answer.block(.block2) else {
      return .broken(reason: "a block was asked for, an answer without Block2 came")
    }
    if bytes.isEmpty { adopt(answer) }
    guard answer.values(of: .eTag) == head.values(of: .eTag) else { return beginAgain() }
    return append(answer.payload, block)
  }

  /// The first block after a new beginning. What it answers, or notifies of, stays.
  private mutating func adopt(_ answer: Message) {
    let observe = head.unsigned(.observe)
    let type = head.type
    head = answer
    head.type = type
    if let observe { head.add(.observe, unsigned: observe) }
  }

  private mutating func append(_ payload: [UInt8], _ block: BlockOption) -> Step {
    guard block.offset == bytes.count else {
      return .broken(
        reason: "a block from byte \(block.offset) on came, not from \(bytes.count) on")
    }
    guard block.hasMore ? payload.count == block.size : payload.count <= block.size else {
      return .broken(reason: "a block of \(block.size) bytes came with \(payload.count)")
    }
    guard bytes.count + payload.count <= limit else {
      return .broken(reason: "the value is longer than \(limit) bytes")
    }
    let before = bytes.count
    bytes += payload
    let isSmaller = block.exponent < exponent
    exponent = min(exponent, block.exponent)
    guard block.hasMore else {
      head.payload = bytes
      return .finished(head)
    }
    return .proceed(progress(isSmaller ? .smaller : nil), before: before)
  }

  private mutating func beginAgain() -> Step {
    guard repeated < BlockwiseDownload.repeats else {
      return .broken(reason: "the value changed again and again while it was read")
    }
    let before = bytes.count
    repeated += 1
    bytes = []
    return .proceed(progress(.changed), before: before)
  }

  /// What is known when the first block has come.
  var start: BlockProgress { progress(nil) }

  private func progress(_ turn: BlockProgress.Turn?) -> BlockProgress {
    BlockProgress(
      bytes: bytes.count, total: head.unsigned(.size2).map { Int($0) },
      blockSize: 16 << Int(exponent), turn: turn)
  }
}
