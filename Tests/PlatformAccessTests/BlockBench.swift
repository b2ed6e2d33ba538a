import CoAPWire

@testable import PlatformAccess

/// Messages in blocks, and what they were, in short.
extension Bench {
  /// Bytes that tell where they stand.
  static func body(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
  }

  /// A list of objects of `count` bytes at least.
  static func longObjects(_ count: Int) -> String {
    var links = objects
    var instance = 10
    while links.utf8.count < count {
      links += ",</3303/\(instance)>"
      instance += 1
    }
    return links
  }

  /// One block of a Register; `size` is what SZX says.
  mutating func registerBlock(
    _ payload: [UInt8], _ number: UInt32, hasMore: Bool, size: Int = 64, total: Int? = nil,
    endpoint: String = Bench.endpoint
  ) -> Message {
    var message = request(.post, ["rd"], query: ["ep=\(endpoint)", "lt=300"])
    message.add(.contentFormat, unsigned: 40)
    message.add(.block1, unsigned: Bench.block(number, hasMore: hasMore, size: size))
    if let total { message.add(.size1, unsigned: UInt32(total)) }
    message.payload = payload
    return message
  }

  /// All blocks of a Register, one after another; returns what was answered to each.
  mutating func registerInBlocks(_ objects: String, size: Int) -> [String] {
    let bytes = [UInt8](objects.utf8)
    var answers: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      let end = min(start + size, bytes.count)
      let sent = give(
        registerBlock(
          [UInt8](bytes[start..<end]), UInt32(start / size), hasMore: end < bytes.count,
          size: size))
      if let answer = sent.first { answers.append(answer.blockSummary) }
    }
    return answers
  }

  /// The value of Block1 or Block2.
  static func block(_ number: UInt32, hasMore: Bool, size: Int) -> UInt32 {
    number << 4 | (hasMore ? 8 : 0) | UInt32(size.trailingZeroBitCount - 4)
  }

  /// Answers one request for a block of `body` in blocks of `size`, or smaller as it asks.
  mutating func answerBlock(
    _ request: Message, of body: [UInt8], size: Int, eTag: UInt8 = 1, hasTotal: Bool = false
  ) -> [Message] {
    let asked = request.block(.block2)
    let size = min(size, asked?.size ?? size)
    let start = asked?.offset ?? 0
    let end = min(start + size, body.count)
    var message = Message(
      type: .acknowledgement, code: .content, id: request.id, token: request.token)
    if request.unsigned(.observe) == 0 { message.add(.observe, unsigned: 1) }
    message.add(.eTag, [eTag])
    message.add(.contentFormat, unsigned: 42)
    message.add(
      .block2,
      unsigned: Bench.block(UInt32(start / size), hasMore: end < body.count, size: size))
    if hasTotal { message.add(.size2, unsigned: UInt32(body.count)) }
    message.payload = [UInt8](body[start..<end])
    return give(message)
  }

  /// Answers one request that carries a block; Block1 is that of the request unless told otherwise.
  mutating func answerUpload(
    _ request: Message, _ code: Code, block: UInt32? = nil
  ) -> [Message] {
    var message = Message(
      type: .acknowledgement, code: code, id: request.id, token: request.token)
    if let block = block ?? request.unsigned(.block1) {
      message.add(.block1, unsigned: block)
    }
    return give(message)
  }

  /// The last event there was, when it is an answer.
  var lastResponse: Event.Response? {
    guard case .responded(_, _, let response)? = events.last else { return nil }
    return response
  }

  /// The last event there was, when it is a failure.
  var lastFailure: Event.Failure? {
    guard case .failed(_, _, let failure)? = events.last else { return nil }
    return failure
  }

  /// How far the transfers came, as "1024/4096 by 512".
  var progress: [String] {
    events.compactMap { event in
      guard case .transferred(let transfer) = event else { return nil }
      let progress = transfer.progress
      let total = progress.total.map { "/\($0)" } ?? ""
      let turn = progress.turn.map { " \($0.rawValue)" } ?? ""
      return "\(progress.bytes)\(total) by \(progress.blockSize)\(turn)"
    }
  }
}

extension Message {
  /// "2.31 Continue 3/more/64": the code, then NUM, M and SZX of the block; Size1 behind.
  var blockSummary: String {
    let title = code.isRequest ? summary : code.title
    let size = unsigned(.size1).map { " size \($0)" } ?? ""
    guard let block = block(.block1) ?? block(.block2) else { return title + size }
    return "\(title) \(block.number)/\(block.hasMore ? "more" : "last")/\(block.size)" + size
  }
}
