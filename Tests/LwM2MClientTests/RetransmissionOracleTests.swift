import CoAPExchange
import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

private let sensor = Path(3303, 0, 5700)

/// What a device sends confirmably, and how a test brings it to that.
private enum Sent: CaseIterable {
  case register, bootstrapRequest, update, deregister, report, stored

  /// The beginning of its line in the timetable.
  var summary: String {
    switch self {
    case .register: "Register"
    case .bootstrapRequest: "Bootstrap-Request"
    case .update: "Update"
    case .deregister: "De-register"
    case .report, .stored: "CON 205"
    }
  }

  func world(_ chance: Chance, _ parameters: TransmissionParameters) -> World {
    World(
      chance: chance, bootstrap: self == .bootstrapRequest ? "coap://bs.example" : nil,
      stored: self == .stored ? 256 : 0, parameters: parameters)
  }

  func leave(_ world: World) throws {
    if self == .register || self == .bootstrapRequest { return world.connect() }
    world.register()
    world.request(.get, "/3303/0/5700", [.observe(0)], token: [1])
    _ = world.timetable()
    switch self {
    case .update:
      world.command { engine, _ in engine.update(lifetime: nil, withObjects: false) }
    case .deregister: world.deregister()
    default:
      try world.command { engine, now in
        try engine.notify(sensor, acknowledgementID: 5, now: now)
      }
    }
  }
}

/// When a message left and left again, and when the device gave it up, in milliseconds.
private struct Flight {
  var times: [UInt64]
  var ids: Set<UInt16>

  /// Lets everything happen that follows, with nobody there.
  init(_ kind: Sent, _ chance: Chance, _ parameters: TransmissionParameters) throws {
    let world = kind.world(chance, parameters)
    try kind.leave(world)
    let first = world.sent.count - 1
    let start = world.now
    world.advance(by: UInt64(parameters.maximumTransmitWait.count) * 2 / 3 - 1)
    let lines = world.timetable().filter { $0.split(separator: " ").count > 1 }
      .filter { $0.drop { $0 != " " }.dropFirst().hasPrefix(kind.summary) }
    times = lines.compactMap { UInt64($0.prefix { $0 != " " }) }.map { $0 - start }
    ids = Set(world.sent.suffix(from: first).map(\.id))
    #expect(!lines.contains { $0.contains("fault") })
  }

  /// RFC 7252 section 4.2: the first wait lies between ACK_TIMEOUT and half as much again, each other is twice the one
  /// before, and there are MAX_RETRANSMIT retransmissions of one message.
  func isLawful(_ parameters: TransmissionParameters) -> Bool {
    let timeout = UInt64(parameters.acknowledgementTimeout.count)
    guard times.count >= 2, times[0] == 0, ids.count == 1 else { return false }
    guard (timeout...timeout * 3 / 2).contains(times[1]) else { return false }
    return times == (0...UInt64(parameters.maximumRetransmissions)).map { (1 << $0 - 1) * times[1] }
  }
}

@Suite struct RetransmissionOracleTests {
  private static let parameters = [(2000, 4), (15_000, 4), (100, 1), (2500, 6)].map {
    TransmissionParameters(
      acknowledgementTimeout: Milliseconds(UInt32($0.0)), maximumRetransmissions: UInt8($0.1))
  }

  @Test(
    "4.1 RFC 7252 4.8: whatever leaves confirmably leaves again when the RFC says, to the millisecond",
    arguments: Sent.allCases)
  fileprivate func timing(_ kind: Sent) throws {
    for parameters in Self.parameters {
      for seed in 1...25 as ClosedRange<UInt64> {
        let flight = try Flight(kind, .seeded(seed), parameters)
        #expect(flight.isLawful(parameters), "\(flight), seed \(seed)")
      }
    }
  }

  @Test("4.1 RFC 7252 4.8: a separate response as well")
  func separate() throws {
    let device = ServedDevice(
      [.one(sensor, .float, .float(1))],
      consultation: Consultation(beforeRead: true, mayDefer: true))
    device.verdict = { _ in .pending }
    for _ in 0..<50 {
      let request = device.request(.get, "/3303/0/5700")
      device.deliver(request)
      device.pass(1500)
      let handle = try #require(device.handles.last)
      let response = try #require(device.respond(handle)?.first)
      let again = device.pass(100_000)
      #expect(again.allSatisfy { $0.sent == response })
      let first = try #require(again.first).at
      #expect((2000...3000).contains(first))
      #expect(again.map { $0.at } == [1, 3, 7, 15].map { $0 * first })
    }
  }

  @Test("4.1 RFC 7252 4.8: the first wait is spread over the whole of its range")
  func spread() throws {
    var waits: [UInt64] = []
    for seed in 1...1000 as ClosedRange<UInt64> {
      waits.append(try Flight(.register, .seeded(seed), Self.parameters[0]).times[1])
    }
    for tenth in 0..<10 as Range<UInt64> {
      let part = waits.count { (2000 + 100 * tenth..<2100 + 100 * tenth).contains($0) }
      #expect((60...140).contains(part), "\(part) of 1,000 in tenth \(tenth)")
    }
  }
}
