import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let package = Path(5, 0, 0)
private let note = Path(3311, 0, 5750)

private func device(
  transfers: Int = 1, deferred: Int = 2, duplicates: Int = 8, receive: UInt16 = 512
) -> ServedDevice {
  ServedDevice(
    [
      .one(package, .opaque, .bytes([]), .writable | .streamed),
      .one(note, .string, .text(""), .readable | .writable | .streamed),
      .one(Path(3311, 0, 5851), .integer, .integer(10)),
    ], consultation: Consultation(mayDefer: true), duplicates: duplicates, deferred: deferred,
    transfers: transfers, receive: receive)
}

@Suite struct Block1StreamTests {
  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.5: none → streaming: block 0; streaming → streaming: the expected block; streaming → over: the last block"
  )
  func polite() {
    let device = device()
    let block = Block(body: pattern(200))
    let answers = device.sendAll(block)
    #expect(answers.map(\.code) == [.continue, .continue, .continue, .changed])
    #expect(answers.map { $0.unsigned(.block1) } == [0x0A, 0x1A, 0x2A, 0x32])
    #expect(device.streamed == block.body)
    #expect(device.pieces.map(\.offset) == [0, 64, 128, 192])
    #expect(device.pieces.map(\.total) == [0, 0, 0, 200])
    #expect(device.pieces.map(\.isLast) == [false, false, false, true])
  }

  @Test("4.1 RFC 7959 2.9.3: Size1 is the total from the first block on")
  func size1() {
    let device = device()
    device.sendAll(Block(size: 200, body: pattern(200)))
    #expect(device.pieces.map(\.total) == [200, 200, 200, 200])
  }

  @Test("A value in one datagram, with Block1 or without, is one piece", arguments: [true, false])
  func whole(hasBlock: Bool) {
    let device = device()
    let block = Block(body: pattern(40))
    let answer =
      hasBlock
      ? device.send(block, 0)
      : device.ask(.put, "/5/0/0", [.format(42)], payload: block.body)
    #expect(answer.code == .changed)
    #expect(answer.unsigned(.block1) == (hasBlock ? 2 : nil))
    #expect(
      device.pieces == [TakenPiece(offset: 0, total: 40, isLast: true, bytes: block.body)])
  }

  @Test("An empty value is one empty piece")
  func empty() {
    let device = device()
    #expect(device.ask(.put, "/5/0/0", [.format(42)]).code == .changed)
    #expect(device.pieces == [TakenPiece(offset: 0, total: 0, isLast: true, bytes: [])])
  }

  @Test("The last block may be as long as the others, and may be empty")
  func lastBlock() {
    let device = device()
    #expect(device.sendAll(Block(body: pattern(128))).map(\.code) == [.continue, .changed])
    #expect(device.streamed == pattern(128))
    let head = Block(body: pattern(65))
    #expect(device.send(head, 0).code == .continue)
    let end = device.ask(.put, "/5/0/0", [.number(.block1, 0x12), .format(42)])
    #expect(end.code == .changed)
    #expect(device.pieces.last == TakenPiece(offset: 64, total: 64, isLast: true, bytes: []))
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.3: a block that is not as long as its SZX says is 4.00, and changes nothing"
  )
  func wrongLength() {
    let device = device()
    let block = Block(body: pattern(200))
    device.send(block, 0)
    for (option, count) in [(0x1A, 63), (0x1A, 65), (0x12, 65), (0x1A, 0)] {
      let answer = device.ask(
        .put, "/5/0/0", [.number(.block1, option), .format(42)], payload: pattern(count))
      #expect(answer.code == .badRequest)
      #expect(answer.unsigned(.block1) == option & ~8)
    }
    #expect(device.pieces.count == 1)
    #expect(device.send(block, 64).code == .continue)
  }

  @Test("4.1 RFC 7959 2.2: SZX 7 is 4.00", arguments: [0x07, 0x0F, 0x1F, 0x17])
  func reservedSize(option: Int) {
    let device = device()
    let answer = device.ask(
      .put, "/5/0/0", [.number(.block1, option), .format(42)], payload: pattern(16))
    #expect(answer.code == .badRequest)
    #expect(device.pieces.isEmpty)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.9.2: a gap, another Content-Format or method, and an unknown transfer are 4.08"
  )
  func incomplete() {
    let device = device()
    let block = Block(body: pattern(300))
    #expect(device.send(block, 64).code == .requestEntityIncomplete)
    device.send(block, 0)
    #expect(device.send(block, 128).code == .requestEntityIncomplete)
    #expect(device.send(Block(format: nil, body: block.body), 64).code == .requestEntityIncomplete)
    #expect(
      device.send(Block(method: .post, body: block.body), 64).code == .requestEntityIncomplete)
    #expect(device.send(block, 64).code == .continue)
    #expect(device.pieces.map(\.offset) == [0, 64])
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.3: the client goes on with smaller blocks, and with larger ones again; the offset counts"
  )
  func rebased() {
    let device = device()
    var block = Block(body: pattern(500))
    device.send(block, 0)
    block.exponent = 1
    #expect(device.send(block, 64).unsigned(.block1) == 0x29)
    #expect(device.send(block, 96).code == .continue)
    block.exponent = 3
    #expect(device.send(block, 128).unsigned(.block1) == 0x1B)
    block.exponent = 4
    #expect(device.send(block, 256).code == .changed)
    #expect(device.streamed == block.body)
  }

  @Test(
    "4.1 RFC 7252 4.6: for each MTU blocks are asked for that leave room for a longer number",
    arguments: [(128, 2), (256, 3), (512, 4), (576, 5), (1088, 6), (1152, 6)])
  func negotiated(receive: Int, exponent: Int) {
    let device = device(receive: UInt16(receive))
    var block = Block(body: pattern(4096))
    while block.message(device, 0).bytes.count <= receive, block.exponent < 6 {
      block.exponent += 1
    }
    while block.message(device, 0).bytes.count > receive { block.exponent -= 1 }
    let answers = device.sendAll(block)
    #expect(answers.first?.unsigned(.block1) == 8 | exponent)
    #expect(answers.last?.code == .changed)
    #expect(device.streamed == block.body)
  }

  @Test("A block that just fits is answered with half its size, because its number will grow")
  func tight() {
    let block = Block(body: pattern(4096))
    let length = block.message(device(), 0).bytes.count
    #expect(device(receive: UInt16(length + 1)).send(block, 0).unsigned(.block1) == 0x09)
    #expect(device(receive: UInt16(length + 2)).send(block, 0).unsigned(.block1) == 0x0A)
  }

  @Test("LwM2M 1.0 6.4: a TLV of the resource comes in pieces too, its header taken off")
  func tlv() {
    for count in [300, 70_000] {
      let device = device()
      let header: [UInt8] =
        count == 300 ? [0xD0, 0, 0x01, 0x2C] : [0xD8, 0, 0x01, 0x11, 0x70]
      var block = Block(format: 11542, body: header + pattern(count))
      block.exponent = 4
      #expect(device.sendAll(block).last?.code == .changed)
      #expect(device.streamed == pattern(count))
      #expect(device.pieces.map(\.total) == device.pieces.map { _ in count })
      #expect(device.pieces[1].offset == 256 - header.count)
    }
  }

  @Test("A TLV that is longer or shorter than it says is 4.00 at its last block")
  func tlvLength() {
    for count in [129, 299, 301, 400] {
      let device = device()
      let block = Block(format: 1542, body: [0xD0, 0, 0x01, 0x2C] + pattern(count))
      #expect(device.sendAll(block).last?.code == .badRequest)
      #expect(device.pieces.map(\.isLast).contains(true) == false)
      #expect(device.send(block, 64).code == .continue)
      #expect(device.streamed.count < count)
    }
  }

  @Test("A TLV of another resource, or of none, is 4.00 at its first block")
  func otherTLV() {
    let device = device()
    for header in [
      [0xD0, 1, 1, 0x2C], [0x90, 0, 1, 0x2C], [0x10, 0, 1, 0x2C], [0x50, 0, 1, 0x2C],
    ]
      as [[UInt8]]
    {
      #expect(
        device.send(Block(format: 11542, body: header + pattern(300)), 0).code == .badRequest)
    }
    #expect(device.pieces.isEmpty)
    let two: [UInt8] = [0xC1, 0, 7, 0xC1, 0, 8]
    #expect(device.tlv(.put, "/5/0/0", two).code == .badRequest)
    #expect(device.tlv(.put, "/5/0/0", [0xC1, 0, 7]).code == .changed)
    #expect(device.pieces.map(\.bytes) == [[7]])
  }

  @Test("A string is text, and a binary octets; base64 comes in one datagram only")
  func formats() {
    let device = device(transfers: 2)
    let text = Block(path: "/3311/0/5750", format: nil, body: Array("abcdefgh".utf8) + pattern(90))
    #expect(device.send(text, 0).code == .continue)
    var other = text
    other.format = 42
    #expect(device.send(other, 0).code == .unsupportedContentFormat)
    for format in [nil, 0, 40, 60, 110, 112] {
      let block = Block(format: format, body: pattern(90))
      #expect(device.send(block, 0).code == .unsupportedContentFormat)
    }
    #expect(device.put("/5/0/0", text: "AQL/").code == .changed)
    #expect(device.streamed == [1, 2, 0xFF])
    let notUTF8 = device.ask(.put, "/3311/0/5750", [.format(0)], payload: [0xC3, 0x28])
    #expect(notUTF8.code == .badRequest)
  }

  @Test("With its instance it cannot be written: 4.05, and nothing is stored")
  func instance() {
    let device = device()
    let both: [UInt8] = [0xE1, 0x16, 0xDB, 77, 0xE1, 0x16, 0x76, 97]
    #expect(device.tlv(.post, "/3311/0", both).code == .methodNotAllowed)
    #expect(device.value(Path(3311, 0, 5851)) == .integer(10))
    #expect(device.pieces.isEmpty)
  }

  @Test("Only the last block is a change that observers hear of")
  func observers() {
    let device = device()
    device.observe("/3311/0", token: [9])
    let block = Block(path: "/3311/0/5750", format: 0, body: Array("abcdefgh".utf8) + pattern(90))
    #expect(device.deliver(block.message(device, 0)).map(\.code) == [.continue])
    #expect(device.deliver(block.message(device, 64)).map(\.code) == [.changed, .content])
  }

  @Test("streaming → over: the application refuses; the rest is 4.08")
  func refusal() {
    let device = device()
    let block = Block(body: pattern(300))
    device.verdict = { _ in device.pieces.count == 2 ? .refused(.forbidden) : .agreed }
    let answers = device.sendAll(block)
    #expect(answers.map(\.code) == [.continue, .forbidden])
    #expect(answers.last?.unsigned(.block1) == 0x12)
    #expect(device.send(block, 128).code == .requestEntityIncomplete)
    device.verdict = { _ in .agreed }
    #expect(device.sendAll(block).last?.code == .changed)
    #expect(device.streamed == block.body)
  }

  @Test("4.13 of the application has no Size1: only it knows its reason")
  func refusedSize() {
    let device = device()
    device.verdict = { _ in .refused(.requestEntityTooLarge) }
    let answer = device.send(Block(body: pattern(300)), 0)
    #expect(answer.code == .requestEntityTooLarge)
    #expect(answer.unsigned(.size1) == nil)
  }

  @Test("The resource goes in mid-transfer: 4.04")
  func removed() {
    let device = device()
    let block = Block(body: pattern(300))
    device.send(block, 0)
    _ = device.remove(package)
    #expect(device.send(block, 64).code == .notFound)
    #expect(device.send(block, 0).code == .notFound)
  }
}
