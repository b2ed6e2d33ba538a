import CoAPWire
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

/// What the application was handed of a value that comes in pieces.
struct TakenPiece: Equatable {
  var offset: Int
  var total: Int
  var isLast: Bool
  var bytes: [UInt8]

  init(offset: Int, total: Int, isLast: Bool, bytes: [UInt8]) {
    self.offset = offset
    self.total = total
    self.isLast = isLast
    self.bytes = bytes
  }

  init(
    _ question: Question, _ engine: inout Engine<Cabinet>, _ datagram: [UInt8], _ now: Instant
  ) {
    let piece = engine.piece(now: now)
    self.init(
      offset: Int(piece.offset), total: Int(piece.total), isLast: piece.isLast,
      bytes: Array(datagram[question.start..<question.start + question.length]))
  }
}

extension LentTable where Element == UInt8 {
  var copy: [UInt8] { (0..<capacity).map { self[$0] } }
}

/// One block of a body.
struct Block {
  var path = "/5/0/0"
  var method = Code.put
  var exponent = 2
  var format: Int? = 42
  /// Of the whole body; `nil` = not told.
  var size: Int?
  var body: [UInt8]

  /// The option of the block at `offset`.
  func option(_ offset: Int) -> Int {
    let size = 16 << exponent
    return (offset / size) << 4 | (offset + size < body.count ? 8 : 0) | exponent
  }

  func bytes(_ offset: Int) -> [UInt8] {
    Array(body[offset..<min(offset + 16 << exponent, body.count)])
  }

  func fields(_ offset: Int) -> [Datagram.Field] {
    var fields: [Datagram.Field] = [.number(.block1, option(offset))]
    if let format { fields.append(.format(format)) }
    if let size { fields.append(.number(.size1, size)) }
    return fields
  }

  /// As a message of its own.
  func message(_ device: ServedDevice, _ offset: Int) -> Datagram {
    device.request(method, path, fields(offset), payload: bytes(offset))
  }
}

extension ServedDevice {
  @discardableResult
  func send(_ block: Block, _ offset: Int) -> Datagram {
    ask(block.method, block.path, block.fields(offset), payload: block.bytes(offset))
  }

  /// Sends the whole body as a polite client does, and returns the answers.
  @discardableResult
  func sendAll(_ block: Block) -> [Datagram] {
    var answers: [Datagram] = []
    var block = block
    var offset = 0
    repeat {
      let sent = block
      let answer = send(block, offset)
      answers.append(answer)
      guard answer.code == .continue else { break }
      offset += 16 << sent.exponent
      if let wanted = answer.unsigned(.block1) { block.exponent = min(block.exponent, wanted & 7) }
    } while offset < block.body.count
    return answers
  }

  /// What the application has of the value that came last.
  var streamed: [UInt8] {
    guard let start = pieces.lastIndex(where: { $0.offset == 0 }) else { return [] }
    return pieces[start...].flatMap(\.bytes)
  }
}

/// Bytes that differ from place to place.
func pattern(_ count: Int, _ seed: Int = 0) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8 &+ seed) }
}
