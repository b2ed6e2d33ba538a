import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// What RFC 7959 makes of the blocks a server sends to one resource, told by whole bodies.
private struct Oracle {
  private var body: [UInt8]?
  /// Every value that was complete, in order.
  private(set) var complete: [[UInt8]] = []

  mutating func take(_ offset: Int, _ bytes: [UInt8], hasMore: Bool, size: Int) {
    guard hasMore ? bytes.count == size : bytes.count <= size else { return }
    if offset == 0 {
      body = []
    } else if body?.count != offset {
      return
    }
    body?.append(contentsOf: bytes)
    guard !hasMore, let whole = body else { return }
    complete.append(whole)
    body = nil
  }
}

/// What the application has made of the pieces.
private func completed(_ pieces: [TakenPiece]) -> [[UInt8]] {
  var complete: [[UInt8]] = []
  var value: [UInt8] = []
  for piece in pieces {
    if piece.offset == 0 { value = [] }
    #expect(piece.offset == value.count, "in order and without gaps")
    value += piece.bytes
    if piece.isLast {
      #expect(piece.total == value.count)
      complete.append(value)
    }
  }
  return complete
}

extension Chance {
  fileprivate mutating func below(_ limit: Int) -> Int { Int(next()) % limit }
}

private func device() -> ServedDevice {
  ServedDevice(
    [.one(Path(5, 0, 0), .opaque, .bytes([]), .writable | .streamed)],
    consultation: Consultation(mayDefer: true))
}

@Suite struct Block1OracleTests {
  @Test(
    "4.1 RFC 7959 2.2: a polite server on a bad network: each value arrives once, whole",
    arguments: 0..<40)
  func polite(seed: Int) {
    var chance = Chance.seeded(UInt64(seed))
    let device = device()
    var sent: [[UInt8]] = []
    for _ in 0..<6 {
      var block = Block(body: pattern(chance.below(4096), chance.below(256)))
      block.exponent = 1 + chance.below(6)
      if block.body.count <= 16 << block.exponent { block.exponent = 0 }
      while block.message(device, 0).bytes.count > 512 { block.exponent -= 1 }
      var offset = 0
      var messages: [Datagram] = []
      repeat {
        let message = block.message(device, offset)
        messages.append(message)
        let size = 16 << block.exponent
        var answers = device.deliver(message)
        // The answer is lost, or a duplicate is on its way; it gets the same answer.
        for _ in 0..<chance.below(3) { #expect(device.deliver(message) == answers) }
        answers = answers.filter { $0.id == message.id }
        #expect(answers.count == 1)
        offset += size
        // Earlier blocks come late.
        if chance.below(4) == 0 { device.deliver(messages[chance.below(messages.count)]) }
        if chance.below(4) == 0, block.exponent > 0, offset < block.body.count {
          block.exponent -= 1
        }
      } while offset < block.body.count
      sent.append(block.body)
      #expect(completed(device.pieces) == sent)
      for message in messages where chance.below(3) == 0 { device.deliver(message) }
      device.pass(100_000)
    }
    #expect(completed(device.pieces) == sent)
  }

  @Test(
    "4.1 RFC 7959 2.2: a rude server: gaps, restarts, other sizes; no byte of another transfer",
    arguments: 0..<40)
  func rude(seed: Int) {
    var chance = Chance.seeded(UInt64(1000 + seed))
    let device = device()
    var oracle = Oracle()
    var block = Block(body: pattern(500, seed))
    var offset = 0
    for _ in 0..<300 {
      if chance.below(12) == 0 {
        block.body = pattern(1 + chance.below(1000), chance.below(256))
        offset = 0
      }
      if chance.below(5) == 0 { block.exponent = chance.below(5) }
      let size = 16 << block.exponent
      switch chance.below(10) {
      case 0: offset = chance.below(20) * size
      case 1: offset += size
      case 2: offset = 0
      default: break
      }
      offset -= offset % size
      guard offset < block.body.count else {
        offset = 0
        continue
      }
      if offset == 0 { device.pass(60_000) }
      var bytes = block.bytes(offset)
      if chance.below(20) == 0 { bytes.removeLast() }
      let hasMore = offset + size < block.body.count
      // Without a byte there is no payload, and no marker.
      let message = device.request(
        .put, "/5/0/0", [.number(.block1, block.option(offset)), .format(42)], payload: bytes)
      device.deliver(message)
      oracle.take(offset, bytes, hasMore: hasMore, size: size)
      if chance.below(3) == 0 { device.deliver(message) }
      #expect(completed(device.pieces) == oracle.complete)
      offset += size
    }
    #expect(!oracle.complete.isEmpty)
  }
}
