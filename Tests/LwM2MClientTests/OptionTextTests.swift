import CoAPExchange
import CoAPWire
import Fixtures
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let dimmer = Path(3311, 0, 5851)
private let name = Path(3311, 0, 5750)

private func device() -> ServedDevice {
  ServedDevice([
    .one(dimmer, .integer, .integer(10)), .one(name, .string, .text("a"), room: 64),
  ])
}

/// Text by chance, with everything in it that a URI would have to escape.
private func text(_ dice: inout SeededGenerator, _ longest: Int) -> String {
  let alphabet: [Character] = [
    "a", "Z", "9", "-", "_", ".", "~", "%", "&", "=", "?", "/", "#", "+", ";", ":", "@", " ", "\"",
    "\\", "<", ">", "é", "中", "😀",
  ]
  var text = ""
  for _ in 0...dice.next() % 40 {
    let next = text + String(alphabet[Int(dice.next() % UInt64(alphabet.count))])
    if next.utf8.count <= longest { text = next }
  }
  return text
}

@Suite struct OptionTextTests {
  @Test(
    "4.1 RFC 3986, C Wakaama 6, C Zephyr 7: an endpoint name goes out byte for byte, whatever is in it"
  )
  func endpoint() {
    var dice = SeededGenerator(seed: 3986)
    for _ in 0..<300 {
      let name = text(&dice, 64)
      let world = World(endpoint: name)
      world.connect()
      #expect(world.sent[0].queries.first == "ep=\(name)")
      #expect(world.sent[0].queries.count == 4)
      let bootstrap = World(endpoint: name, bootstrap: "coap://bs.example")
      bootstrap.connect()
      #expect(bootstrap.sent[0].queries == ["ep=\(name)"])
    }
  }

  @Test(
    "4.1 RFC 3986, C Anjay Lite 5: so do the segments of a Location-Path, back to where they came from"
  )
  func location() {
    var dice = SeededGenerator(seed: 7252)
    for _ in 0..<300 {
      let segments = ["rd"] + (0...dice.next() % 3).map { _ in text(&dice, 12) }
      let world = World()
      world.connect()
      world.answer(
        .created,
        segments.map { .raw(OptionNumber.locationPath.rawValue, Array($0.utf8)) })
      world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
      let path = world.sent.last?.options.filter { $0.number == OptionNumber.uriPath.rawValue }
      #expect(path?.map(\.value) == segments.map { Array($0.utf8) })
    }
  }

  @Test(
    "4.1 RFC 3986: what a server percent-encodes in an option is not decoded, and so is nothing here"
  )
  func incoming() {
    let device = device()
    for path in ["/%33311", "/3311/%30", "/3311/0/585%31", "/3311%2F0", "/3311/0/5851%00"] {
      #expect(device.get(path).code == .notFound)
    }
    for query in ["pmin%3D1", "%70min=1", "pmin=%31", "pmin=1&pmax=2", "pmin=1%20"] {
      #expect(device.attributes("/3311/0/5851", query) == 400)
    }
    #expect(device.occupancy.attributes == 0)
  }

  @Test("4.1 RFC 3986: a string is UTF-8 or 4.00, as text and as TLV, and stays as it was")
  func strings() {
    let wrong: [[UInt8]] = [
      [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x61, 0x80],
    ]
    for bytes in wrong {
      let device = device()
      let asText = device.ask(.put, "/3311/0/5750", [.format(0)], payload: bytes)
      let asTLV = device.tlv(.put, "/3311/0/5750", [0xE0 | UInt8(bytes.count), 0x16, 0x76] + bytes)
      let inInstance = device.tlv(
        .post, "/3311/0", [0xE0 | UInt8(bytes.count), 0x16, 0x76] + bytes)
      #expect([asText, asTLV, inInstance].map(\.code) == [.badRequest, .badRequest, .badRequest])
      #expect(device.value(name) == .text("a") && device.stored == [])
    }
    let device = device()
    for good in ["é", "中文", "😀", "%20&=", ""] {
      #expect(device.put("/3311/0/5750", text: good).code == .changed)
      #expect(device.get("/3311/0/5750").text == good)
    }
  }
}
