import CoAPWire

/// How far an object list has come that leaves in blocks (RFC 7959 section 2.5). It is not stored: each block encodes it
/// anew and keeps its piece.
struct ListTransfer: BitwiseCopyable {
  /// The block that leaves next, or left last; `nil` = the list goes as a whole.
  private(set) var block: BlockOption?
  private var attempt = Attempt.first

  /// The server may have lost the blocks before once.
  private enum Attempt: UInt8, BitwiseCopyable {
    case first
    case second
  }

  /// What an answer means for the rest of the list.
  enum Course: Equatable {
    /// The answer is the one to the whole message.
    case ends
    case goesOn
    /// As if the server had said this.
    case fails(Code)
  }

  var isUnderWay: Bool { block != nil }
  /// Another block follows the one that left.
  var hasMore: Bool { block?.hasMore ?? false }

  /// The block to write now, of a list of `length` bytes. `room`: bytes beside the options. `nil` when a block of 16 bytes
  /// has no room.
  mutating func next(of length: Int, room: Int) -> BlockOption? {
    guard var exponent = BlockOption.exponent(fitting: room) else { return nil }
    var offset = 0
    if let block {
      exponent = min(exponent, block.exponent)
      offset = block.offset
    }
    block = BlockOption(
      offset: offset, hasMore: length > offset &+ 16 &<< Int(truncatingIfNeeded: exponent),
      exponent: exponent)
    return block
  }

  /// Back to block 0: the list is another one.
  mutating func rewind() {
    guard let block else { return }
    self.block = BlockOption(offset: 0, hasMore: true, exponent: block.exponent)
  }

  /// The server's answer to the block that left, or to the whole list. `answer`: its Block1.
  mutating func follow(_ code: Code, _ answer: BlockOption?) -> Course {
    if code == .requestEntityTooLarge { return shrink(to: answer) }
    guard let block else { return .ends }
    if code == .requestEntityIncomplete { return beginAgain() ? .goesOn : .ends }
    guard code.isSuccess, block.hasMore || code == .continue else { return .ends }
    // A server that does not know Block1 has taken a piece for the whole (section 2.3 has every answer carry it).
    guard answer != nil || code == .continue else { return .fails(.requestEntityTooLarge) }
    // An answer that is about another block, or expects more after the last.
    guard block.hasMore, (answer ?? block).number == block.number else {
      return beginAgain() ? .goesOn : .fails(.requestEntityIncomplete)
    }
    // The blocks that follow may be smaller, and then have other numbers; they never grow.
    self.block = BlockOption(
      offset: block.offset &+ block.size, hasMore: true,
      exponent: min(block.exponent, (answer ?? block).exponent))
    return .goesOn
  }

  /// 4.13 asks for smaller blocks than it was given (section 2.9.3), or for blocks.
  private mutating func shrink(to wish: BlockOption?) -> Course {
    guard let wish, block.map({ wish.exponent < $0.exponent }) ?? true else { return .ends }
    block = BlockOption(offset: 0, hasMore: true, exponent: wish.exponent)
    return .goesOn
  }

  /// `false` the second time.
  private mutating func beginAgain() -> Bool {
    guard attempt == .first else { return false }
    attempt = .second
    rewind()
    return true
  }
}
