import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let package = Path(5, 0, 0)
private let other = Path(5, 1, 0)
private let dimmer = Path(3311, 0, 5851)

private func device(
  transfers: Int = 1, deferred: Int = 2, duplicates: Int = 8
) -> ServedDevice {
  ServedDevice(
    [
      .one(package, .opaque, .bytes([]), .writable | .streamed),
      .one(other, .opaque, .bytes([]), .writable | .streamed),
      .one(dimmer, .integer, .integer(10)),
    ], consultation: Consultation(mayDefer: true), duplicates: duplicates, deferred: deferred,
    transfers: transfers)
}

@Suite struct Block1DuplicateTests {
  @Test("4.1 RFC 7252 4.5: each block twice is answered twice and delivered once")
  func duplicates() {
    let device = device()
    let block = Block(body: pattern(300))
    for offset in stride(from: 0, to: 300, by: 64) {
      let message = block.message(device, offset)
      let first = device.deliver(message)
      #expect(first.count == 1)
      #expect(device.deliver(message) == first)
    }
    #expect(device.streamed == block.body)
    #expect(device.pieces.count == 5)
  }

  @Test("A block that the server sends again as a new message is not delivered again")
  func repeated() {
    let device = device()
    let block = Block(body: pattern(300))
    for offset in [0, 64, 64, 128, 128, 64] {
      #expect(device.send(block, offset).code == .continue)
    }
    for offset in [192, 256, 256] { device.send(block, offset) }
    #expect(device.send(block, 256).code == .changed)
    #expect(device.pieces.map(\.offset) == [0, 64, 128, 192, 256])
  }

  @Test("over → over: a late block; it changes nothing, also when the filter has forgotten it")
  func late() {
    let device = device(duplicates: 4)
    let block = Block(body: pattern(300))
    let messages = stride(from: 0, to: 300, by: 64).map { block.message(device, $0) }
    let answers = messages.map { device.deliver($0) }
    // The filter is full of others now.
    for _ in 0..<12 { device.get("/3311/0/5851") }
    for (message, answer) in zip(messages, answers) { #expect(device.deliver(message) == answer) }
    #expect(device.pieces.count == 5)
    #expect(device.occupancy.transfers == 1)
  }

  @Test("streaming → streaming: block 0 anew; the application begins again")
  func restarted() {
    let device = device()
    let old = Block(body: pattern(300, 1))
    let new = Block(body: pattern(300, 2))
    device.send(old, 0)
    device.send(old, 64)
    let answers = device.sendAll(new)
    #expect(answers.last?.code == .changed)
    #expect(device.streamed == new.body)
    #expect(device.pieces.map(\.offset) == [0, 64, 0, 64, 128, 192, 256])
  }

  @Test("streaming → streaming: a late block 0; in the middle of its transfer it restarts nothing")
  func lateBegin() {
    let device = device()
    let block = Block(body: pattern(2000))
    let first = block.message(device, 0)
    device.deliver(first)
    for offset in stride(from: 64, to: 2000, by: 64) {
      #expect(device.deliver(first).map(\.code) == [.continue])
      device.send(block, offset)
    }
    #expect(device.deliver(first).map(\.code) == [.continue])
    #expect(device.streamed == block.body)
  }

  @Test("A late block 0 of the transfer before restarts nothing either")
  func lateBeginBefore() {
    let device = device()
    let old = Block(body: pattern(300, 1))
    let new = Block(body: pattern(1000, 2))
    let first = old.message(device, 0)
    device.deliver(first)
    device.send(new, 0)
    for offset in stride(from: 64, to: 640, by: 64) { device.send(new, offset) }
    #expect(device.deliver(first).map(\.code) == [.continue])
    for offset in stride(from: 640, to: 1000, by: 64) { device.send(new, offset) }
    #expect(device.streamed == new.body)
  }

  @Test("The blocks in the middle use up no place that a POST needs")
  func unpinned() {
    let device = device()
    let block = Block(body: pattern(4000))
    device.sendAll(block)
    #expect(device.statistics[.duplicateSlots].refused == 0)
    #expect(
      device.ask(.post, "/3311/0", [.format(11542)], payload: [0xE1, 0x16, 0xDB, 1]).code
        == .changed)
  }

  @Test("streaming → none: 247 s without a block; the next one is 4.08, and others find a place")
  func expired() {
    let device = device()
    let block = Block(body: pattern(300))
    device.send(block, 0)
    device.pass(246_000)
    #expect(device.send(Block(path: "/5/1/0", body: pattern(300)), 0).maxAge == 30)
    #expect(device.send(block, 64).code == .continue)
    device.pass(249_000)
    #expect(device.send(block, 128).code == .requestEntityIncomplete)
    #expect(device.occupancy.transfers == 0)
    #expect(device.sendAll(Block(path: "/5/1/0", body: pattern(300))).last?.code == .changed)
  }

  @Test("As many transfers at a time as there are places, one for each path")
  func several() {
    let device = device(transfers: 2)
    let one = Block(body: pattern(300, 1))
    let two = Block(path: "/5/1/0", body: pattern(300, 2))
    for offset in stride(from: 0, to: 300, by: 64) {
      let codes = [device.send(one, offset).code, device.send(two, offset).code]
      #expect(codes == (offset < 256 ? [.continue, .continue] : [.changed, .changed]))
    }
    #expect(device.pieces.count == 10)
    #expect(device.statistics[.transfers].peak == 2)
    #expect(device.statistics[.transfers].refused == 0)
  }

  @Test("over → none: another transfer needs the place")
  func displaced() {
    let device = device()
    let one = Block(body: pattern(300))
    device.sendAll(one)
    #expect(device.sendAll(Block(path: "/5/1/0", body: pattern(300))).last?.code == .changed)
    #expect(device.send(one, 64).code == .requestEntityIncomplete)
  }

  @Test("any → none: the registration or the socket goes")
  func sessionOver() {
    let device = device()
    let block = Block(body: pattern(300))
    device.send(block, 0)
    device.linkLost()
    #expect(device.occupancy.transfers == 0)
  }
}

@Suite struct Block1DeferredTests {
  @Test("streaming → asking: PENDING; asking → streaming: respond; asking → over: respond")
  func pending() throws {
    let device = device()
    device.verdict = { _ in .pending }
    let block = Block(body: pattern(100))
    #expect(device.deliver(block.message(device, 0)).isEmpty)
    let inTime = try #require(device.respond(device.handles[0])?.first)
    #expect(inTime.type == .acknowledgement)
    #expect(inTime.code == .continue)
    #expect(inTime.unsigned(.block1) == 0x0A)
    let last = block.message(device, 64)
    #expect(device.deliver(last).isEmpty)
    #expect(device.pass(5000).map(\.at) == [1000])
    let late = try #require(device.respond(device.handles[1])?.first)
    #expect(late.type == .confirmable)
    #expect(late.code == .changed)
    #expect(late.unsigned(.block1) == 0x12)
    device.acknowledge(late)
    #expect(device.streamed == block.body)
    #expect(device.takeEvents().map { $0[0] } == [21, 21])
  }

  @Test("While a block is with the application it is not asked twice, and others are 5.03")
  func busy() {
    let device = device()
    device.verdict = { _ in .pending }
    let block = Block(body: pattern(300))
    let first = block.message(device, 0)
    device.deliver(first)
    #expect(device.deliver(first).isEmpty)
    device.pass(2000)
    #expect(device.deliver(first) == [Datagram(.acknowledgement, .empty, id: first.id)])
    #expect(device.send(block, 64).maxAge == 5)
    #expect(device.send(block, 0).code == .serviceUnavailable)
    #expect(device.pieces.count == 1)
  }

  @Test(
    "asking → over: respond with an error; asking → over: answer_timeout_s",
    arguments: [true, false])
  func failed(responds: Bool) {
    let device = device()
    device.verdict = { _ in .pending }
    let block = Block(body: pattern(300))
    device.deliver(block.message(device, 0))
    if responds {
      #expect(device.respond(device.handles[0], .forbidden)?.map(\.code) == [.forbidden])
    } else {
      #expect(device.pass(11_000).map(\.sent.code) == [.empty, .gatewayTimeout])
    }
    device.verdict = { _ in .agreed }
    #expect(device.send(block, 64).code == .requestEntityIncomplete)
    #expect(device.sendAll(block).last?.code == .changed)
  }

  @Test("Without a place for the answer a block is 5.03, and the same block is taken later")
  func full() {
    let device = device(deferred: 1)
    let block = Block(body: pattern(100))
    #expect(device.send(block, 0).code == .continue)
    device.verdict = { _ in .pending }
    device.deliver(Block(path: "/5/1/0", body: pattern(9)).message(device, 0))
    #expect(device.send(block, 64).maxAge == 5)
    _ = device.respond(device.handles[1])
    device.verdict = { _ in .agreed }
    #expect(device.send(block, 64).code == .changed)
    #expect(device.pieces.last?.offset == 64)
  }
}
