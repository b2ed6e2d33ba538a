import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Register in blocks (RFC 7959)")
struct RegistrationBlockTests {
  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.5: registering → registering: 2.31 to a block; the next leaves at once"
  )
  func blocks() {
    let world = listDevice(16)
    world.connect()
    world.advance(to: 300)
    world.answer(.continue, [block1(0, 1, 64)])
    world.advance(to: 700)
    world.answer(.continue, [block1(1, 1, 64)])
    world.advance(to: 900)
    world.answer(.continue, [block1(2, 1, 64)])
    world.accept()
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "300 Register 1/1/64", "700 Register 2/1/64",
        "900 Register 3/0/64", "900 [registered 201]",
      ])
    #expect(world.body == instanceList(0...16))
    #expect(world.engine.standing == .registered)
  }

  @Test("4.1 RFC 7959 2.2: each block has the options of the request, an ID and a token of its own")
  func options() {
    let world = listDevice()
    world.connect()
    world.takeBlocks()
    let blocks = world.sent
    #expect(blocks.count == 4)
    for block in blocks {
      #expect(block.type == .confirmable && block.code == .post && block.path == "rd")
      #expect(block.queries == ["ep=dev", "lt=86400", "lwm2m=1.0", "b=U"])
      #expect(block.format == 40)
    }
    #expect(Set(blocks.map(\.id)).count == blocks.count)
    #expect(Set(blocks.map(\.token)).count == blocks.count)
    #expect(blocks.dropLast().allSatisfy { $0.payload.count == 64 })
  }

  @Test("4.1 RFC 7959 2.9.3: the first block says how long the list is, the others do not")
  func size() {
    let world = listDevice()
    world.connect()
    world.takeBlocks()
    #expect(world.sent.map { $0.unsigned(.size1) } == [253, nil, nil, nil])
  }

  @Test("a OneNET Register has the Auth-Code in each block")
  func authCode() {
    let world = World(profile: .onenet, authCode: "secret", resources: 64)
    world.bufferSize = 128
    for instance in 1...20 {
      world.add(Path(3303, UInt16(instance), 5700), .float, .float(1))
    }
    world.connect()
    world.takeBlocks()
    #expect(world.sent.count > 3)
    #expect(world.sent.allSatisfy { $0.option(.authCode) == Array("secret".utf8) })
    #expect(world.body.hasPrefix("</>;rt=\"oma.lwm2m\",</3303/0>,"))
  }

  @Test(
    "4.1 RFC 7252 4.6: no datagram is longer than the send buffer and 1,152 bytes, for each MTU",
    arguments: [(128, 64), (256, 128), (512, 256), (1152, 1024), (4096, 1024)])
  func matrix(bufferSize: Int, size: Int) {
    let world = listDevice(400, bufferSize: bufferSize)
    world.connect()
    world.takeBlocks()
    world.accept()
    #expect(world.sent[0].unsigned(.block1) == 8 | (size.trailingZeroBitCount - 4))
    #expect(world.sent.allSatisfy { $0.bytes.count <= min(bufferSize, 1152) })
    #expect(world.body == instanceList(0...400))
    #expect(world.engine.standing == .registered)
  }

  @Test(
    "RFC 7252 4.6: a list for which 1,152 bytes do goes as a whole, one byte more does not",
    arguments: [(0, false), (1, true)])
  func whole(excess: Int, isInBlocks: Bool) {
    let name = String(repeating: "x", count: 20)
    let first = listDevice(80, bufferSize: 4096, endpoint: name)
    first.connect()
    // A link has eleven bytes, what is left goes into the name.
    let room = 1152 - first.sent[0].bytes.count
    let rest = String(repeating: "y", count: room % 11 + excess)
    let world = listDevice(80 + room / 11, bufferSize: 4096, endpoint: name + rest)
    world.connect()
    #expect(isInBlocks || world.sent[0].bytes.count == 1152)
    #expect((world.sent[0].option(.block1) != nil) == isInBlocks)
  }

  @Test("RFC 7252 4.2: a block leaves again as it was; no answer to one fails the Register")
  func silence() {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.advance(to: 62_000)
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "0 Register 1/1/64", "2000 Register 1/1/64 again",
        "6000 Register 1/1/64 again", "14000 Register 1/1/64 again", "30000 Register 1/1/64 again",
        "62000 [registrationTimedOut]",
      ])
    #expect(world.engine.standing == .waiting(.silent))
    world.advance(to: 100_000)
    #expect(world.timetable().prefix(2) == ["84500 [connected]", "84500 Register 0/1/64"])
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.3: the server asks for smaller blocks; NUM counts them from there on"
  )
  func smaller() {
    let world = listDevice(30, bufferSize: 256)
    world.connect()
    world.answer(.continue, [block1(0, 1, 32)])
    world.answer(.continue, [block1(4, 1, 16)])
    world.takeBlocks()
    #expect(
      world.timetable().prefix(4) == [
        "0 [connected]", "0 Register 0/1/128", "0 Register 4/1/32", "0 Register 10/1/16",
      ])
    #expect(world.body == instanceList(0...30))
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.3: larger blocks than the first are not sent, whatever the server asks for"
  )
  func larger() {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(0, 1, 1024)])
    #expect(world.timetable().last == "0 Register 1/1/64")
    #expect(world.sent.last?.payload.count == 64)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.9.1: a 2.31 without a Block1 that makes sense is about the block that left"
  )
  func bare() {
    let world = listDevice(30)
    world.connect()
    world.answer(.continue)
    world.answer(.continue, [.number(.block1, 0xF)])
    world.answer(.continue, [.raw(OptionNumber.block1.rawValue, [1, 2, 3, 4, 5])])
    #expect(world.timetable().last == "0 Register 3/1/64")
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.3: a success before the last block, with Block1, is no more than 2.31"
  )
  func early() {
    let world = listDevice(16)
    world.connect()
    world.answer(.changed, [block1(0, 1, 64)])
    world.answer(.created, [block1(1, 0, 64)] + Datagram.Field.location("rd/early"))
    world.takeBlocks()
    world.accept(location: "rd/late")
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "0 Register 1/1/64", "0 Register 2/1/64",
        "0 Register 3/0/64", "0 [registered 201]",
      ])
    world.deregister()
    #expect(world.timetable() == ["0 De-register /rd/late"])
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.3: registering → waiting: a piece was taken for the whole; 2.01 to the first block without Block1"
  )
  func ignored() {
    let world = listDevice()
    world.connect()
    world.accept()
    #expect(
      world.timetable() == ["0 [connected]", "0 Register 0/1/64", "0 [registrationRefused 413]"])
    #expect(world.engine.standing == .waiting(.refused))
    world.advance(to: 45_000)
    #expect(world.timetable() == ["45000 [connected]", "45000 Register 0/1/64"])
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.9.2: registering → registering: 4.08 to a block; from block 0, once in an attempt; then as any 4.xx"
  )
  func incomplete() {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(0, 1, 32)])
    world.answer(.requestEntityIncomplete)
    world.answer(.continue, [block1(0, 1, 32)])
    world.answer(.requestEntityIncomplete)
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "0 Register 2/1/32", "0 Register 0/1/32",
        "0 Register 1/1/32", "0 [registrationRefused 408]",
      ])
    world.advance(to: 45_000)
    world.answer(.requestEntityIncomplete)
    #expect(
      world.timetable() == ["45000 [connected]", "45000 Register 0/1/64", "45000 Register 0/1/64"],
      "the next attempt starts over")
  }

  @Test("4.1 RFC 7959 2.2, RFC 7959 2.9.2: 4.08 to the last block begins anew as well")
  func incompleteAtTheEnd() {
    let world = listDevice()
    world.connect()
    world.takeBlocks()
    _ = world.timetable()
    world.answer(.requestEntityIncomplete, [block1(3, 0, 64)])
    #expect(world.timetable() == ["0 Register 0/1/64"])
    world.takeBlocks()
    world.accept()
    #expect(world.body == instanceList(0...20))
    #expect(world.engine.standing == .registered)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.9.1: a 2.31 about another block, or to the last, is as a 4.08")
  func astray() {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(3, 1, 64)])
    #expect(
      world.timetable() == ["0 [connected]", "0 Register 0/1/64", "0 Register 0/1/64"])
    world.takeBlocks()
    _ = world.timetable()
    world.answer(.continue, [block1(3, 1, 64)])
    #expect(world.timetable() == ["0 [registrationRefused 408]"])
    #expect(world.engine.standing == .waiting(.refused))
  }

  @Test(
    "4.1 RFC 7959 2.9.3: registering → registering: 4.13 with a smaller block; from block 0 with blocks of that size"
  )
  func shrunk() {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.answer(.requestEntityTooLarge, [block1(1, 1, 32)])
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register 0/1/64", "0 Register 1/1/64", "0 Register 0/1/32",
      ])
    world.takeBlocks()
    world.accept()
    #expect(world.body == instanceList(0...20))
    #expect(world.engine.standing == .registered)
  }

  @Test("4.1 RFC 7959 2.9.3: a 4.13 with a block to a whole list has it sent in such blocks")
  func wholeRefused() {
    let world = listDevice(13, bufferSize: 512)
    world.connect()
    world.answer(.requestEntityTooLarge, [block1(0, 1, 64)])
    world.takeBlocks()
    world.accept()
    #expect(
      world.timetable() == [
        "0 [connected]", "0 Register", "0 Register 0/1/64", "0 Register 1/1/64",
        "0 Register 2/0/64", "0 [registered 201]",
      ])
    #expect(world.body == instanceList(0...13))
  }

  @Test(
    "4.1 RFC 7959 2.9.3: a 4.13 that asks for nothing smaller, or takes fewer bytes than the list has, is the end",
    arguments: [
      [], [block1(0, 1, 64)], [block1(0, 1, 128)], [block1(0, 1, 32), .number(.size1, 100)],
    ])
  func tooLarge(options: [Datagram.Field]) {
    let world = listDevice()
    world.connect()
    world.answer(.requestEntityTooLarge, options)
    #expect(
      world.timetable() == ["0 [connected]", "0 Register 0/1/64", "0 [registrationRefused 413]"])
    #expect(world.engine.standing == .waiting(.refused))
  }

  @Test("4.1 RFC 7959 2.9.3: a 4.13 with smaller blocks and room enough is worth another try")
  func roomy() {
    let world = listDevice()
    world.connect()
    world.answer(.requestEntityTooLarge, [block1(0, 1, 16), .number(.size1, 4096)])
    #expect(world.timetable().last == "0 Register 0/1/16")
  }

  @Test(
    "any other answer to a block is the answer to the Register",
    arguments: [Code.badOption, .forbidden])
  func refused(code: Code) {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.answer(code)
    #expect(world.timetable().last == "0 [registrationRefused \(code.decimal)]")
    #expect(world.engine.standing == .waiting(.refused))
  }

  @Test("5.03 to a block: Max-Age is honoured, and the next attempt begins with block 0")
  func overloaded() {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(0, 1, 16)])
    world.answer(.serviceUnavailable, [.number(.maxAge, 600)])
    _ = world.timetable()
    world.advance(to: 600_000)
    #expect(world.timetable() == ["600000 [connected]", "600000 Register 0/1/64"])
  }

  @Test("a Reset to a block is a Reset to the Register")
  func reset() {
    let world = listDevice()
    world.connect()
    world.answer(.continue, [block1(0, 1, 64)])
    world.reset()
    #expect(world.timetable().last == "0 [registrationRefused]")
    #expect(world.engine.standing == .waiting(.reset))
  }

  @Test("registering → waiting: Register does not fit; not even a block of 16 bytes has room")
  func noRoom() {
    let world = listDevice(12, bufferSize: 80)
    world.connect()
    #expect(world.timetable() == ["0 [connected]", "0 Register 0/1/16"])
    let options = world.sent[0].bytes.count - 17
    let tight = listDevice(12, bufferSize: options + 16)
    tight.connect()
    #expect(tight.timetable() == ["0 [connected]", "0 [registrationRefused 413]"])
    #expect(tight.engine.statistics[.sendBuffer].refused == 1)
  }
}
