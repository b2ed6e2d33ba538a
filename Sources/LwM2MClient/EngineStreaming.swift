import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Writes to a resource whose value is kept nowhere: each block goes to the application as it comes.
extension Engine where Store: ~Copyable {
  /// Block 0.
  @inline(never)
  mutating func beginStream(
    _ datagram: Span<UInt8>, in place: Int, now: Instant
  ) -> Bool {
    guard !mustRefuseDeferral() else { return false }
    var transfer = Transfer(request, .streaming, now: now)
    let type = resources[resources.range(coveredBy: request.path).lowerBound].type
    switch ContentFormat(rawValue: request.contentFormat ?? ContentFormat.text.rawValue) {
    case .text where type == .string, .opaque where type == .opaque: break
    case .tlv, .oldTLV:
      guard transfer.open(datagram.extracting(request.payload)) else {
        return settle(.badRequest)
      }
    // Base64 is not decoded in pieces.
    default: return settle(.unsupportedContentFormat)
    }
    transfers.transfers[place] = transfer
    statistics.reached(.transfers, transfers.occupancy(now: now))
    return stream(datagram, at: place, now: now)
  }

  /// The block that is expected.
  @inline(never)
  mutating func stream(
    _ datagram: Span<UInt8>, at index: Int, now: Instant
  ) -> Bool {
    // The application may have taken the resource away.
    guard streams else {
      transfers.transfers[index].forget()
      return settle(.notFound)
    }
    guard !mustRefuseDeferral() else { return false }
    let transfer = transfers.transfers[index]
    guard transfer.fits(request) else {
      transfers.transfers[index].end(.badRequest)
      return settle(.badRequest)
    }
    let skipped = transfer.received == 0 ? Int(transfer.header) : 0
    transfers.transfers[index].take(request, .asking, now: now)
    offer(request.payload.lowerBound &+ skipped..<request.payload.upperBound)
    return false
  }

  /// A body that came in one piece; it ends what came in blocks.
  @inline(never)
  mutating func streamWhole(now: Instant) {
    guard written.isAtEnd else { return respond(.badRequest) }
    guard !mustRefuseDeferral() else { return }
    transfers.remove(request.path, now: now)
    offer(written.value)
  }

  private mutating func mustRefuseDeferral() -> Bool {
    guard deferred.isFull else { return false }
    refuseDeferral()
    return true
  }

  /// The application is to be asked about the bytes in `range` of the datagram.
  private mutating func offer(_ range: Range<Int>) {
    reply.selection = ReadSelection(
      path: request.path, format: .opaque, range: resources.range(coveredBy: request.path))
    written = WriteCursor(.opaque, range)
    consulting.stage = .streaming
    consulting.handle = deferred.drawHandle()
  }

  /// What the question about a block is about.
  public func piece(now: Instant) -> Piece {
    let length = UInt32(truncatingIfNeeded: written.length)
    guard let index = transfers.index(of: request.path, now: now) else {
      return Piece(offset: 0, total: length, isLast: true)
    }
    let transfer = transfers.transfers[index]
    let end = transfer.received &- UInt32(transfer.header)
    let isLast = !request.continues
    return Piece(
      offset: end &- length, total: isLast ? end : transfer.total, isLast: isLast)
  }

  mutating func answerStreaming(_ verdict: Verdict, now: Instant) {
    consulting.stage = .none
    let code: Code
    switch verdict {
    case .agreed: code = request.continues ? .continue : .changed
    case .refused(let refusal): code = refusal
    case .pending: return deferRequest(.stream, now: now)
    }
    settleBlock(of: request.path, id: request.id, code, now: now)
    respond(code)
  }

  /// The application's word on a block: the transfer goes on, or is over.
  mutating func settleBlock(of path: Path, id: UInt16, _ code: Code, now: Instant) {
    if let index = transfers.index(of: path, now: now),
      transfers.transfers[index].isAsking(about: id)
    {
      if code == .continue {
        transfers.transfers[index].proceed()
      } else {
        transfers.transfers[index].end(code)
      }
    }
    if code == .changed { markChanged(path, now: now) }
  }
}

/// Where in a value the bytes belong that the application is asked about.
public struct Piece: BitwiseCopyable, Sendable {
  public let offset: UInt32
  /// Of the whole value, in bytes; 0 = not known.
  public let total: UInt32
  public let isLast: Bool
}

extension Transfer {
  /// Reads the TLV header that block 0 begins with; `false` when it is none of this resource.
  fileprivate mutating func open(_ payload: Span<UInt8>) -> Bool {
    var reader = TLVReader(payload)
    do throws(TLVError) {
      guard let opening = try reader.opening(), opening.kind == .resource,
        opening.id == path.resource
      else { return false }
      header = UInt8(truncatingIfNeeded: reader.position)
      total = UInt32(truncatingIfNeeded: opening.length)
      return true
    } catch {
      return false
    }
  }

  /// Whether the value stays within what its TLV says, and ends there.
  fileprivate func fits(_ request: Request) -> Bool {
    guard header > 0 else { return true }
    let end = received &+ UInt32(request.payloadLength)
    let whole = total &+ UInt32(header)
    return !request.continues ? end == whole : end <= whole
  }

  fileprivate func isAsking(about id: UInt16) -> Bool { phase == .asking && lastID == id }
}
