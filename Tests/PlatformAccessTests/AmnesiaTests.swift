import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct AmnesiaTests {
  private func update(_ bench: inout Bench) -> [Code] {
    bench.give(bench.request(.post, ["rd", "867725030106226"])).map(\.code)
  }

  @Test("8.1: after its lifetime a device gets RST for notifications and 4.04 for Update")
  func expiry() {
    var bench = Bench()
    _ = bench.prepare()
    let token = bench.token(of: Path(3303, 0))
    _ = bench.pass(300_000)
    #expect(bench.give(bench.notification(token)).map(\.type) == [.reset])
    #expect(update(&bench) == [.notFound])
  }

  @Test func aForgottenDeviceGetsTheSame() {
    var bench = Bench()
    _ = bench.prepare()
    let token = bench.token(of: Path(3303, 0))
    let forgotten = [
      bench.server.forget(Bench.endpoint), bench.server.forget(Bench.endpoint),
    ]
    #expect(forgotten == [true, false])
    #expect(bench.give(bench.notification(token)).map(\.type) == [.reset])
    #expect(update(&bench) == [.notFound])
    #expect(bench.register().first?.code == .created)
  }

  @Test func aRestartForgetsEverybodyAndCountsMessagesAnew() throws {
    var bench = Bench()
    _ = bench.prepare()
    _ = bench.server.submit(.read, path: Path(3303, 0), to: Bench.endpoint, now: bench.now)
    let before = try #require(bench.collect().first)
    let old = bench.request(.post, ["rd", "867725030106226"])
    #expect(bench.give(old).map(\.code) == [.changed])
    bench.server.restart()
    _ = bench.collect()
    guard case .failed(_, _, .sessionEnded)? = bench.events.last else {
      Issue.record("the Read under way has not failed")
      return
    }
    #expect(bench.give(old).map(\.code) == [.notFound])
    let after = try #require(bench.register().last)
    #expect(after.id != before.id &+ 1)
  }

  @Test func nothingArrivesAndNothingLeavesWhileTheServerIsSilent() {
    var platform = Platform(access: AccessServer(seed: 5))
    var bench = Bench()
    let ping = Datagram(
      bytes: Message(type: .confirmable, code: .empty, id: 1).encoded(), peer: bench.peer)
    platform.silence(.access, for: .seconds(2), now: bench.now)
    #expect(platform.nextEvent() == .silent(.access, .seconds(2)))
    platform.handle(ping, at: .access, now: bench.now)
    #expect(platform.transmit(from: .access, now: bench.now) == nil)
    #expect(
      platform.nextEvent() == .dropped(peer: bench.peer, reason: "the access server is silent"))
    bench.now = bench.now + .seconds(2)
    platform.handle(ping, at: .access, now: bench.now)
    #expect(platform.transmit(from: .access, now: bench.now) != nil)
  }
}
