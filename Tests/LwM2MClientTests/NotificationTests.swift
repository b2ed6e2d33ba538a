import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)
private let label = Path(3303, 0, 5701)

/// A device whose temperature, 20, is observed with token 1.
private func observed(_ queries: [(String, [String])]) -> ServedDevice {
  let device = ServedDevice([
    .one(temperature, .float, .float(20)), .one(label, .string, .text("Cel")),
  ])
  for (path, names) in queries {
    let answer = device.ask(.put, path, names.map { .query($0) })
    #expect(answer.code == .changed)
  }
  device.observe("/3303/0/5700", token: [1])
  return device
}

private func observed(_ queries: String...) -> ServedDevice {
  observed(queries.isEmpty ? [] : [("/3303/0/5700", queries)])
}

/// When something was sent and what it said.
private func timetable(_ sent: [(at: UInt64, sent: Datagram)]) -> [String] {
  sent.map { "\($0.at) \($0.sent.text)" }
}

@Suite struct PeriodTests {
  @Test(
    "none → changed, ready: a change; changed, ready → none: told; silence stays silence"
  )
  func plain() {
    let device = observed()
    #expect(device.change(temperature, .float(21)).map(\.text) == ["21"])
    #expect(device.change(temperature, .float(22)).map(\.text) == ["22"])
    #expect(device.pass(3_600_000).isEmpty)
  }

  @Test(
    "none → owed: a change worth a report; owed → periodic, ready: pmin is over; the last value"
  )
  func minimum() {
    let device = observed("pmin=10")
    #expect(device.change(temperature, .float(21)).isEmpty)
    #expect(timetable(device.pass(4_000)) == [])
    #expect(device.change(temperature, .float(22)).isEmpty)
    #expect(timetable(device.pass(20_000)) == ["6000 22"])
    #expect(device.change(temperature, .float(23)).map(\.text) == ["23"])
    #expect(device.change(temperature, .float(24)).isEmpty)
    #expect(timetable(device.pass(10_000)) == ["10000 24"])
  }

  @Test(
    "none → periodic, ready: pmax is over; periodic, ready → none: told; though nothing changed")
  func maximum() {
    let device = observed("pmax=60")
    #expect(timetable(device.pass(130_000)) == ["60000 20", "120000 20"])
    #expect(device.change(temperature, .float(21)).map(\.text) == ["21"])
    #expect(timetable(device.pass(60_000)) == ["60000 21"])
  }

  @Test("int-301: pmin and pmax together make a window")
  func window() {
    let device = observed("pmin=10", "pmax=30")
    device.change(temperature, .float(21))
    #expect(timetable(device.pass(45_000)) == ["10000 21", "40000 21"])
  }

  @Test(
    "LwM2M 1.0 5.1.2: a pmax below pmin says nothing, nor does 0",
    arguments: ["pmax=9", "pmax=5", "pmax=0"])
  func impossible(maximum: String) {
    let device = observed("pmin=10", maximum)
    #expect(device.pass(600_000).isEmpty)
    #expect(device.change(temperature, .float(21)).map(\.text) == ["21"])
  }

  @Test("LwM2M 1.0 5.1.2: a pmax equal to pmin is a clock")
  func clock() {
    let device = observed("pmin=10", "pmax=10")
    #expect(device.change(temperature, .float(21)).isEmpty)
    #expect(timetable(device.pass(25_000)) == ["10000 21", "20000 21"])
    let none = observed("pmin=0", "pmax=0")
    #expect(none.pass(600_000).isEmpty)
    #expect(none.change(temperature, .float(21)).map(\.text) == ["21"])
  }

  @Test("Attributes that come after the observation hold at once")
  func later() {
    let device = observed()
    device.pass(25_000)
    #expect(device.attributes("/3303/0/5700", "pmax=60") == 204)
    #expect(timetable(device.pass(60_000)) == ["35000 20"])
    let overdue = device.deliver(device.request(.put, "/3303/0/5700", [.query("pmax=20")]))
    #expect(overdue.map(\.text) == ["", "20"])
    #expect(timetable(device.pass(20_000)) == ["20000 20"])
  }

  @Test("An attribute that is taken away no longer holds")
  func unset() {
    let device = observed("pmin=10", "pmax=60")
    device.change(temperature, .float(21))
    #expect(device.attributes("/3303/0/5700", "pmax") == 204)
    #expect(timetable(device.pass(100_000)) == ["10000 21"])
    device.change(temperature, .float(22))
    device.change(temperature, .float(23))
    let sent = device.deliver(device.request(.put, "/3303/0/5700", [.query("pmin")]))
    #expect(sent.map(\.text) == ["", "23"])
  }

  @Test("4.3-8: what is not set at the resource comes from the instance, then the object")
  func inherited() {
    let device = observed([
      ("/3303", ["pmin=5", "pmax=100"]), ("/3303/0", ["pmax=50"]), ("/3303/0/5700", ["pmin=20"]),
    ])
    device.change(temperature, .float(21))
    #expect(timetable(device.pass(75_000)) == ["20000 21", "70000 21"])
  }

  @Test("4.3-8: each level observed has the attributes of its own level and above")
  func levels() {
    let device = observed([("/3303/0", ["pmax=30"]), ("/3303/0/5700", ["pmax=50"])])
    device.observe("/3303/0", token: [2])
    device.observe("/3303", token: [3])
    #expect(
      device.pass(60_000).map { "\($0.at) \($0.sent.token)" }
        == ["30000 [2]", "50000 [1]", "60000 [2]"])
  }

  @Test("A cancelled observation wakes nobody")
  func cancelled() {
    let device = observed("pmax=60")
    device.get("/3303/0/5700", [.observe(1)], token: [1])
    #expect(device.pass(600_000).isEmpty)
    #expect(device.nextDue == .never)
  }

  @Test("A read in between does not move the periods")
  func read() {
    let device = observed("pmax=60")
    device.pass(40_000)
    device.get("/3303/0/5700")
    #expect(timetable(device.pass(20_000)) == ["20000 20"])
  }

  @Test("Periods near the limit do not overflow")
  func huge() {
    let device = observed("pmin=4294967294", "pmax=4294967295")
    device.change(temperature, .float(1))
    #expect(device.pass(80_000_000).isEmpty)
  }
}

@Suite struct ThresholdTests {
  /// The values told when the temperature takes `values` one after another, starting from 20.
  private func told(_ values: [Double], _ queries: [String]) -> [String] {
    let device = observed([("/3303/0/5700", queries)])
    return values.flatMap { device.change(temperature, .float($0)).map(\.text) }
  }

  @Test("gt is told when it is crossed, in both directions")
  func greater() {
    #expect(told([24, 25, 26, 30, 25, 24, 26], ["gt=25"]) == ["26", "25", "26"])
  }

  @Test("lt is told when it is crossed, in both directions")
  func less() {
    #expect(told([16, 15, 14, 10, 15, 16, 14], ["lt=15"]) == ["14", "15", "14"])
  }

  @Test("st is told when the value is that far from the one told last")
  func step() {
    #expect(told([21, 21.9, 22, 23, 20.5, 20, 18], ["st=2"]) == ["22", "20", "18"])
  }

  @Test("Any of them is enough")
  func combined() {
    let queries = ["lt=10", "gt=30", "st=5"]
    #expect(told([24, 25, 28, 31, 29, 9, 11, 13], queries) == ["25", "31", "29", "9", "11"])
  }

  @Test(
    "LwM2M 1.0 5.1.2: what was crossed within pmin is told when it is over, though it came back"
  )
  func withMinimum() {
    let device = observed("pmin=10", "gt=25")
    device.change(temperature, .float(30))
    device.change(temperature, .float(22))
    #expect(timetable(device.pass(10_000)) == ["10000 22"])
    // Above and back again, told above: nothing was crossed since.
    device.change(temperature, .float(26))
    #expect(timetable(device.pass(10_000)) == ["10000 26"])
    device.change(temperature, .float(27))
    #expect(device.pass(60_000).isEmpty)
  }

  @Test("changed → owed: a change worth a report; behind one that was not; the last value")
  func laterWorth() {
    let device = observed("pmin=10", "st=5")
    device.change(temperature, .float(21))
    device.change(temperature, .float(26))
    device.change(temperature, .float(20))
    #expect(timetable(device.pass(30_000)) == ["10000 20"])
  }

  @Test(
    "none → changed: a change not worth a report; changed → changed, ready: pmin is over; refreshed, it is worth one"
  )
  func refreshed() {
    let device = ServedDevice(
      [.one(temperature, .float, .float(20))], consultation: Consultation(beforeRead: true))
    #expect(device.attributes("/3303/0/5700", "pmin=10", "gt=25") == 204)
    device.observe("/3303/0/5700", token: [1])
    device.verdict = { [unowned device] _ in
      device.set(temperature, .float(26))
      return .agreed
    }
    device.notify(temperature)
    #expect(timetable(device.pass(10_000)) == ["10000 26"])
  }

  @Test("slight → changed: other attributes; what was too little may be enough")
  func slight() {
    let device = observed("gt=100")
    #expect(device.change(temperature, .float(30)).isEmpty)
    device.pass(5_000)
    let sent = device.deliver(device.request(.put, "/3303/0/5700", [.query("gt=25")]))
    #expect(sent.map(\.text) == ["", "30"])
    #expect(device.change(temperature, .float(31)).isEmpty)
    let freed = device.deliver(device.request(.put, "/3303/0/5700", [.query("gt")]))
    #expect(freed.map(\.text) == ["", "31"])
  }

  @Test("A pmin that grows while a change waits is waited for")
  func minimumGrows() {
    let device = observed("pmin=10", "gt=25")
    device.change(temperature, .float(30))
    device.pass(5_000)
    #expect(device.attributes("/3303/0/5700", "pmin=60") == 204)
    #expect(timetable(device.pass(100_000)) == ["55000 30"])
  }

  @Test("What is no number is never within a step")
  func notANumber() {
    let device = ServedDevice([.one(temperature, .float, .float(20))])
    #expect(device.attributes("/3303/0/5700", "st=5") == 204)
    device.observe("/3303/0/5700", [.accept(11542)], token: [1])
    let values: [Double] = [.nan, 20, .infinity, .infinity, 20]
    #expect(values.map { device.change(temperature, .float($0)).count } == [1, 1, 1, 0, 1])
    #expect(device.occupancy.observations == 1)
  }

  @Test("changed, ready → slight: not worth a report; pmax goes on")
  func maximumGoesOn() {
    let device = observed("pmax=60", "gt=100")
    device.pass(30_000)
    #expect(device.change(temperature, .float(21)).isEmpty)
    #expect(timetable(device.pass(30_000)) == ["30000 21"])
    device.pass(59_000)
    #expect(device.change(temperature, .float(22)).isEmpty)
    #expect(timetable(device.pass(61_000)) == ["1000 22", "61000 22"])
  }

  @Test("A periodic report is what the next threshold counts from")
  func countsFromPeriodic() {
    let device = observed("pmax=60", "st=5")
    #expect(device.change(temperature, .float(24)).isEmpty)
    #expect(timetable(device.pass(60_000)) == ["60000 24"])
    #expect(device.change(temperature, .float(27)).isEmpty)
    #expect(device.change(temperature, .float(29)).map(\.text) == ["29"])
  }

  @Test("Thresholds of an instance hold for its numbers; a string is told anyway")
  func inherited() {
    let device = observed([("/3303/0", ["gt=25"])])
    device.observe("/3303/0/5701", token: [2])
    device.observe("/3303/0", token: [3])
    #expect(device.change(temperature, .float(21)).map(\.token) == [[3]])
    #expect(device.change(temperature, .float(26)).count == 2)
    #expect(Set(device.change(label, .text("K")).map(\.token)) == [[2], [3]])
  }

  @Test("Integers have thresholds too")
  func integers() {
    let device = ServedDevice([.one(temperature, .integer, .integer(-5))])
    #expect(device.attributes("/3303/0/5700", "lt=-10", "gt=0") == 204)
    device.observe("/3303/0/5700", token: [1])
    let told = [-9, -10, -11, 0, 1].flatMap {
      device.change(temperature, .integer($0)).map(\.text)
    }
    #expect(told == ["-11", "0", "1"])
  }
}
