import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)
private let other = Path(3303, 1, 5700)

private func device(_ queries: [String] = []) -> ServedDevice {
  let device = ServedDevice(
    [.one(temperature, .float, .float(20)), .one(other, .float, .float(5))], notifications: 3)
  if !queries.isEmpty {
    #expect(
      device.ask(.put, "/3303/0/5700", queries.map { .query($0) }).code == .changed)
  }
  device.observe("/3303/0/5700", token: [1])
  return device
}

@Suite struct ReportTests {
  @Test(
    "awaiting ACK → free: an ACK to a report; a report is confirmable, its acknowledgement one event"
  )
  func delivered() throws {
    let device = device()
    let sent = device.notify(temperature, ack: 9)
    let report = try #require(sent.first)
    #expect(sent.count == 1)
    #expect(report.type == .confirmable)
    #expect(report.code == .content)
    #expect(report.token == [1])
    #expect(report.text == "20")
    #expect(report.observe == 1)
    #expect(device.takeEvents() == [])
    device.acknowledge(report)
    #expect(device.takeEvents() == [[26, 9]])
    device.acknowledge(report)
    #expect(device.pass(300_000).isEmpty)
    #expect(device.takeEvents() == [])
    #expect(device.occupancy.observations == 1)
  }

  @Test(
    "4.1 RFC 7641 4.3: without an acknowledgement it is sent again with the same ID, then the observer is gone"
  )
  func timeout() throws {
    let device = device()
    let report = try #require(device.notify(temperature, ack: 9).first)
    let again = device.pass(120_000)
    #expect(again.count == 4)
    #expect(again.allSatisfy { $0.sent == report })
    let waits = zip(again.dropFirst(), again).map { $0.at - $1.at }
    #expect(zip(waits.dropFirst(), waits).allSatisfy { $0 == 2 * $1 })
    #expect(device.takeEvents() == [[25, 9]])
    #expect(device.occupancy.observations == 0)
    #expect(device.change(temperature, .float(1)).isEmpty)
    #expect(device.statistics[.retransmissions] == 4)
  }

  @Test("int-302: awaiting ACK → free: a Reset; any → over: a report refused or not acknowledged")
  func reset() throws {
    let device = device()
    device.reset(try #require(device.notify(temperature, ack: 9).first))
    #expect(device.takeEvents() == [[25, 9]])
    #expect(device.occupancy.observations == 0)
    #expect(device.notifyError(temperature, ack: 10) == .notObserved)
  }

  @Test("Every observer gets one, one at a time, and all together make one event")
  func severalObservers() throws {
    let device = device()
    device.observe("/3303", token: [3])
    device.observe("/3303/0", token: [2])
    device.observe("/3303/1/5700", token: [4])
    var report = try #require(device.notify(temperature, ack: 9).first)
    var tokens = [report.token]
    while let next = device.acknowledge(report).first {
      #expect(device.takeEvents() == [])
      tokens.append(next.token)
      report = next
    }
    #expect(tokens == [[3], [2], [1]])
    #expect(device.takeEvents() == [[26, 9]])
  }

  @Test("One observer that fails makes the report fail, after all were told")
  func oneFails() throws {
    let device = device()
    device.observe("/3303", token: [3])
    let first = try #require(device.notify(temperature, ack: 9).first)
    #expect(first.token == [3])
    let second = try #require(device.reset(first).first)
    #expect(second.token == [1])
    device.acknowledge(second)
    #expect(device.takeEvents() == [[25, 9]])
    #expect(device.occupancy.observations == 1)
  }

  @Test("A report respects pmin, and the device sleeps until then")
  func minimum() throws {
    let device = device(["pmin=10"])
    #expect(device.notify(temperature, ack: 9).isEmpty)
    let sent = device.pass(11_000)
    #expect(sent.map(\.at) == [10_000])
    device.acknowledge(try #require(sent.first?.sent))
    #expect(device.takeEvents() == [[26, 9]])
    #expect(device.change(temperature, .float(21)).isEmpty)
  }

  @Test(
    "any → none: a report; it takes the place of a change that waits, and is no change of its own")
  func supersedes() throws {
    let device = device(["pmin=10"])
    #expect(device.change(temperature, .float(21)).isEmpty)
    #expect(device.notify(temperature, ack: 9).isEmpty)
    let sent = device.pass(10_000)
    #expect(sent.count == 1)
    let report = try #require(sent.first?.sent)
    #expect(report.type == .confirmable)
    device.acknowledge(report)
    #expect(device.pass(100_000).isEmpty)
  }

  @Test("Thresholds do not hold a report back")
  func thresholds() {
    let device = device(["gt=100"])
    #expect(device.notify(temperature).isEmpty)
    #expect(device.notify(temperature, ack: 9).count == 1)
  }

  @Test(
    "4.1 RFC 7252 4.7, 4.1 RFC 7641 4.5.1: reports leave one after the other, in the order they were made"
  )
  func order() throws {
    let device = device()
    device.observe("/3303/1/5700", token: [2])
    let first = try #require(device.notify(temperature, ack: 1).first)
    #expect(device.notify(other, ack: 2).isEmpty)
    #expect(device.notify(temperature, ack: 3).isEmpty)
    let second = try #require(device.acknowledge(first).first)
    #expect(second.token == [2])
    let third = try #require(device.acknowledge(second).first)
    #expect(third.token == [1])
    device.acknowledge(third)
    #expect(device.takeEvents() == [[26, 1], [26, 2], [26, 3]])
  }

  @Test("An ID in use, a full table, no observer or no resource is refused at once")
  func refused() throws {
    let device = device()
    let report = try #require(device.notify(temperature, ack: 1).first)
    #expect(device.notifyError(temperature, ack: 1) == .acknowledgementIDInUse)
    device.notify(temperature, ack: 2)
    device.notify(temperature, ack: 3)
    #expect(device.notifyError(temperature, ack: 4) == .tableFull)
    #expect(device.statistics[.outstanding].refused == 1)
    #expect(device.statistics[.outstanding].peak == 3)
    #expect(device.notifyError(other, ack: 5) == .notObserved)
    #expect(device.notifyError(Path(3303, 0, 1), ack: 6) == .noSuchResource)
    device.acknowledge(report)
    #expect(device.takeEvents() == [[26, 1]])
    #expect(device.notifyError(temperature, ack: 1) == nil)
  }

  @Test("An observation cancelled meanwhile fails the report, before or after it left")
  func cancelled() throws {
    let device = device(["pmin=10"])
    device.notify(temperature, ack: 1)
    device.get("/3303/0/5700", [.observe(1)], token: [1])
    #expect(device.takeEvents() == [[25, 1]])
    device.attributes("/3303/0/5700", "pmin")
    device.observe("/3303/0/5700", token: [1])
    let report = try #require(device.notify(temperature, ack: 2).first)
    device.get("/3303/0/5700", [.observe(1)], token: [1])
    #expect(device.pass(200_000).isEmpty)
    #expect(device.takeEvents() == [[25, 2]])
    device.acknowledge(report)
    #expect(device.takeEvents() == [])
  }

  @Test(
    "4.1 RFC 7641 4.4: a value that changes before a retransmission makes a new message with a later number"
  )
  func changedMeanwhile() throws {
    let device = device()
    let report = try #require(device.notify(temperature, ack: 9).first)
    device.set(temperature, .float(33))
    let again = try #require(device.pass(3_000).first?.sent)
    #expect(again.type == .confirmable)
    #expect(again.id != report.id)
    #expect(again.token == report.token)
    #expect(again.text == "33")
    #expect(try #require(again.observe) > (try #require(report.observe)))
    #expect(device.acknowledge(report).isEmpty)
    #expect(device.takeEvents() == [])
    device.acknowledge(again)
    #expect(device.takeEvents() == [[26, 9]])
  }

  @Test("A change in between does not start the count of retransmissions anew")
  func countGoesOn() {
    let device = device()
    device.notify(temperature, ack: 9)
    device.set(temperature, .float(33))
    #expect(device.pass(300_000).count == 4)
    #expect(device.takeEvents() == [[25, 9]])
  }

  @Test("The number a changed report told last is what thresholds count from")
  func thresholdsAfterChange() throws {
    let device = device(["st=5"])
    device.notify(temperature, ack: 9)
    device.set(temperature, .float(24))
    device.acknowledge(try #require(device.pass(3_000).first?.sent))
    #expect(device.change(temperature, .float(27)).isEmpty)
    #expect(device.change(temperature, .float(29)).count == 1)
  }

  @Test("Observing again with a new token starts the report again for the new observer")
  func renewed() throws {
    let device = device()
    let old = try #require(device.notify(temperature, ack: 9).first)
    let message = device.request(.get, "/3303/0/5700", [.observe(0)], token: [2])
    let sent = device.deliver(message)
    let report = try #require(sent.last)
    #expect(sent.map(\.token) == [[2], [2]])
    #expect(report.type == .confirmable)
    // The server has forgotten the old token, and says so.
    device.reset(old)
    #expect(device.occupancy.observations == 1)
    #expect(device.takeEvents() == [])
    device.acknowledge(report)
    #expect(device.takeEvents() == [[26, 9]])
  }

  @Test("A report of a value that cannot be encoded says so once, and has failed")
  func unencodable() {
    let device = device()
    device.set(temperature, .float(.nan))
    let sent = device.notify(temperature, ack: 9)
    #expect(sent.map(\.code) == [.internalServerError])
    #expect(sent.map(\.type) == [.nonConfirmable])
    #expect(device.takeEvents() == [[25, 9]])
    #expect(device.occupancy.observations == 0)
    #expect(device.pass(200_000).isEmpty)
  }

  @Test("Leaving the server, or losing the link, fails every report once")
  func abandoned() {
    for leave in [{ (device: ServedDevice) in _ = device.deregister() }, { $0.linkLost() }] {
      let device = device()
      device.notify(temperature, ack: 1)
      device.notify(temperature, ack: 2)
      leave(device)
      #expect(device.takeEvents().filter { $0[0] == 25 } == [[25, 1], [25, 2]])
      #expect(device.occupancy.reports == 0)
    }
  }

  @Test("4.1 RFC 7252 4.4: while a report waits, no other message takes its ID, however many leave")
  func liveID() throws {
    let device = device()
    device.observe("/3303/1/5700", token: [2])
    let report = try #require(device.notify(temperature, ack: 9).first)
    var taken = 0
    for value in 0..<65_600 {
      for sent in device.change(other, .float(Double(value))) where sent.id == report.id {
        taken += 1
      }
    }
    #expect(taken == 0)
    device.acknowledge(report)
    #expect(device.takeEvents() == [[26, 9]])
    #expect(device.occupancy.observations == 2)
  }

  @Test("A report keeps what was delivered when the device leaves before it is told")
  func deliveredBeforeLeaving() throws {
    let device = device()
    let report = try #require(device.notify(temperature, ack: 1).first)
    device.acknowledge(report)
    device.deregister()
    #expect(device.takeEvents() == [[26, 1]])
  }

  @Test("Other requests are served while a report waits for its acknowledgement")
  func interleaved() throws {
    let device = device()
    let report = try #require(device.notify(temperature, ack: 1).first)
    #expect(device.get("/3303/1/5700").text == "5")
    #expect(device.change(temperature, .float(21)).map(\.type) == [.nonConfirmable])
    device.acknowledge(report)
    #expect(device.takeEvents() == [[26, 1]])
  }
}
