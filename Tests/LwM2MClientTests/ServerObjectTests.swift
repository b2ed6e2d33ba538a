import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)

private func device(_ profile: Profile = .standard) -> ServedDevice {
  ServedDevice([.one(temperature, .float, .float(20))], profile: profile)
}

/// pmin 101, pmax 1010, disable timeout 2000, storing, binding U: what the ETS writes.
private let sample: [UInt8] = [
  0xC1, 2, 101, 0xC2, 3, 0x03, 0xF2, 0xC2, 5, 0x07, 0xD0, 0xC1, 6, 1, 0xC1, 7, 0x55,
]

@Suite("The Server object")
struct ServerObjectTests {
  @Test("int-224: each readable resource of /1 has its default, and /3/0/16 is the binding")
  func defaults() {
    let device = device()
    for (path, text) in [
      ("/1/0/0", "1"), ("/1/0/1", "86400"), ("/1/0/2", "0"), ("/1/0/3", "0"),
      ("/1/0/5", "86400"), ("/1/0/6", "1"), ("/1/0/7", "U"), ("/3/0/16", "U"),
    ] {
      #expect(device.get(path).text == text, "\(path)")
    }
    #expect(device.get("/1/0/4").code == .methodNotAllowed)
    #expect(device.get("/1/0/8").code == .methodNotAllowed)
    #expect(device.get("/1/0/10").code == .notFound)
  }

  @Test("int-222, int-223: object and instance are read as TLV, without what is executed")
  func readAll() {
    let device = device()
    let resources: [UInt8] = [
      0xC1, 0, 1, 0xC4, 1, 0, 1, 0x51, 0x80, 0xC1, 2, 0, 0xC1, 3, 0, 0xC4, 5, 0, 1, 0x51, 0x80,
      0xC1, 6, 1, 0xC1, 7, 0x55,
    ]
    #expect(device.get("/1/0").payload == resources)
    #expect(device.get("/1").payload == [0x08, 0, UInt8(resources.count)] + resources)
  }

  @Test(
    "int-205: pmin, pmax and the disable timeout are set as text and read back",
    arguments: [("/1/0/2", "101"), ("/1/0/3", "1010"), ("/1/0/5", "2000"), ("/1/0/6", "0")])
  func text(path: String, value: String) {
    let device = device()
    let before = device.get(path).text
    #expect(device.put(path, text: value).code == .changed)
    #expect(device.get(path).text == value)
    #expect(device.put(path, text: before).code == .changed)
    #expect(device.get(path).text == before)
  }

  @Test(
    "int-215: a partial update and a replace of the ETS's sample as TLV", arguments: [11542, 1542])
  func sampleWritten(format: Int) {
    for method in [Code.post, .put] {
      let device = device()
      #expect(device.ask(method, "/1/0", [.format(format)], payload: sample).code == .changed)
      let texts = (2...7).filter { $0 != 4 }.map { device.get("/1/0/\($0)").text }
      #expect(texts == ["101", "1010", "2000", "1", "U"])
      #expect(device.get("/1/0/1").text == "86400")
    }
  }

  @Test("int-226: a partial update with the lifetime is answered, and one Update follows")
  func partialUpdate() {
    let device = device()
    let payload: [UInt8] = [0xC1, 1, 60, 0xC1, 2, 5, 0xC2, 7, 0x55, 0x51]
    let sent = device.deliver(
      device.request(.post, "/1/0", [.format(11542)], payload: payload))
    #expect(sent.map(\.summary) == ["204", "Update /rd lt=60 b=UQ"])
  }

  @Test("int-227: a replaced lifetime is answered, and an Update with lt follows")
  func replaced() {
    let device = device()
    let sent = device.deliver(
      device.request(.put, "/1/0/1", [.format(11542)], payload: [0xC1, 1, 60]))
    #expect(sent.map(\.summary) == ["204", "Update /rd lt=60"])
  }

  @Test(
    "LwM2M 1.0 5.4.3: a write with one bad value leaves nothing changed",
    arguments: [
      [0xC1, 2, 7, 0xC1, 1, 14], [0xC1, 2, 7, 0xC1, 3, 0xFF], [0xC1, 2, 7, 0xC1, 6, 2],
      [0xC1, 2, 7, 0xC1, 7, 0x53], [0xC1, 2, 7, 0xC3, 7, 0x55, 0x51, 0x53], [0xC1, 2, 7, 0xC0, 7],
      [0xC1, 2, 7, 0xC8, 3, 8, 0, 0, 0, 1, 0, 0, 0, 0], [0xC1, 2, 7, 0xC3, 3, 1, 1, 1],
    ] as [[UInt8]])
  func halfBad(payload: [UInt8]) {
    let device = device()
    #expect(device.tlv(.post, "/1/0", payload).code == .badRequest)
    #expect(device.get("/1/0/2").text == "0")
    #expect(device.get("/1/0/7").text == "U")
    #expect(device.takeEvents().isEmpty)
  }

  @Test("int-256: the short server ID is not written: 4.05, and it stays as it was")
  func shortServerID() {
    let device = device()
    #expect(device.put("/1/0/0", text: "7").code == .methodNotAllowed)
    #expect(device.tlv(.put, "/1/0/0", [0xC1, 0, 7]).code == .methodNotAllowed)
    #expect(device.tlv(.post, "/1/0", [0xC1, 2, 7, 0xC1, 0, 7]).code == .methodNotAllowed)
    #expect(device.get("/1/0/0").text == "1")
    #expect(device.get("/1/0/2").text == "0")
    #expect(device.put("/3/0/16", text: "U").code == .methodNotAllowed)
  }

  @Test("LwM2M 1.0 E.2: a written binding is reported at once, and /3/0/16 follows it")
  func binding() {
    let device = device()
    device.observe("/3/0/16", token: [9])
    let sent = device.deliver(
      device.request(.put, "/1/0/7", [.format(0)], payload: Array("UQ".utf8)))
    #expect(sent.map(\.summary) == ["204", "Update /rd b=UQ", "205 UQ"])
    #expect(device.get("/1/0/7").text == "UQ")
    #expect(device.get("/3/0/16").text == "UQ")
    for other in ["S", "UQS", "US", "q", "", "uq"] {
      #expect(device.put("/1/0/7", text: other).code == .badRequest, "\(other)")
    }
    #expect(device.get("/1/0/7").text == "UQ")
  }

  @Test("The binding that holds already is not reported")
  func sameBinding() {
    let device = device()
    #expect(device.put("/1/0/7", text: "U").code == .changed)
    #expect(device.pass(3_600_000).isEmpty)
  }

  @Test("Write-Attributes on /1 and /3 hold as anywhere else")
  func attributes() {
    let device = device()
    #expect(device.attributes("/1/0/2", "pmin=10", "gt=5") == 204)
    #expect(device.attributes("/3/0", "pmax=60") == 204)
    #expect(device.attributes("/1/0/7", "gt=5") == 400)
    device.observe("/1/0/2", token: [1])
    device.observe("/3/0/16", token: [2])
    #expect(device.put("/1/0/2", text: "7").code == .changed)
    #expect(device.pass(70_000).map { "\($0.at) \($0.sent.text)" } == ["10000 7", "60000 U"])
    let links = device.get("/1/0", [.accept(40)]).text
    #expect(links.contains("</1/0/2>;pmin=10;gt=5"))
  }
}

@Suite("Default pmin and pmax")
struct DefaultPeriodTests {
  private func observed() -> ServedDevice {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    return device
  }

  @Test("4.3-8: default pmin holds changes back where there is no pmin")
  func minimum() {
    let device = observed()
    #expect(device.put("/1/0/2", text: "10").code == .changed)
    #expect(device.change(temperature, .float(21)).isEmpty)
    #expect(device.pass(60_000).map(\.at) == [10_000])
    #expect(device.change(temperature, .float(22)).count == 1)
  }

  @Test("4.3-8: default pmax tells the value where there is no pmax, from when it is written")
  func maximum() {
    let device = observed()
    device.pass(5000)
    #expect(device.put("/1/0/3", text: "60").code == .changed)
    #expect(device.pass(130_000).map(\.at) == [55_000, 115_000])
    #expect(device.put("/1/0/3", text: "0").code == .changed)
    #expect(device.pass(600_000).isEmpty)
  }

  @Test("A default pmax that is over already tells the value at once")
  func overdue() {
    let device = observed()
    device.pass(100_000)
    let sent = device.deliver(
      device.request(.put, "/1/0/3", [.format(0)], payload: Array("60".utf8)))
    #expect(sent.map(\.code) == [.changed, .content])
  }

  @Test("4.3-8, LwM2M 1.0 5.1.2: an attribute of any level comes before the default")
  func inherited() {
    let device = device()
    #expect(device.attributes("/3303", "pmin=5", "pmax=20") == 204)
    device.observe("/3303/0/5700", token: [1])
    #expect(device.tlv(.post, "/1/0", [0xC1, 2, 30, 0xC1, 3, 90]).code == .changed)
    #expect(device.change(temperature, .float(21)).isEmpty)
    #expect(device.pass(30_000).map(\.at) == [5000, 25_000])
    // A pmax of the default that is not above the pmin that holds says nothing.
    #expect(device.attributes("/3303", "pmin=100", "pmax") == 204)
    #expect(device.pass(300_000).isEmpty)
  }

  @Test("A report with an ack id waits for the default pmin as well")
  func report() {
    let device = observed()
    #expect(device.put("/1/0/2", text: "10").code == .changed)
    #expect(device.notify(temperature, ack: 3).isEmpty)
    #expect(device.pass(11_000).map { "\($0.at) \($0.sent.type)" } == ["10000 confirmable"])
  }

  @Test("Defaults are no attributes: Discover does not list them")
  func discover() {
    let device = observed()
    #expect(device.tlv(.post, "/1/0", [0xC1, 2, 30, 0xC1, 3, 90]).code == .changed)
    #expect(device.get("/3303", [.accept(40)]).text == "</3303>,</3303/0>,</3303/0/5700>")
    #expect(device.occupancy.attributes == 0)
  }
}

@Suite("The Security object")
struct SecurityObjectTests {
  @Test(
    "int-221: whatever a server does to /0 is 4.01",
    arguments: ["/0", "/0/0", "/0/0/0", "/0/1/5"])
  func everything(path: String) {
    let device = device()
    for method: Code in [
      .get, .put, .post, .delete, Code(rawValue: 5), Code(rawValue: 6),
    ] {
      #expect(device.ask(method, path).code == .unauthorized, "\(method.decimal) \(path)")
    }
    #expect(device.get(path, [.accept(40)]).code == .unauthorized)
    #expect(device.get(path, [.observe(0)]).code == .unauthorized)
    #expect(device.get(path, [.observe(1)]).code == .unauthorized)
    #expect(device.attributes(path, "pmin=10") == 401)
    #expect(device.occupancy.observations == 0)
    #expect(device.occupancy.attributes == 0)
  }

  @Test("4.3-1, int-221: it is in no link list")
  func unlisted() {
    let device = device()
    #expect(!device.get("/", [.accept(40)]).text.contains("</0"))
    #expect(!device.get("/1", [.accept(40)]).text.contains("</0"))
  }
}
