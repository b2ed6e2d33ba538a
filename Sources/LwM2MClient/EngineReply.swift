import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Replies: what a request is answered with, and its encoding.
extension Engine where Store: ~Copyable {
  /// An empty message: Reset or bare acknowledgement.
  mutating func replyEmpty(_ type: MessageType, id: UInt16) {
    request.id = id
    request.token = Token()
    request.forgetBlock()
    reply.body = .code
    reply.type = type
    reply.code = .empty
    reply.maxAge = 0
    reply.wish = BlockWish()
  }

  /// The response to the request: piggybacked on the acknowledgement, or non-confirmable like the request
  /// (RFC 7252 section 5.2).
  mutating func reply(
    _ code: Code, _ body: Reply.Body = .code, maxAge: UInt8 = 0, wish: BlockWish = BlockWish()
  ) {
    reply.body = body
    reply.type = request.type == .confirmable ? .acknowledgement : .nonConfirmable
    reply.code = code
    reply.maxAge = maxAge
    reply.observe = nil
    reply.wish = wish
  }

  /// Answers with a code and no body, which a duplicate gets as well.
  mutating func respond(_ code: Code, maxAge: UInt8 = 0) {
    reply(code, maxAge: maxAge)
    if request.isPinned { record(.codeOnly, code: code, maxAge: maxAge) }
  }

  /// Notes what a duplicate of the request gets.
  mutating func record(_ answer: SeenRequest.Answer, code: Code = .empty, maxAge: UInt8 = 0) {
    duplicates.record(
      answer, code: code, maxAge: maxAge, id: request.id, token: request.token, in: slot)
  }

  /// Writes the reply: all of it, or a block when one was asked for or all of it does not fit.
  ///
  /// The ID is the request's, drawn for a non-confirmable response, and that of the exchange for a separate one.
  @inline(__always)
  mutating func encodeReply(
    as type: MessageType, id: UInt16, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    var length = encodeWhole(as: type, id: id, into: &buffer)
    if length > 0 { return length }
    let refusal = cut(~length, into: buffer.count)
    // From here and not from `cut`: this is deep enough.
    if refusal == .empty { length = encodeWhole(as: type, id: id, into: &buffer) }
    return length > 0 ? length : encodeFailure(refusal, as: type, id: id, into: &buffer)
  }

  /// Writes all of the reply, or the piece that its wish became. Otherwise, and when a piece is wished for, the complement
  /// of the length of its body, or 0 when a value has no encoding.
  @inline(never)
  mutating func encodeWhole(
    as type: MessageType, id: UInt16, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    var isComplete = true
    let room = Swift.min(buffer.count, MessageWriter.maximumLength)
    var message = MessageWriter(
      buffer.slice(0..<room), type: type, code: reply.code, id: id, token: request.token)
    switch reply.body {
    case .none: break
    case .code:
      if reply.maxAge > 0 || request.hasBlock1 { writeOptions(to: &message) }
    case .values:
      begin(reply.selection.format, observe: reply.observe, &message)
      isComplete = write(reply.selection, to: &message.bytes)
    case .links:
      begin(.linkFormat, &message)
      writeLinks(reply.selection, to: &message.bytes)
    case .location:
      writeLocation(of: request.path, to: &message)
      writeOptions(to: &message)
    case .accounts:
      begin(.linkFormat, &message)
      writeAccounts(reply.selection, to: &message.bytes)
    }
    guard isComplete && !message.bytes.overflowed && !reply.wish.isPresent else {
      return isComplete ? finishPiece(&message) : 0
    }
    reply.body = .none
    message.finish()
    return message.bytes.position
  }

  /// What an answer without a payload has besides its code.
  @inline(never)
  private mutating func writeOptions(to message: inout MessageWriter) {
    if reply.maxAge > 0 { message.option(.maxAge, unsigned: UInt32(reply.maxAge)) }
    guard let block = request.block1 else { return }
    // M says that this is not the final answer yet (RFC 7959 section 2.2).
    let isFinal = reply.code != .continue
    message.option(.block1, unsigned: answered(block) & (isFinal ? ~8 : .max))
    if reply.code == .requestEntityTooLarge, let most = mostTaken(block) {
      message.option(.size1, unsigned: most)
    }
    request.forgetBlock()
  }

  /// Starts the payload.
  @inline(__always)
  private func begin(
    _ format: ContentFormat, observe: UInt32? = nil, _ message: inout MessageWriter
  ) {
    if reply.wish.isPresent { return beginPiece(format, &message) }
    message.beginPayload(format, observe: observe)
  }

  /// Writes this code in place of the reply, or 5.00: there is no encoding, or no room for the smallest block.
  @inline(never)
  mutating func encodeFailure(
    _ code: Code, as type: MessageType, id: UInt16, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    let isOurs = code != .badRequest
    if isOurs { statistics.refuse(.sendBuffer) }
    reply.body = .none
    if reply.observe != nil, let index = observations.find(reply.selection.path) {
      // An observation whose first answer is an error does not exist (RFC 7641 section 4.1).
      observations.remove(at: index)
    }
    // It ends a report, so nobody would acknowledge it.
    let isLast = type == .confirmable && purpose.isReport
    let message = MessageWriter(
      buffer.slice(0..<buffer.count), type: isLast ? .nonConfirmable : type,
      code: isOurs ? .internalServerError : code, id: id, token: request.token)
    return message.bytes.overflowed ? 0 : message.bytes.position
  }
}
