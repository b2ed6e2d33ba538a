import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let hour: UInt64 = 3_600_000
private let meters = (0..<8).map { Path(3305, $0, 1) }

/// Days in the life of a device whose meters are observed, the place in the list being the token.
private final class Days {
  let device: ServedDevice
  /// When each observer last sent an acknowledgement, and the longest time between two.
  private var confirmed: [UInt64]
  private(set) var longest: [UInt64]
  private(set) var told = 0

  init(meters count: Int, attributes: [String] = [], notifications: Int = 4) {
    device = ServedDevice(
      meters.map { .one($0, .integer, .integer(0)) }, notifications: notifications,
      lifetime: Lifetime.maximum)
    if !attributes.isEmpty { device.ask(.put, "/3305", attributes.map { .query($0) }) }
    confirmed = [UInt64](repeating: device.now.milliseconds, count: count)
    longest = [UInt64](repeating: 0, count: count)
    for index in 0..<count { device.observe("/3305/\(index)/1", token: [UInt8(index)]) }
  }

  /// The server acknowledges what it gets, and what follows from that.
  func take(_ sent: [Datagram], at now: UInt64? = nil) {
    for datagram in sent where datagram.code == .content {
      told += 1
      guard datagram.type == .confirmable else { continue }
      let now = now ?? device.now.milliseconds
      let index = Int(datagram.token[0])
      longest[index] = max(longest[index], now - confirmed[index])
      confirmed[index] = now
      take(device.acknowledge(datagram))
    }
  }

  /// Time passes up to the next acknowledgement that is needed, again and again.
  func pass(_ milliseconds: UInt64) {
    let end = device.now.milliseconds + milliseconds
    while device.now.milliseconds < end {
      let due = min(end, max(device.now.milliseconds, device.engine.deadline.milliseconds))
      take(device.pass(due - device.now.milliseconds).map(\.sent))
      if due == end { break }
    }
  }

  func change(_ index: Int, _ value: Int64) {
    take(device.change(meters[index], .integer(value)))
  }

  /// All meters change at once.
  func tick(_ value: Int64) {
    var sent: [Datagram] = []
    for index in confirmed.indices { sent += device.change(meters[index], .integer(value)) }
    take(sent)
  }

  /// No observer had to wait longer than a day to be asked whether it is there.
  var areKept: Bool { longest.allSatisfy { $0 > 0 && $0 <= 24 * hour + 1000 } }
}

@Suite struct ConfirmableDayTests {
  @Test(
    "4.1 RFC 7641 4.3: never more than 24 hours between confirmable notifications, however often it changes",
    arguments: [5, 60, 300, 420, 660, 720, 780, 1380, 1440] as [UInt64])
  func intervals(minutes: UInt64) {
    let days = Days(meters: 1)
    for value in 1...Int64(10 * 24 * 60 / minutes) {
      days.pass(minutes * 60_000)
      days.change(0, value)
    }
    #expect(days.areKept, "\(days.longest)")
  }

  @Test(
    "4.1 RFC 7641 4.3, RFC 7641 4.5: with pmax, all at the same time",
    arguments: [300, 18_000, 43_200, 86_400])
  func periodic(seconds: Int) {
    let days = Days(meters: 3, attributes: ["pmax=\(seconds)"])
    days.pass(10 * 24 * hour)
    #expect(days.areKept, "\(days.longest)")
    #expect(days.told > 9)
  }

  @Test("4.1 RFC 7641 4.3, RFC 7641 4.5: behind a report that takes its time, and with a pmin")
  func behindReport() throws {
    let days = Days(meters: 2, attributes: ["pmin=60"])
    for value in 1...20 {
      days.pass(13 * hour)
      let report = try #require(days.device.notify(meters[0], ack: 7).first)
      // The server is slow: the other one's place is taken for half a minute.
      days.change(1, Int64(value))
      let late = days.device.pass(30_000).map(\.sent)
      #expect(late.allSatisfy { $0 == report })
      days.take([report])
    }
    #expect(days.longest[1] <= 13 * hour + 31_000)
  }

  @Test(
    "4.1 RFC 7641 4.3, 4.5: more observers than reports fit in the table, all told once a day, at the same time",
    arguments: [1, 4])
  func many(notifications: Int) {
    let days = Days(meters: 8, notifications: notifications)
    for value in 1...10 {
      days.pass(24 * hour)
      days.tick(Int64(value))
    }
    #expect(days.areKept, "\(days.longest)")
    #expect(days.told == 8 * 10)
  }

  @Test("RFC 7641 4.5: a table full of reports, which wait for their pmin, holds nothing up")
  func full() throws {
    let days = Days(meters: 2, notifications: 1)
    #expect(days.device.attributes("/3305/0", "pmin=864000") == 204)
    #expect(days.device.notify(meters[0], ack: 7).isEmpty)
    for value in 1...8 {
      days.pass(23 * hour)
      days.change(1, Int64(value))
    }
    #expect(days.longest[1] <= 24 * hour)
    #expect(days.device.occupancy.reports == 1)
  }

  @Test("Two that wait for their confirmation keep their order, and pmin")
  func order() throws {
    let days = Days(meters: 3)
    let device = days.device
    device.pass(13 * hour)
    let report = try #require(device.notify(meters[0], ack: 7).first)
    #expect(device.change(meters[1], .integer(1)).isEmpty)
    #expect(device.change(meters[2], .integer(1)).isEmpty)
    // A second change takes the place of the first.
    #expect(device.change(meters[1], .integer(2)).isEmpty)
    #expect(device.attributes("/3305", "pmin=46810") == 204)
    #expect(device.acknowledge(report).isEmpty)
    let second = try #require(device.pass(10_000).first?.sent)
    let third = try #require(device.acknowledge(second).first)
    #expect([second.type, third.type] == [.confirmable, .confirmable])
    #expect([second.token, third.token] == [[1], [2]])
    device.acknowledge(third)
    #expect(device.pass(hour).isEmpty)
    #expect(device.occupancy.observations == 3 && device.occupancy.reports == 0)
  }
}
