import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Answers in blocks (RFC 7959). None is kept: each is cut out of a body that is encoded anew (decisions/0023).
extension Engine where Store: ~Copyable {
  /// What ETag, Observe, Content-Format, Block2, Size2 and the payload marker take at most.
  private var optionsLength: Int { 5 &+ 4 &+ 3 &+ 4 &+ 5 &+ 1 }

  /// Makes of the wish the piece that the reply is to carry, of a body of `total` bytes; below 0: it has no encoding. The
  /// code of the refusal; empty = there is a piece.
  @inline(never)
  mutating func cut(_ total: Int, into capacity: Int) -> Code {
    let offset = reply.wish.offset
    if total >= 0, offset > 0, offset >= total { return .badRequest }
    let room =
      Swift.min(capacity, MessageWriter.maximumLength) &- MessageHeader.size
      &- Int(truncatingIfNeeded: request.token.length) &- optionsLength
    guard let piece = piece(at: offset, total &- offset, room) else { return .internalServerError }
    reply.wish.become(piece)
    reply.total = UInt32(truncatingIfNeeded: total)
    return .empty
  }

  /// The piece at `offset` in the size that was wished for, or in the largest below it that fits (section 2.4). `rest` is
  /// what there is from there on. `nil`: there is no room for it, or NUM has too few bits.
  private func piece(at offset: Int, _ rest: Int, _ room: Int) -> BlockOption? {
    var exponent = reply.wish.exponent
    var size = Swift.min(16 &<< Int(truncatingIfNeeded: exponent), rest)
    while exponent > 0, size > room {
      exponent &-= 1
      size = Swift.min(16 &<< Int(truncatingIfNeeded: exponent), rest)
    }
    guard size >= 0, size <= room else { return nil }
    return BlockOption(offset: offset, hasMore: size < rest, exponent: exponent)
  }

  /// Everything before the payload, of which a piece is kept when it is known which.
  @inline(never)
  func beginPiece(_ format: ContentFormat, _ message: inout MessageWriter) {
    let wish = reply.wish
    if wish.namesBlock {
      message.option(.eTag, length: 4)
      message.bytes.append(word: 0)
    }
    if let observe = reply.observe { message.option(.observe, unsigned: observe) }
    message.option(.contentFormat, unsigned: UInt32(format.rawValue))
    if wish.namesBlock { message.option(.block2, unsigned: wish.option) }
    if wish.tellsSize { message.option(.size2, unsigned: reply.total) }
    message.beginPayload()
    guard wish.isCut else { return }
    let size = 16 &<< Int(truncatingIfNeeded: wish.exponent)
    message.bytes.sift(skipping: wish.offset, keeping: Swift.min(size, message.bytes.available))
  }

  /// Length of the message when it carries a piece, else the complement of that of the body.
  ///
  /// The ETag is a digest of the whole body: pieces of different bodies do not match (section 2.4).
  @inline(never)
  mutating func finishPiece(_ message: inout MessageWriter) -> Int {
    guard message.bytes.isSifting else { return ~message.payloadLength }
    reply.body = .none
    if reply.wish.namesBlock {
      let start = MessageHeader.size &+ Int(truncatingIfNeeded: request.token.length) &+ 1
      var digest = message.bytes.digest
      var index = start
      while index < start &+ 4 {
        message.bytes.replace(at: index, with: UInt8(truncatingIfNeeded: digest))
        digest &>>= 8
        index &+= 1
      }
    }
    message.finish()
    return message.bytes.position
  }
}
