import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

/// A platform that is gone for a while.
@Suite struct OutageTests {
  private let peer = Peer(host: .ipv4(0x7F00_0001), port: 40_000)
  private let start = Instant(milliseconds: 1_000_000)

  private func registered() -> Platform {
    var platform = Platform(access: AccessServer(seed: 1))
    give(&platform, 1, ["rd"], query: ["ep=a", "lt=300"], payload: "</3303/0>", at: start)
    _ = sent(&platform, at: start)
    _ = events(&platform)
    return platform
  }

  private func give(
    _ platform: inout Platform, _ id: UInt16, _ path: [String], query: [String] = [],
    payload: String = "", at now: Instant
  ) {
    var message = Message(
      type: .confirmable, code: .post, id: id, token: Token(bits: UInt64(id), length: 2))
    for segment in path { message.add(.uriPath, text: segment) }
    for part in query { message.add(.uriQuery, text: part) }
    message.payload = [UInt8](payload.utf8)
    platform.handle(Datagram(bytes: message.encoded(), peer: peer), at: .access, now: now)
  }

  private func sent(_ platform: inout Platform, at now: Instant) -> [Code] {
    var codes: [Code] = []
    while let datagram = platform.transmit(from: .access, now: now) {
      if let message = try? Message(parsing: datagram.bytes) { codes.append(message.code) }
    }
    return codes
  }

  private func events(_ platform: inout Platform) -> [Event] {
    var events: [Event] = []
    while let event = platform.nextEvent() { events.append(event) }
    return events
  }

  @Test("A server that is gone neither hears nor sends, and says when it is back")
  func gone() {
    var platform = registered()
    platform.beGone(for: .seconds(3), .kept, now: start)
    #expect(events(&platform) == [.silent(.access, .seconds(3))])
    #expect(platform.deadline == start + .seconds(3))
    give(&platform, 2, ["rd", "a"], at: start + Milliseconds(2999))
    #expect(sent(&platform, at: start + Milliseconds(2999)).isEmpty)
    #expect(
      events(&platform) == [.dropped(peer: peer, reason: "the access server is silent")])
    platform.handleTimeout(now: start + .seconds(3))
    #expect(events(&platform) == [.heard(.access)])
    give(&platform, 3, ["rd", "a"], at: start + .seconds(3))
    #expect(sent(&platform, at: start + .seconds(3)) == [.changed])
  }

  @Test("What the server knew is lost: the Update after the outage is answered 4.04")
  func lost() {
    var platform = registered()
    platform.beGone(for: .seconds(3), .lost, now: start)
    #expect(events(&platform).contains(.restarted))
    platform.handleTimeout(now: start + .seconds(3))
    give(&platform, 2, ["rd", "a"], at: start + .seconds(3))
    #expect(sent(&platform, at: start + .seconds(3)) == [.notFound])
  }

  @Test("A bootstrap server that is not there does not fall silent")
  func withoutBootstrap() {
    var platform = registered()
    platform.silence(.bootstrap, for: .seconds(3), now: start)
    #expect(events(&platform).isEmpty)
  }
}
