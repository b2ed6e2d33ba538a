import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

// Cases of the OMA test suite about objects of which the application brings a part or all.

private let battery = Path(3, 0, 9)
private let time = Path(3, 0, 13)
private let offset = Path(3, 0, 14)
private let zone = Path(3, 0, 15)
private let data = Path(19, 0, 0)
private let temperature = Path(3303, 0, 5700)
private let voltage = Path(3316, 0, 5700)

private func clock() -> ServedDevice {
  ServedDevice([
    .one(battery, .integer, .integer(80), .readable),
    .one(time, .integer, .integer(1_000_000)), .one(offset, .string, .text("+00"), room: 8),
    .one(zone, .string, .text("Etc/UTC"), room: 24),
  ])
}

private func container() -> ServedDevice {
  ServedDevice([.one(data, .opaque, .bytes([1]), room: 40)])
}

/// Identity has two instances: host device ID and manufacturer.
private func portfolio() -> ServedDevice {
  ServedDevice([
    Given(
      path: Path(16, 0, 0), type: .string, contents: [(0, .text("h1")), (1, .text("m1"))],
      access: .readable | .writable | .storage | .multiple, room: 8)
  ])
}

@Suite struct ObjectCaseTests {
  @Test("int-1600, int-1605, int-1620: the identities of /16 are read, and one of them written")
  func identities() {
    let device = portfolio()
    let before: [UInt8] = [0x88, 0, 8, 0x42, 0, 0x68, 0x31, 0x42, 1, 0x6D, 0x31]
    #expect(device.get("/16/0").payload == before)
    #expect(device.tlv(.put, "/16/0/0", [0x85, 0, 0x43, 1, 0x6D, 0x32, 0x33]).code == .changed)
    #expect(device.value(Path(16, 0, 0), at: 0) == .text("h1"))
    #expect(device.value(Path(16, 0, 0), at: 1) == .text("m23"))
  }

  @Test("int-1610, int-1611: a written identity is told to observers of resource, instance, object")
  func identityObserved() {
    let device = portfolio()
    for (token, path) in [(1, "/16/0/0"), (2, "/16/0"), (3, "/16")] as [(UInt8, String)] {
      #expect(device.observe(path, token: [token]).observe != nil)
    }
    let request = device.request(
      .put, "/16/0/0", [.format(11542)], payload: [0x84, 0, 0x42, 0, 0x68, 0x32])
    let sent = device.deliver(request)
    #expect(sent.map(\.code) == [.changed, .content, .content, .content])
    #expect(Set(sent.dropFirst().map(\.token)) == [[1], [2], [3]])
  }

  @Test("int-651: a partial update of /3 changes time, offset and zone; nothing else is touched")
  func partial() {
    let device = clock()
    let payload: [UInt8] =
      [0xC4, 13, 0x67, 0x74, 0x85, 0x80, 0xC3, 14] + Array("+08".utf8)
      + [0xC8, 15, 13] + Array("Asia/Shanghai".utf8)
    #expect(device.tlv(.post, "/3/0", payload).code == .changed)
    #expect(device.get("/3/0/13").text == "1735689600")
    #expect(device.get("/3/0/14").text == "+08")
    #expect(device.get("/3/0/15").text == "Asia/Shanghai")
    #expect(device.tlv(.put, "/3/0", [0xC3, 14] + Array("+02".utf8)).code == .changed)
    #expect(device.get("/3/0/14").text == "+02")
    #expect(device.get("/3/0/0").text == "own")
  }

  @Test("int-651: what the device says of itself cannot be written with them")
  func access() {
    let device = clock()
    let payload: [UInt8] = [0xC3, 14, 0x2B, 0x30, 0x38, 0xC1, 0, 0x78]
    #expect(device.tlv(.post, "/3/0", payload).code == .methodNotAllowed)
    #expect(device.get("/3/0/14").text == "+00")
    for path in ["/3/0/0", "/3/0/3", "/3/0/9", "/3/0/16"] {
      #expect(device.put(path, text: "1").code == .methodNotAllowed)
    }
  }

  @Test("int-661: an observer of /3 and one of /3/0 get the whole, one of /3/0/9 its value")
  func observed() {
    let device = clock()
    for (token, path) in [(1, "/3"), (2, "/3/0"), (3, "/3/0/9")] as [(UInt8, String)] {
      #expect(device.observe(path, token: [token]).observe != nil)
    }
    let sent = device.change(battery, .integer(79))
    #expect(Set(sent.map(\.token)) == [[1], [2], [3]])
    let bodies = Dictionary(uniqueKeysWithValues: sent.map { ($0.token, $0) })
    #expect(bodies[[3]]?.text == "79")
    #expect(bodies[[2]]?.payload == device.get("/3/0").payload)
    #expect(bodies[[1]]?.payload == device.get("/3").payload)
    #expect(bodies[[1]]?.format == 11542 && bodies[[2]]?.format == 11542)
  }

  @Test("int-301: two observations, each with a pmin and a pmax of its own")
  func twoWindows() {
    let device = ServedDevice([
      .one(temperature, .float, .float(20)), .one(voltage, .float, .float(3)),
    ])
    #expect(device.attributes("/3303/0/5700", "pmin=5", "pmax=15") == 204)
    #expect(device.attributes("/3316/0/5700", "pmin=20", "pmax=40") == 204)
    device.observe("/3303/0/5700", token: [1])
    device.observe("/3316/0/5700", token: [2])
    device.change(temperature, .float(21))
    device.change(voltage, .float(4))
    let told = device.pass(60_000).map { "\($0.at) \($0.sent.token[0]) \($0.sent.text)" }
    #expect(
      told == ["5000 1 21", "20000 1 21", "20000 2 4", "35000 1 21", "50000 1 21", "60000 2 4"])
  }

  @Test("int-303: an observed instance is cancelled at the instance, and its resource goes on")
  func cancelledInstance() {
    let device = clock()
    device.observe("/3/0", token: [1])
    device.observe("/3/0/9", token: [2])
    let answer = device.get("/3/0", [.observe(1)], token: [1])
    #expect(answer.code == .content && answer.observe == nil)
    #expect(device.change(battery, .integer(78)).map(\.token) == [[2]])
  }

  @Test("int-1900: /19 is observed with periods of hours, to the second")
  func longPeriods() {
    let device = container()
    #expect(device.attributes("/19/0/0", "pmin=3600", "pmax=43200") == 204)
    device.observe("/19/0/0", token: [1])
    device.change(data, .bytes([2]))
    #expect(device.pass(46_800_000).map(\.at) == [3_600_000, 46_800_000])
  }

  @Test("int-1901: octets written to /19 come back as they were, in each format")
  func octets() {
    let device = container()
    let bytes = (0..<40).map { UInt8($0 * 6) }
    #expect(device.ask(.put, "/19/0/0", [.format(42)], payload: bytes).code == .changed)
    #expect(device.get("/19/0/0").format == 42)
    #expect(device.get("/19/0/0").payload == bytes)
    let reversed = Array(bytes.reversed())
    #expect(device.tlv(.put, "/19/0/0", [0xC8, 0, 40] + reversed).code == .changed)
    #expect(device.get("/19/0/0", [.accept(11542)]).payload == [0xC8, 0, 40] + reversed)
  }
}
