import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)
private let label = Path(3303, 0, 5701)
private let other = Path(3303, 2, 5700)
private let several = Path(3303, 2, 11)

private func device(attributes: Int = 8) -> ServedDevice {
  ServedDevice(
    [
      .one(temperature, .float, .float(21.5)), .one(label, .string, .text("Cel")),
      .one(other, .integer, .integer(3), .readable),
      .many(several, .integer, [(0, .integer(1)), (3, .integer(300))]),
    ], attributes: attributes)
}

@Suite struct DiscoverTests {
  private func links(_ device: ServedDevice, _ path: String) -> String {
    let answer = device.get(path, [.accept(40)])
    #expect(answer.code == .content)
    #expect(answer.format == 40)
    return answer.text
  }

  @Test("int-260: Discover lists what is below the path, with the dimension of multiple resources")
  func lists() {
    let device = device()
    #expect(
      links(device, "/3303")
        == "</3303>,</3303/0>,</3303/0/5700>,</3303/0/5701>,"
        + "</3303/2>,</3303/2/11>;dim=2,</3303/2/5700>")
    #expect(links(device, "/3303/0") == "</3303/0>,</3303/0/5700>,</3303/0/5701>")
    #expect(links(device, "/3303/2/11") == "</3303/2/11>;dim=2")
    #expect(links(device, "/1/0/8") == "</1/0/8>")
    #expect(links(device, "/3/0").hasPrefix("</3/0>,</3/0/0>,"))
  }

  @Test(
    "int-260: attributes are shown where they are attached, and at a resource the inherited ones too"
  )
  func attributes() {
    let device = device()
    #expect(device.attributes("/3303", "pmin=5", "pmax=60") == 204)
    #expect(device.attributes("/3303/0", "pmax=90") == 204)
    #expect(device.attributes("/3303/0/5700", "gt=50", "lt=42.2", "st=1") == 204)
    #expect(
      links(device, "/3303")
        == "</3303>;pmin=5;pmax=60,</3303/0>;pmax=90,</3303/0/5700>;gt=50;lt=42.2;st=1,"
        + "</3303/0/5701>,</3303/2>,</3303/2/11>;dim=2,</3303/2/5700>")
    #expect(
      links(device, "/3303/0/5700") == "</3303/0/5700>;pmin=5;pmax=90;gt=50;lt=42.2;st=1")
    #expect(links(device, "/3303/2/11") == "</3303/2/11>;dim=2;pmin=5;pmax=60")
  }

  @Test("Discover starts no observation and asks the application nothing")
  func observesNothing() {
    let device = ServedDevice(
      [.one(temperature, .float, .float(1))], consultation: Consultation(beforeRead: true))
    let answer = device.get("/3303/0/5700", [.observe(0), .accept(40)])
    #expect(answer.text == "</3303/0/5700>")
    #expect(answer.observe == nil)
    #expect(device.occupancy.observations == 0)
    #expect(device.takeConversation() == [])
  }
}

@Suite struct WriteAttributesTests {
  @Test(
    "A query that is no set of attributes is 4.00, and nothing of it is attached",
    arguments: [
      ["pmin=-1"], ["pmin=1.5"], ["pmin=4294967296"], ["pmin="], ["pmax=x"], ["ep=1"], [""],
      ["pmin=1", "pmin=2"], ["st=0"], ["st=-1"], ["gt=nan"], ["lt=inf"], ["pmin=7", "stp=1"],
      ["lt=5", "gt=5"], ["lt=6", "gt=5"], ["lt=1", "gt=3", "st=1"], ["pmin=3", "gt=1", "lt=2"],
    ])
  func malformed(queries: [String]) {
    let device = device()
    let answer = device.ask(.put, "/3303/0/5700", queries.map { .query($0) })
    #expect(answer.code == .badRequest)
    #expect(device.occupancy.attributes == 0)
  }

  @Test("4.3-8: lt + 2·st < gt is enough")
  func coherent() {
    let device = device()
    #expect(device.attributes("/3303/0/5700", "lt=1", "gt=3", "st=0.99") == 204)
    // What is attached already counts.
    #expect(device.attributes("/3303/0/5700", "st=1") == 400)
    #expect(device.attributes("/3303/0/5700", "gt") == 204)
    #expect(device.attributes("/3303/0/5700", "st=1") == 204)
  }

  @Test("Thresholds belong to numbers")
  func numeric() {
    let device = device()
    #expect(device.attributes("/3303/0/5701", "gt=1") == 400)
    #expect(device.attributes("/3303/0/5701", "pmin=1") == 204)
    #expect(device.attributes("/3303/2/5700", "gt=1") == 204)
  }

  @Test("Each request changes what it names; a name alone unsets")
  func unset() {
    let device = device()
    #expect(device.attributes("/3303/0/5700", "pmin=5", "pmax=60") == 204)
    #expect(device.attributes("/3303/0/5700", "pmin=6") == 204)
    #expect(device.get("/3303/0/5700", [.accept(40)]).text == "</3303/0/5700>;pmin=6;pmax=60")
    #expect(device.attributes("/3303/0/5700", "pmin") == 204)
    #expect(device.attributes("/3303/0/5700", "pmax") == 204)
    #expect(device.occupancy.attributes == 0)
  }

  @Test("The draft name of st is known to OneNET only")
  func draftName() {
    let device = ServedDevice([.one(temperature, .float, .float(1))], profile: .onenet)
    #expect(device.attributes("/3303/0/5700", "stp=2") == 204)
    #expect(device.get("/3303/0/5700", [.accept(40)]).text == "</3303/0/5700>;st=2")
  }

  @Test("What is not there, a payload besides, or no room is refused")
  func refused() {
    let device = device(attributes: 1)
    #expect(device.attributes("/3303/0/9", "pmin=1") == 404)
    #expect(device.attributes("/9", "pmin=1") == 404)
    let both = device.ask(.put, "/3303/0/5700", [.query("pmin=1")], payload: [0x31])
    #expect(both.code == .badRequest)
    #expect(device.attributes("/3303/0/5700", "pmin=1") == 204)
    #expect(device.attributes("/3303/0", "pmin=1") == 500)
    #expect(device.attributes("/3303/0/5700", "pmin=2") == 204)
    #expect(device.occupancy.attributes == 1)
    #expect(device.statistics[.attributes].refused == 1)
  }

  @Test("Attributes go with the resource, and with the registration")
  func forgotten() {
    let device = device()
    #expect(device.attributes("/3303/0/5700", "pmin=1") == 204)
    #expect(device.attributes("/3303/0", "pmin=2") == 204)
    _ = device.remove(temperature)
    #expect(device.occupancy.attributes == 1)
    _ = device.remove(label)
    #expect(device.occupancy.attributes == 0)
  }
}
