import CoAPWire

/// A body on its way to a device (RFC 7959 section 2.5, Block1).
struct BlockwiseUpload: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    /// The next request is to go out; `before` bytes had been taken until now.
    case proceed(BlockProgress, before: Int)
    /// The answer is the last one.
    case finished
    case broken(reason: String)
  }

  /// How often the body may go again from its beginning because the device lacks a block.
  static let repeats = 1

  let body: [UInt8]
  private(set) var exponent: UInt8
  /// Where the block begins that is under way.
  private(set) var offset = 0
  private var repeated = 0
  /// Still to be made.
  private var mistake: BlockMistake?

  /// `nil` when the body needs no blocks.
  init?(_ body: [UInt8], exponent: UInt8) {
    guard body.count > 16 << Int(exponent) else { return nil }
    self.body = body
    self.exponent = exponent
  }

  mutating func make(_ mistake: BlockMistake?) {
    self.mistake = mistake
  }

  private var size: Int { 16 << Int(exponent) }
  private var end: Int { min(offset + size, body.count) }

  /// Puts the block that is under way into the request for the whole.
  func shape(_ message: inout Message) {
    message.payload = [UInt8](body[offset..<end])
    let option = BlockOption(offset: offset, hasMore: end < body.count, exponent: exponent)
    if let option { message.add(.block1, unsigned: option.rawValue) }
    // Size1 is for the first block: it lets the device refuse at once (section 4).
    if offset == 0 { message.add(.size1, unsigned: UInt32(body.count)) }
    spoil(&message)
  }

  /// The mistakes that are made in the second block itself.
  private func spoil(_ message: inout Message) {
    guard offset > 0, let mistake else { return }
    switch mistake {
    case .short: message.payload.removeLast()
    case .otherFormat:
      message.remove(.contentFormat)
      message.add(.contentFormat, unsigned: UInt32(UInt16.max))
    case .reserved:
      guard let block = message.unsigned(.block1) else { return }
      message.remove(.block1)
      message.add(.block1, unsigned: block | 7)
    default: break
    }
  }

  mutating func take(_ answer: Message) -> Step {
    let asked = answer.block(.block1)
    switch answer.code {
    case .continue: return goOn(asked)
    case .requestEntityTooLarge: return shrink(to: asked)
    case .requestEntityIncomplete: return beginAgain()
    case let code where code.isSuccess && end < body.count:
      return .broken(reason: "\(code.title) came before the last block")
    default: return .finished
    }
  }

  /// A smaller size holds from the next block on, whose NUM counts in it (section 2.3).
  private mutating func goOn(_ asked: BlockOption?) -> Step {
    guard end < body.count else { return .broken(reason: "2.31 came for the last block") }
    if let asked, asked.number != UInt32(offset / size) {
      return .broken(reason: "2.31 came for block \(asked.number), not \(offset / size)")
    }
    let before = offset
    offset = end
    if before == 0, let broken = goWrong() { return broken }
    let wanted = min(asked?.exponent ?? exponent, exponent)
    let isSmaller = wanted < exponent
    exponent = wanted
    return .proceed(progress(isSmaller ? .smaller : nil), before: before)
  }

  /// The mistakes that are made between the first block and the second.
  private mutating func goWrong() -> Step? {
    switch mistake {
    case .gap: if end < body.count { offset = end }
    case .repeat: offset = 0
    case .smaller: exponent = max(exponent, 1) - 1
    case .abandon: return .broken(reason: "the rest of the body is not sent")
    default: return nil
    }
    mistake = nil
    return nil
  }

  /// 4.13 with a smaller size is a wish, without one it is the end (section 2.9.3).
  private mutating func shrink(to asked: BlockOption?) -> Step {
    guard let asked, asked.exponent < exponent else { return .finished }
    let before = offset
    exponent = asked.exponent
    offset = 0
    return .proceed(progress(.smaller), before: before)
  }

  /// Section 2.9.2.
  private mutating func beginAgain() -> Step {
    guard repeated < BlockwiseUpload.repeats else { return .finished }
    let before = offset
    repeated += 1
    offset = 0
    mistake = nil
    return .proceed(progress(.incomplete), before: before)
  }

  private func progress(_ turn: BlockProgress.Turn?) -> BlockProgress {
    BlockProgress(bytes: offset, total: body.count, blockSize: size, turn: turn)
  }
}
