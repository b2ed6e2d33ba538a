import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Bodies that come in blocks (RFC 7959 section 2.5). The offset of a block counts, not its number: its size may change
/// from one to the next.
extension Engine where Store: ~Copyable {
  /// A request with a Block1 came. Whether it is to be served now, and from where.
  @inline(never)
  mutating func takeBlock(_ datagram: Span<UInt8>, now: Instant) -> Bool {
    guard let block = request.block1 else { return false }
    let isWhole = block.number == 0 && !block.hasMore
    guard request.method == .put || request.method == .post else {
      if isWhole { return true }
      // The option is not defined for a request without a body, so it is one that is not known (RFC 7252 section 5.4).
      refuse(.badOption)
      return false
    }
    if !registration.isRegistered { receivedOrder(now: now) }
    statistics.count(.requests)
    let length = request.payload.count
    guard block.hasMore ? length == block.size : length <= block.size else {
      return settle(.badRequest)
    }
    return block.number == 0
      ? begin(datagram, isWhole: isWhole, now: now) : proceed(datagram, block, now: now)
  }

  /// Block 0: a body begins, or begins again.
  private mutating func begin(
    _ datagram: Span<UInt8>, isWhole: Bool, now: Instant
  ) -> Bool {
    if let index = transfers.index(of: request.path, now: now) {
      let transfer = transfers.transfers[index]
      // Late, and forgotten by the filter.
      if transfer.isLate(request) { return settle(.continue) }
      if transfer.phase == .asking { return wait(for: transfer) }
      transfers.transfers[index].forget()
    }
    // Nothing has to be put together.
    if isWhole { return true }
    let refusal = refusalOfBody(datagram)
    guard refusal == .empty else { return settle(refusal) }
    guard let place = transfers.place(now: now) else {
      statistics.refuse(.transfers)
      return settle(.serviceUnavailable, maxAge: 30)
    }
    if streams { return beginStream(datagram, in: place, now: now) }
    guard transfers.collecting(now: now) == nil else {
      statistics.refuse(.body)
      return settle(.serviceUnavailable, maxAge: 30)
    }
    guard request.bodySize <= UInt32(truncatingIfNeeded: transfers.body.capacity),
      request.payload.count <= transfers.body.capacity
    else { return tooLarge() }
    transfers.transfers[place] = Transfer(request, .collecting, now: now)
    statistics.reached(.transfers, transfers.occupancy(now: now))
    return collect(datagram, at: place, now: now)
  }

  /// A block behind the first.
  private mutating func proceed(
    _ datagram: Span<UInt8>, _ block: BlockOption, now: Instant
  ) -> Bool {
    guard let index = transfers.index(of: request.path, now: now),
      transfers.transfers[index].isContinued(by: request)
    else { return settle(.requestEntityIncomplete) }
    let transfer = transfers.transfers[index]
    let start = UInt32(truncatingIfNeeded: block.offset)
    let end = start &+ UInt32(request.payloadLength)
    if transfer.phase == .asking { return wait(for: transfer) }
    if transfer.isOpen, start == transfer.received {
      return transfer.phase == .streaming
        ? stream(datagram, at: index, now: now) : collect(datagram, at: index, now: now)
    }
    // One that came before, whole.
    if block.hasMore, end <= transfer.received { return settle(.continue) }
    if transfer.phase == .over, !block.hasMore, end == transfer.received {
      return settle(transfer.code)
    }
    return settle(.requestEntityIncomplete)
  }

  /// The application has a block of it.
  private mutating func wait(for transfer: Transfer) -> Bool {
    // The same block, which the filter has forgotten, gets its answer when there is one.
    transfer.lastID == request.id ? false : settle(.serviceUnavailable, maxAge: 5)
  }

  /// There is nothing more to do with the request than to answer it.
  @inline(never)
  mutating func settle(_ code: Code, maxAge: UInt8 = 0) -> Bool {
    respond(code, maxAge: maxAge)
    return false
  }

  @inline(never)
  private mutating func tooLarge() -> Bool {
    statistics.refuse(.body)
    return settle(.requestEntityTooLarge)
  }

  /// Puts a block to the others. The last one completes the body, which is then served like a payload.
  private mutating func collect(
    _ datagram: Span<UInt8>, at index: Int, now: Instant
  ) -> Bool {
    let start = Int(truncatingIfNeeded: transfers.transfers[index].received)
    let length = start &+ request.payload.count
    guard length <= transfers.body.capacity else {
      transfers.transfers[index].forget()
      return tooLarge()
    }
    let payload = datagram.extracting(request.payload)
    transfers.body.withMutableBytes {
      var bytes = $0
      var writer = ByteWriter(bytes.slice(start..<length))
      writer.append(payload)
    }
    transfers.transfers[index].take(request, .collecting, now: now)
    statistics.reached(.body, length)
    if request.continues { return settle(.continue) }
    // What this block is answered the filter knows.
    transfers.transfers[index].end(.requestEntityIncomplete)
    request.assemble(length)
    return true
  }

  /// Why a body is refused whatever it holds, so that nobody sends it in vain; empty when it is not. What it holds is
  /// looked at when it is there.
  @inline(never)
  private func refusalOfBody(_ datagram: Span<UInt8>) -> Code {
    let path = request.path
    let isPost = request.method == .post
    guard registration.isRegistered else {
      // A bootstrap server writes accounts alone, and orders nothing by POST that has a body.
      if request.isElsewhere { return .notFound }
      return isPost || path.object > 1 ? .methodNotAllowed : .empty
    }
    guard !request.isElsewhere, path.object != Path.absent else { return elsewhere(datagram) }
    guard path.object != 0 else { return .unauthorized }
    if request.hasQuery { return .badRequest }
    let range = resources.range(coveredBy: path)
    switch path.depth {
    case 1 where isPost && configuration.consultation.creates: return .empty
    case 2 where !range.isEmpty: return .empty
    case 3 where !range.isEmpty:
      let resource = resources[range.lowerBound]
      if isPost { return resource.access.contains(.executable) ? .empty : .methodNotAllowed }
      let isKept = !resource.type.isBuffer || resource.access.contains(.storage)
      return resource.access.contains(.writable) && (isKept || resource.access.contains(.streamed))
        ? .empty : .methodNotAllowed
    default: return range.isEmpty ? .notFound : .methodNotAllowed
    }
  }

  // MARK: Answers

  /// The Block1 of an answer: the request's own, of a smaller size when blocks of that size would not fit once their
  /// numbers get longer.
  func answered(_ block: BlockOption) -> UInt32 {
    guard !request.isAssembled else { return block.rawValue }
    let room = Int(configuration.receiveCapacity) &- request.payload.lowerBound &- 2
    let exponent = BlockOption.exponent(fitting: room) ?? 0
    guard exponent < block.exponent else { return block.rawValue }
    return block.rawValue & ~7 | UInt32(exponent)
  }

  /// Size1 of a 4.13: the longest body there is room for; `nil` where that was not the reason.
  func mostTaken(_ block: BlockOption) -> UInt32? {
    guard block.hasMore || block.number > 0, !request.isAssembled, !streams else { return nil }
    let room = Int(configuration.receiveCapacity) &- request.payload.lowerBound
    return UInt32(truncatingIfNeeded: max(room, transfers.body.capacity))
  }

  /// What is written here goes to the application in pieces.
  var streams: Bool {
    guard request.method == .put, request.path.depth == 3,
      let index = resources.index(of: request.path.key)
    else { return false }
    return resources[index].access.contains(.streamed)
  }
}
