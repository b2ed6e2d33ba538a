import CoAPWire
import NBIoTBytes

/// How the body of one request goes and that of its answer comes.
enum Transfer: Equatable, Sendable {
  /// In one message, as far as is known.
  case whole
  case sending(BlockwiseUpload)
  case fetching(BlockwiseDownload)

  enum Step: Equatable, Sendable {
    case proceed(BlockProgress, before: Int)
    case finished(Message)
    case broken(reason: String)
  }

  init(_ operation: Operation, _ blocks: BlockSizes) {
    guard let body = operation.body,
      let upload = BlockwiseUpload(body, exponent: blocks.sent)
    else {
      self = .whole
      return
    }
    self = .sending(upload)
  }

  /// Goes wrong on purpose; what is not sent in blocks cannot.
  mutating func make(_ mistake: BlockMistake) {
    guard case .sending(var upload) = self else { return }
    upload.make(mistake)
    self = .sending(upload)
  }

  /// Makes the request for the whole one for the block that is wanted.
  func shape(_ message: inout Message) {
    switch self {
    case .whole: break
    case .sending(let upload): upload.shape(&message)
    case .fetching(let download): download.shape(&message)
    }
  }

  mutating func take(_ answer: Message, _ operation: Operation, _ blocks: BlockSizes) -> Step {
    switch self {
    case .whole: return begin(answer, operation, blocks)
    case .sending(var upload):
      let step = upload.take(answer)
      self = .sending(upload)
      return Step(step, answer)
    case .fetching(var download):
      let step = download.take(answer)
      self = .fetching(download)
      return Step(step)
    }
  }

  /// The first answer says whether more of the body is to come.
  private mutating func begin(
    _ answer: Message, _ operation: Operation, _ blocks: BlockSizes
  ) -> Step {
    guard operation.isFetched, answer.code.isSuccess, answer.isFirstOfSeveral else {
      return .finished(answer)
    }
    guard let download = BlockwiseDownload(answer, limit: blocks.limit) else {
      return .broken(reason: Transfer.noBeginning)
    }
    self = .fetching(download)
    return .proceed(download.start, before: 0)
  }

  static let noBeginning = "Block2 of the first answer does not fit it"
}

extension Transfer.Step {
  fileprivate init(_ step: BlockwiseUpload.Step, _ answer: Message) {
    switch step {
    case .proceed(let progress, let before): self = .proceed(progress, before: before)
    case .finished: self = .finished(answer)
    case .broken(let reason): self = .broken(reason: reason)
    }
  }

  fileprivate init(_ step: BlockwiseDownload.Step) {
    switch step {
    case .proceed(let progress, let before): self = .proceed(progress, before: before)
    case .finished(let whole): self = .finished(whole)
    case .broken(let reason): self = .broken(reason: reason)
    }
  }
}

extension Message {
  /// There is a Block2, and it is not that of a body in one piece.
  var isFirstOfSeveral: Bool {
    guard let value = values(of: .block2).first else { return false }
    guard value.count <= 3, let block = block(.block2) else { return true }
    return block.hasMore || block.number != 0
  }
}

extension Operation {
  /// What is sent along.
  var body: [UInt8]? {
    switch self {
    case .write(let content), .writePartial(let content), .create(let content): content.bytes
    case .execute(let arguments): [UInt8](arguments.utf8)
    default: nil
    }
  }

  /// Its answer has a body of any length.
  var isFetched: Bool {
    switch self {
    case .read, .readAs, .discover, .observe, .cancelObservation: true
    default: false
    }
  }
}

/// A transfer whose next block is to be asked for: of a request, or the rest of a notification.
struct Continuation: Equatable, Sendable {
  let request: Request
  let transfer: Transfer
  /// When the first message of the transfer left; `nil` when the device began it.
  let begun: Instant?
}
