import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)
private let other = Path(3303, 1, 5700)

private func device(observations: Int = 8, consultation: Consultation = Consultation())
  -> ServedDevice
{
  ServedDevice(
    [.one(temperature, .float, .float(20)), .one(other, .float, .float(5))],
    consultation: consultation, observations: observations)
}

/// What ends an observation: each ends that one, and the other goes on.
private enum End: CaseIterable {
  case resetToNotification, resetToReport, reportTimeOut, resourceRemoved, noEncoding, cancel

  func happen(to device: ServedDevice) throws {
    switch self {
    case .resetToNotification:
      device.reset(try #require(device.change(temperature, .float(21)).first))
    case .resetToReport:
      device.reset(try #require(device.notify(temperature, ack: 1).first))
    case .reportTimeOut:
      device.notify(temperature, ack: 1)
      #expect(device.pass(100_000).count == 4)
    case .resourceRemoved:
      let sent = device.remove(temperature)
      #expect(sent.contains { $0.code == .notFound && $0.token == [1] })
      // The instance went too: an Update tells so.
      let update = try #require(sent.first { $0.code == .post })
      device.deliver(Datagram(.acknowledgement, .changed, id: update.id, token: update.token))
    case .noEncoding:
      let sent = device.change(temperature, .float(.nan))
      #expect(sent.map(\.code) == [.internalServerError])
    case .cancel:
      #expect(device.get("/3303/0/5700", [.observe(1)], token: [1]).observe == nil)
    }
  }
}

@Suite struct NotificationEndTests {
  @Test(
    "int-302, int-303, 4.1 RFC 7641 4.1, 4.1 RFC 7641 4.3: it ends, and the others go on",
    arguments: End.allCases)
  fileprivate func ends(_ end: End) throws {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    device.observe("/3303/1/5700", token: [2])
    try end.happen(to: device)
    #expect(device.occupancy.observations == 1)
    #expect(device.change(other, .float(6)).filter { $0.code == .content }.map(\.token) == [[2]])
    let report = try #require(device.notify(other, ack: 9).last)
    #expect(report.type == .confirmable && report.token == [2])
    device.acknowledge(report)
    #expect(device.takeEvents().last == [26, 9])
  }

  @Test("4.1 RFC 7641 4.4: the number advances in every message, and wraps at 24 bits")
  func sequence() throws {
    let device = device()
    var numbers = [try #require(device.observe("/3303/0/5700", token: [1]).observe)]
    device.withObservations { $0.slots[0].sequence = 0xFF_FFF8 }
    numbers = [0xFF_FFF8]
    for value in 0..<4 {
      numbers += device.change(temperature, .float(Double(value))).compactMap(\.observe)
      numbers.append(try #require(device.observe("/3303/0/5700", token: [1]).observe))
      let report = try #require(device.notify(temperature, ack: 1).first)
      numbers.append(try #require(report.observe))
      device.set(temperature, .float(100 + Double(value)))
      let again = try #require(device.pass(3000).first?.sent)
      numbers.append(try #require(again.observe))
      device.acknowledge(again)
    }
    #expect(numbers.count == 17)
    #expect(numbers.contains(0) && numbers.contains(0xFF_FFFF))
    // "V1 < V2 and V2 - V1 < 2^23, or V1 > V2 and V1 - V2 > 2^23" (section 3.4).
    for (old, new) in zip(numbers, numbers.dropFirst()) {
      #expect(old < new ? new - old < 1 << 23 : old - new > 1 << 23)
    }
  }

  @Test(
    "4.1 RFC 7641 4.5.1, RFC 7252 4.7: one confirmable notification at a time, whoever wants one"
  )
  func oneAtATime() throws {
    let device = device()
    device.observe("/3303", token: [3])
    device.observe("/3303/0/5700", token: [1])
    device.observe("/3303/1/5700", token: [2])
    var open = device.notify(temperature, ack: 1)
    for id in 2...4 as ClosedRange<UInt16> {
      #expect(device.notify(id % 2 == 0 ? other : temperature, ack: id).isEmpty)
    }
    var tokens: [[UInt8]] = []
    while let report = open.first {
      #expect(open.count == 1 && report.type == .confirmable)
      // A retransmission is the same message.
      #expect(device.pass(3000).map(\.sent) == [report])
      tokens.append(report.token)
      open = device.acknowledge(report)
    }
    #expect(tokens == [[3], [1], [3], [2], [3], [1], [3], [2]])
    #expect(device.takeEvents() == [[26, 1], [26, 2], [26, 3], [26, 4]])
  }
}

@Suite struct UnstoredObservationTests {
  private func isPlain(_ answer: Datagram?, _ device: ServedDevice) {
    #expect(answer?.code == .content)
    #expect(answer?.text == "5")
    #expect(answer?.observe == nil)
    #expect(device.occupancy.observations == 1)
    #expect(device.statistics[.observations].refused == 1)
    #expect(!device.change(other, .float(6)).contains { $0.token == [2] })
    #expect(device.change(temperature, .float(21)).map(\.token) == [[1]])
  }

  @Test("4.1 RFC 7641 4.1: what cannot be stored is answered as a plain GET")
  func atOnce() {
    let device = device(observations: 1)
    device.observe("/3303/0/5700", token: [1])
    isPlain(device.observe("/3303/1/5700", token: [2]), device)
  }

  @Test("4.1 RFC 7641 4.1: also when the application is asked for the value")
  func asked() {
    let device = device(observations: 1, consultation: Consultation(beforeRead: true))
    device.observe("/3303/0/5700", token: [1])
    isPlain(device.observe("/3303/1/5700", token: [2]), device)
    #expect(device.takeConversation().contains("read /3303/1/5700"))
  }

  @Test(
    "4.1 RFC 7641 4.1: also when the answer comes late, and there was room when it was asked for")
  func deferred() throws {
    let device = device(
      observations: 1, consultation: Consultation(beforeRead: true, mayDefer: true))
    device.verdict = { _ in .pending }
    let request = device.request(.get, "/3303/1/5700", [.observe(0)], token: [2])
    #expect(device.deliver(request).isEmpty)
    let handle = try #require(device.handles.last)
    device.verdict = { _ in .agreed }
    device.observe("/3303/0/5700", token: [1])
    device.pass(1500)
    let late = try #require(device.respond(handle)?.first)
    #expect(late.type == .confirmable && late.token == [2])
    device.acknowledge(late)
    isPlain(late, device)
  }
}
