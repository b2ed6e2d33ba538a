import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let story = Path(3303, 0, 5750)
private let number = Path(3303, 0, 5700)
private let other = Path(3304, 0, 5750)

private func device(
  _ length: Int = 200, consultation: Consultation = Consultation()
) -> ServedDevice {
  let device = ServedDevice(
    [
      .one(story, .string, .text(String(repeating: "a", count: length))),
      .one(number, .float, .float(21.5)),
      .one(other, .string, .text(String(repeating: "z", count: 300))),
    ], consultation: consultation, duplicates: 64)
  device.bufferSize = 128
  return device
}

private func long(_ letter: Character, _ count: Int = 200) -> Cabinet.Content {
  .text(String(repeating: letter, count: count))
}

@Suite("Notifications and deferred answers in blocks (RFC 7959 section 2.6)")
struct Block2ObserveTests {
  @Test(
    "4.1 RFC 7959 2.6: a large notification leaves as its first block; a plain GET has the rest"
  )
  func notification() throws {
    let device = device()
    let first = device.observe("/3303/0/5750", token: [1])
    #expect(first.block2 == [0, 1, 2])
    #expect(first.observe != nil)
    let sent = device.change(story, long("b"))
    let told = try #require(sent.first)
    #expect(sent.count == 1)
    #expect(told.type == .nonConfirmable)
    #expect(told.token == [1])
    #expect(told.block2 == [0, 1, 2])
    #expect(told.size2 == 200)
    #expect(try #require(told.observe) > #require(first.observe))
    #expect(told.eTag != first.eTag)
    let transfer = Transfer(from: told) { device.get("/3303/0/5750", [$0], token: [2]) }
    #expect(transfer.text == String(repeating: "b", count: 200))
    #expect(transfer.tags == [told.eTag])
    #expect(device.occupancy.observations == 1)
  }

  @Test(
    "4.1 RFC 7252 4.6: a notification and its rest for each MTU",
    arguments: [(128, 2), (256, 3), (512, 4), (1152, 6)])
  func matrix(room: Int, exponent: Int) throws {
    let device = device()
    device.bufferSize = room
    for token in [[1], [1, 2, 3, 4, 5, 6, 7, 8]] as [[UInt8]] {
      device.observe("/3303/0/5750", token: token)
      let told = try #require(device.change(story, long("b", 3000)).first)
      #expect(told.block2 == [0, 1, exponent])
      #expect(told.bytes.count <= room)
      let transfer = Transfer(from: told) { device.get("/3303/0/5750", [$0], token: token) }
      #expect(transfer.text == String(repeating: "b", count: 3000))
      #expect(transfer.longest <= room)
    }
  }

  @Test(
    "4.1 RFC 7959 2.6: an Observe beside a later block starts and ends nothing", arguments: [0, 1])
  func ignored(observe: Int) {
    let device = device()
    let answer = device.get("/3303/0/5750", [.observe(observe), .block2(1, 2)], token: [1])
    #expect(answer.code == .content)
    #expect(answer.observe == nil)
    #expect(device.occupancy.observations == 0)
    device.observe("/3303/0/5750", token: [1])
    device.get("/3303/0/5750", [.observe(observe), .block2(1, 2)], token: [1])
    device.get("/3303/0/5750", [.observe(observe), .block2(2, 2)], token: [9])
    #expect(device.change(story, long("c")).map(\.token) == [[1]])
  }

  @Test(
    "4.1 RFC 7959 2.6: notifications have the size of blocks that the observer asked for, or smaller"
  )
  func size() throws {
    let device = device()
    #expect(device.observe("/3303/0/5750", [.block2(0, 1)], token: [1]).block2 == [0, 1, 1])
    #expect(device.change(story, long("b")).map(\.block2) == [[0, 1, 1]])
    #expect(device.change(story, long("c", 33)).map(\.block2) == [[0, 1, 1]])
    let fits = try #require(device.change(story, long("d", 32)).first)
    #expect(fits.block2 == nil && fits.eTag == nil && fits.size2 == nil)
    #expect(fits.payload.count == 32)
    device.observe("/3303/0/5750", [.block2(0, 6)], token: [1])
    #expect(device.change(story, long("e")).map(\.block2) == [[0, 1, 2]])
    device.observe("/3303/0/5750", token: [1])
    #expect(device.change(story, long("f", 90)).map(\.block2) == [nil])
  }

  @Test("4.1 RFC 7959 2.6: the size stays with its observation, whatever else is asked")
  func sizeOfEach() {
    let device = device()
    device.observe("/3303/0/5750", [.block2(0, 0)], token: [1])
    device.observe("/3304/0/5750", token: [2])
    device.observe("/3303/0/5700", [.block2(0, 0)], token: [3])
    device.get("/3304/0/5750", [.block2(3, 1)])
    #expect(device.change(story, long("b")).map(\.block2) == [[0, 1, 0]])
    #expect(device.change(other, long("y", 300)).map(\.block2) == [[0, 1, 2]])
    #expect(device.change(number, .float(1)).map(\.block2) == [nil])
    device.withObservations { $0.slots[0].sequence = 0xFF_FFFF }
    device.change(number, .float(2))
    #expect(device.change(story, long("c")).map(\.block2) == [[0, 1, 0]])
  }

  @Test("RFC 7641 4.5.2: a confirmable one is sent again as it was, or anew when any of it changed")
  func confirmable() throws {
    let device = device()
    device.observe("/3303/0/5750", token: [1])
    device.set(story, long("b"))
    let first = try #require(device.notify(story, ack: 5).first)
    #expect(first.type == .confirmable)
    #expect(first.block2 == [0, 1, 2])
    let again = try #require(device.pass(4000).first?.sent)
    #expect(again == first)
    // Only what is behind the first block.
    device.set(story, .text(String(repeating: "b", count: 199) + "!"))
    let changed = try #require(device.pass(8000).first?.sent)
    #expect(changed.id != first.id)
    #expect(changed.payload == first.payload)
    #expect(changed.eTag != first.eTag)
    device.acknowledge(changed)
    #expect(device.takeEvents() == [[26, 5]])
  }

  @Test("A value in blocks is asked for once: later ones are of what the first one had")
  func asked() {
    let device = device(consultation: Consultation(beforeRead: true))
    let first = device.get("/3303/0/5750")
    #expect(device.takeConversation() == ["read /3303/0/5750"])
    #expect(device.get("/3303/0/5750", [.block2(1, 2)]).eTag == first.eTag)
    #expect(device.takeConversation() == [])
    device.get("/3303/0/5750", [.block2(0, 2)])
    #expect(device.takeConversation() == ["read /3303/0/5750"])
  }

  @Test("A deferred answer has blocks of the size that was asked for", arguments: [nil, 0, 1, 6])
  func deferred(exponent: Int?) throws {
    let device = device(consultation: Consultation(beforeRead: true, mayDefer: true))
    device.verdict = { _ in .pending }
    let options = exponent.map { [Datagram.Field.block2(0, $0)] } ?? []
    let used = min(exponent ?? 2, 2)
    #expect(device.deliver(device.request(.get, "/3303/0/5750", options)).isEmpty)
    // What comes meanwhile has a size of its own.
    #expect(device.get("/3304/0/5750", [.block2(2, 2)]).block2 == [2, 1, 2])
    let answer = try #require(device.respond(device.handles[0])?.first)
    #expect(answer.block2 == [0, 1, used])
    #expect(answer.size2 == 200)
    let transfer = Transfer(from: answer) { device.get("/3303/0/5750", [$0]) }
    #expect(transfer.payload.count == 200)
    #expect(transfer.tags == [answer.eTag])
    #expect(device.handles.count == 1)
  }

  @Test("So does a separate one, and the observation that it starts keeps the size")
  func separate() throws {
    let device = device(consultation: Consultation(beforeRead: true, mayDefer: true))
    device.verdict = { _ in .pending }
    let message = device.request(.get, "/3303/0/5750", [.observe(0), .block2(0, 1)], token: [4])
    #expect(device.deliver(message).isEmpty)
    device.pass(2000)
    let answer = try #require(device.respond(device.handles[0])?.first)
    #expect(answer.type == .confirmable)
    #expect(answer.block2 == [0, 1, 1])
    #expect(answer.observe != nil)
    #expect(device.pass(4000).map(\.sent) == [answer])
    device.acknowledge(answer)
    device.verdict = { _ in .agreed }
    #expect(device.change(story, long("b")).map(\.block2) == [[0, 1, 1]])
  }

  @Test("An answer in blocks is none of the next notification's")
  func stale() {
    let device = device()
    device.observe("/3304/0/5750", token: [1])
    device.get("/3303/0/5750", [.block2(1, 0)])
    let sent = device.change(other, long("y", 300))
    #expect(sent.map(\.block2) == [[0, 1, 2]])
    #expect(sent.map(\.size2) == [300])
    #expect(device.get("/3303/0/5700").block2 == nil)
  }

  @Test("A Bootstrap-Discover goes in blocks as any")
  func bootstrap() throws {
    let world = World.ordered()
    world.request(.get, "", [.accept(40)])
    let whole = try #require(world.sent.last)
    var text = ""
    var block = 0
    while block < 100 {
      world.request(.get, "", [.accept(40), .block2(block, 0)])
      let answer = try #require(world.sent.last)
      #expect(answer.code == .content)
      #expect(answer.format == 40)
      text += answer.text
      block += 1
      guard answer.block2?[1] == 1 else { break }
    }
    #expect(text == whole.text)
    #expect(block == (whole.payload.count + 15) / 16)
    world.writeAccount()
    world.bufferSize = 64
    world.request(.get, "", [.accept(40)])
    #expect(world.sent.last?.block2 == [0, 1, 1])
  }
}
