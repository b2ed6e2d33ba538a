import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let story = Path(3303, 0, 5750)
private let number = Path(3303, 0, 5700)
private let raw = Path(3303, 0, 5751)

/// So that no two blocks are equal.
private func text(_ count: Int) -> String {
  String((0..<count).map { Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8($0 / 7 % 26))) })
}

private func device(
  _ length: Int, room: Int = 128, consultation: Consultation = Consultation(),
  _ profile: Profile = .standard
) -> ServedDevice {
  let device = ServedDevice(
    [
      .one(story, .string, .text(text(length))), .one(number, .float, .float(21.5)),
      .one(raw, .opaque, .bytes(Array(repeating: 7, count: length))),
    ], profile: profile, consultation: consultation, duplicates: 64)
  device.bufferSize = room
  return device
}

@Suite("Answers in blocks (RFC 7959)") struct Block2Tests {
  @Test(
    "4.1 RFC 7959 2.2: what does not fit leaves in the largest blocks that do, with ETag and Size2"
  )
  func first() throws {
    let device = device(200)
    let answer = device.get("/3303/0/5750")
    #expect(answer.code == .content)
    #expect(answer.block2 == [0, 1, 2])
    #expect(answer.text == String(text(200).prefix(64)))
    #expect(answer.format == 0)
    #expect(answer.size2 == 200)
    #expect(answer.eTag?.count == 4)
    #expect(answer.observe == nil)
    #expect(device.statistics[.sendBuffer].refused == 0)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: each block is asked for by itself; M says whether another follows"
  )
  func rest() {
    let device = device(200)
    let tag = device.get("/3303/0/5750").eTag
    for block in 1...3 {
      let answer = device.get("/3303/0/5750", [.block2(block, 2)])
      #expect(answer.code == .content)
      #expect(answer.block2 == [block, block < 3 ? 1 : 0, 2])
      #expect(answer.text == String(text(200).dropFirst(64 * block).prefix(64)))
      #expect(answer.eTag == tag)
      #expect(answer.size2 == nil)
    }
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: nothing is stored, so that any block can be had at any time, with no first one"
  )
  func anyBlock() {
    let device = device(200)
    #expect(device.get("/3303/0/5750", [.block2(3, 2)]).text.count == 8)
    #expect(device.get("/3303/0/5750", [.block2(1, 2)]).block2 == [1, 1, 2])
    #expect(device.get("/3303/0/5750", [.block2(12, 0)]).block2 == [12, 0, 0])
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: a block behind the end is 4.00", arguments: [0, 1, 128, 200])
  func behindTheEnd(length: Int) {
    let device = device(length)
    let behind = max(1, (length + 63) / 64)
    let answer = device.get("/3303/0/5750", [.block2(behind, 2)])
    #expect(answer.code == .badRequest)
    #expect(answer.options.isEmpty && answer.payload.isEmpty)
    #expect(device.get("/3303/0/5750", [.block2(0xF_FFFF, 6)]).code == .badRequest)
  }

  @Test("4.1 RFC 7959 2.2, RFC 7959 2.4: a body that ends with a block has no empty one behind it")
  func even() {
    let device = device(128)
    #expect(device.get("/3303/0/5750").block2 == [0, 1, 2])
    let last = device.get("/3303/0/5750", [.block2(1, 2)])
    #expect(last.block2 == [1, 0, 2])
    #expect(last.payload.count == 64)
  }

  @Test(
    "4.1 RFC 7959 2.2: SZX 7 is 4.00, four bytes of it are no Block2, M in a request says nothing")
  func strange() {
    let device = device(200)
    #expect(device.get("/3303/0/5750", [.block2(0, 7)]).code == .badRequest)
    #expect(device.get("/3303/0/5750", [.block2(3, 7)]).code == .badRequest)
    #expect(device.get("/3303/0/5750", [.raw(23, [0, 0, 0, 2])]).code == .badOption)
    let plain = device.get("/3303/0/5750", [.block2(1, 2)])
    let strange = device.get("/3303/0/5750", [.block2(1, 2, more: true)])
    #expect(strange.block2 == plain.block2)
    #expect(strange.payload == plain.payload)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: the client may ask for smaller blocks at any time",
    arguments: 0...2)
  func smaller(exponent: Int) {
    let device = device(200)
    let first = device.get("/3303/0/5750", [.block2(0, exponent)])
    #expect(first.block2 == [0, 1, exponent])
    #expect(first.payload.count == 16 << exponent)
    let second = device.get("/3303/0/5750", [.block2(64 >> (4 + exponent), exponent)])
    #expect(second.block2 == [64 >> (4 + exponent), 1, exponent])
    #expect(second.text == String(text(200).dropFirst(64).prefix(16 << exponent)))
    #expect(second.eTag == first.eTag)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: blocks larger than fit become smaller, at the same place: NUM is rebased"
  )
  func rebased() {
    let device = device(3000)
    let answer = device.get("/3303/0/5750", [.block2(2, 6)])
    #expect(answer.block2 == [2048 / 64, 1, 2])
    #expect(answer.text == String(text(3000).dropFirst(2048).prefix(64)))
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: who asks for blocks gets one, even when it is all; a number as well"
  )
  func early() {
    let device = device(20)
    for (path, options) in [
      ("/3303/0/5750", [Datagram.Field]()), ("/3303/0/5700", []), ("/3303", [.accept(40)]),
      ("/3303/0", []), ("/3303/0/5751", []),
    ] {
      let plain = device.get(path, options)
      let asked = device.get(path, options + [.block2(0, 6)])
      #expect(plain.block2 == nil && plain.eTag == nil && plain.size2 == nil)
      #expect(asked.block2 == [0, 0, 6])
      #expect(asked.payload == plain.payload)
      #expect(asked.format == plain.format)
      #expect(asked.eTag?.count == 4)
      #expect(asked.size2 == nil)
    }
  }

  @Test("4.1 RFC 7959 2.2, RFC 7959 2.4: an empty body is one block")
  func empty() {
    let answer = device(0).get("/3303/0/5750", [.block2(0, 2)])
    #expect(answer.code == .content)
    #expect(answer.block2 == [0, 0, 2])
    #expect(answer.payload.isEmpty)
  }

  @Test(
    "4.1 RFC 7959 2.9.3: Size2 of 0 asks for the size, with any block or none; another number does not"
  )
  func size() {
    let device = device(200)
    #expect(device.get("/3303/0/5750", [.block2(1, 2), .raw(28)]).size2 == 200)
    let whole = device.get("/3303/0/5700", [.raw(28)])
    #expect(whole.size2 == 4)
    #expect(whole.block2 == nil && whole.eTag == nil)
    #expect(device.get("/3303/0/5700", [.raw(28, [2, 0])]).size2 == nil)
    #expect(device.get("/3303/0/5700", [.raw(28, [1, 2, 3, 4, 5])]).size2 == nil)
  }

  @Test(
    "4.1 RFC 7959 2.9.3: a value that changes in mid-transfer changes the ETag; the client starts over"
  )
  func guarded() {
    let device = device(200)
    let tag = device.get("/3303/0/5750").eTag
    #expect(device.get("/3303/0/5750", [.block2(1, 2)]).eTag == tag)
    device.set(story, .text(text(199) + "!"))
    let second = device.get("/3303/0/5750", [.block2(2, 2)])
    #expect(second.code == .content)
    #expect(second.eTag != tag)
    let again = device.get("/3303/0/5750")
    #expect(again.eTag == second.eTag)
    #expect(again.eTag != tag)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: the ETag is of the format too, and of the attributes in a Discover"
  )
  func tags() {
    let device = device(200)
    let text = device.get("/3303/0/5751", [.accept(0)]).eTag
    #expect(device.get("/3303/0/5751", [.accept(42)]).eTag != text)
    let links = device.get("/3303", [.accept(40), .block2(1, 0)])
    #expect(device.attributes("/3303/0/5700", "pmin=5") == 204)
    #expect(device.get("/3303", [.accept(40), .block2(1, 0)]).eTag != links.eTag)
  }

  @Test(
    "4.1 RFC 7959 2.2, RFC 7959 2.4: no other method has later blocks",
    arguments: [Code.put, .post, .delete])
  func otherMethods(method: Code) {
    let device = device(200)
    let later = device.ask(method, "/3303/0/5700", [.block2(1, 2)], payload: [0x31])
    #expect(later.code == .badRequest)
    #expect(device.value(number) == .float(21.5))
    if method == .put {
      #expect(device.ask(.put, "/3303/0/5700", [.block2(0, 2)], payload: [0x31]).code == .changed)
    }
  }

  @Test("Block-wise or not, an answer has the type and the ID that any answer has")
  func nonConfirmable() {
    let device = device(200)
    let answer = device.ask(.get, "/3303/0/5750", type: .nonConfirmable, token: [1, 2, 3])
    #expect(answer.type == .nonConfirmable)
    #expect(answer.block2 == [0, 1, 2])
    #expect(device.ask(.get, "/3303/0/5750", [.block2(1, 2)], token: []).block2 == [1, 1, 2])
  }

  @Test("A duplicate of a request for a block gets the block again")
  func duplicate() {
    let device = device(200)
    let message = device.request(.get, "/3303/0/5750", [.block2(1, 2)])
    let first = device.deliver(message)
    #expect(device.deliver(message) == first)
  }

  @Test("What follows an answer in blocks is none")
  func forgotten() {
    let device = device(200)
    #expect(device.get("/3303/0/5750", [.block2(1, 2)]).block2 == [1, 1, 2])
    #expect(device.deliver(Datagram(.confirmable, .empty, id: 77)).map(\.type) == [.reset])
    #expect(device.get("/3303/0/5700").block2 == nil)
    #expect(device.put("/3303/0/5700", text: "7").options.isEmpty)
    #expect(device.get("/9").code == .notFound)
  }

  @Test("4.1 RFC 7252 4.6: no datagram is longer than 1,152 bytes, however large the buffer")
  func limit() {
    let device = device(4000, room: 4096)
    let answer = device.get("/3303/0/5750")
    #expect(answer.block2 == [0, 1, 6])
    #expect(answer.bytes.count <= 1152)
    device.set(story, .text(text(1152 - 8)))
    // Header, token, Content-Format and marker.
    #expect(device.get("/3303/0/5750").bytes.count == 1152)
    device.set(story, .text(text(1152 - 7)))
    #expect(device.get("/3303/0/5750").block2 == [0, 1, 6])
  }

  @Test(
    "4.1 RFC 7252 4.6: the largest size that fits is chosen for each MTU",
    arguments: [(128, 2), (256, 3), (512, 4), (1152, 6)])
  func matrix(room: Int, exponent: Int) {
    let device = device(3000, room: room)
    for token in [[], [1], [1, 2, 3, 4, 5, 6, 7, 8]] as [[UInt8]] {
      let transfer = Transfer(device, "/3303/0/5750", token: token)
      #expect(transfer.text == text(3000))
      #expect(transfer.sizes == [16 << exponent])
      #expect(transfer.longest <= room)
    }
  }
}

/// All blocks of a body, one behind the other.
struct Transfer {
  private(set) var payload: [UInt8] = []
  /// Of all blocks but the last.
  private(set) var sizes: Set<Int> = []
  private(set) var longest = 0
  private(set) var tags: Set<[UInt8]> = []
  var text: String { String(decoding: payload, as: UTF8.self) }

  init(
    _ device: ServedDevice, _ path: String, _ options: [Datagram.Field] = [], token: [UInt8] = [7]
  ) {
    self.init(from: device.get(path, options, token: token)) {
      device.get(path, options + [$0], token: token)
    }
  }

  /// The blocks behind `first`, asked for in the size it has.
  init(from first: Datagram, _ ask: (Datagram.Field) -> Datagram) {
    var answer = first
    while true {
      #expect(answer.code == .content)
      payload += answer.payload
      longest = max(longest, answer.bytes.count)
      guard let block = answer.block2 else { return }
      if let tag = answer.eTag { tags.insert(tag) }
      guard block[1] == 1, answer.payload.count == 16 << block[2], payload.count < 100_000 else {
        #expect(block[1] == 0)
        return
      }
      sizes.insert(answer.payload.count)
      answer = ask(.block2(payload.count >> (4 + block[2]), block[2]))
      #expect(answer.block2?.first.map { $0 << (4 + (answer.block2?[2] ?? 0)) } == payload.count)
    }
  }
}
