import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct AutomaticSequenceTests {
  @Test func instancesAreObservedThenObjectsDiscoveredThenTheDeviceObjectRead() {
    var bench = Bench()
    let asked = bench.prepare()
    #expect(
      asked == [
        "Observe /3303/0", "Observe /3303/1", "Observe /3311/0", "Discover /3303",
        "Discover /3311", "Read /3/0",
      ])
    #expect(
      bench.events.last
        == .prepared(endpoint: Bench.endpoint, observed: 3, discovered: 2, failed: 0))
  }

  @Test func withoutAutoObserveObjectsAreStillDiscovered() {
    var configuration = Configuration()
    configuration.observesAutomatically = false
    var bench = Bench(configuration)
    #expect(bench.prepare() == ["Discover /3303", "Discover /3311", "Read /3/0"])
  }

  @Test func withoutAutoDiscoverInstancesAreStillObserved() {
    var configuration = Configuration()
    configuration.discoversAutomatically = false
    var bench = Bench(configuration)
    #expect(bench.prepare(objects: "</3303/0>") == ["Observe /3303/0", "Read /3/0"])
  }

  @Test func theAlternatePathStandsInFrontOfEachRequest() {
    var bench = Bench()
    let asked = bench.prepare(objects: #"</dev>;rt="oma.lwm2m",</dev/3303/0>"#)
    #expect(asked == ["Observe /dev/3303/0", "Discover /dev/3303", "Read /dev/3/0"])
  }

  @Test func aRefusedObserveIsCountedAndTheSequenceGoesOn() throws {
    var bench = Bench()
    let observe = try #require(bench.register(objects: "</3303/0>").last)
    let discover = try #require(bench.answer(observe, .methodNotAllowed).last)
    let read = try #require(bench.answer(discover).last)
    _ = bench.answer(read, .notFound)
    #expect(
      bench.events.last
        == .prepared(endpoint: Bench.endpoint, observed: 0, discovered: 1, failed: 1))
  }

  @Test func aSilentDevicePausesTheSequenceUntilItUpdates() {
    var bench = Bench()
    _ = bench.register(objects: "</3303/0>")
    _ = bench.pass(25_000)
    #expect(bench.events.last == .paused(endpoint: Bench.endpoint))
    #expect(bench.pass(10_000).isEmpty)
    let sent = bench.give(bench.request(.post, ["rd", "867725030106226"]))
    #expect(sent.map(\.summary).last == "Observe /3303/0")
  }

  @Test func aCommandWaitsForTheEndOfTheSequence() throws {
    var bench = Bench()
    let observe = try #require(bench.register(objects: "</3303/0>").last)
    let id = bench.server.submit(
      .read, path: Path(3303, 0, 5700), to: Bench.endpoint, now: bench.now)
    #expect(id != nil)
    #expect(bench.collect().isEmpty)
    let discover = try #require(bench.answer(observe).last)
    let read = try #require(bench.answer(discover).last)
    #expect(read.summary == "Read /3/0")
    #expect(bench.answer(read).map(\.summary) == ["Read /3303/0/5700"])
  }
}
