import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct RegistrationTests {
  @Test func registerIsAnsweredWithTheIMEIAsLocation() {
    var bench = Bench()
    let sent = bench.register()
    #expect(sent.first?.code == .created)
    #expect(sent.first?.type == .acknowledgement)
    #expect(sent.first?.texts(of: .locationPath) == ["rd", "867725030106226"])
  }

  @Test func anEndpointWithoutSemicolonIsItsOwnLocation() {
    var bench = Bench()
    #expect(bench.register("urn:x").first?.texts(of: .locationPath) == ["rd", "urn:x"])
  }

  @Test func twoEndpointsWithOneIMEIGetDifferentLocations() {
    var bench = Bench()
    _ = bench.register("1;2")
    #expect(bench.register("1;3").first?.texts(of: .locationPath) == ["rd", "1-2"])
    #expect(bench.server.sessions.count == 2)
  }

  @Test func registerWithoutEndpointIsABadRequest() {
    var bench = Bench()
    let message = bench.request(.post, ["rd"], query: ["lt=60"], payload: "</3303/0>")
    #expect(bench.give(message).map(\.code) == [.badRequest])
    #expect(bench.server.sessions.isEmpty)
  }

  @Test func anEndpointNameOfMoreThanTwoHundredFiftyTwoBytesIsABadRequest() {
    var bench = Bench()
    #expect(bench.register(String(repeating: "e", count: 253)).map(\.code) == [.badRequest])
    #expect(bench.register(String(repeating: "e", count: 252)).first?.code == .created)
  }

  @Test(arguments: ["lt=0", "lt=x", "lt=-1", "lt=4294967296"])
  func registerWithAWrongLifetimeIsABadRequest(lifetime: String) {
    var bench = Bench()
    let message = bench.request(
      .post, ["rd"], query: ["ep=a", lifetime], payload: "</3303/0>")
    #expect(bench.give(message).map(\.code) == [.badRequest])
  }

  @Test func registerWithoutLifetimeGetsOneDay() {
    var bench = Bench()
    let message = bench.request(.post, ["rd"], query: ["ep=a"], payload: "</3303/0>")
    _ = bench.give(message)
    #expect(bench.server.sessions.first?.lifetime == 86400)
  }

  @Test func registerWithABrokenOrMissingObjectListIsABadRequest() {
    var bench = Bench()
    #expect(bench.register(objects: "3303/0").map(\.code) == [.badRequest])
    #expect(bench.register(objects: "").map(\.code) == [.badRequest])
  }

  @Test func registerWithAnUnknownVersionFailsThePrecondition() {
    var bench = Bench()
    let message = bench.request(
      .post, ["rd"], query: ["ep=a", "lwm2m=2.0"], payload: "</3303/0>")
    #expect(bench.give(message).map(\.code) == [.preconditionFailed])
  }

  @Test func anUnknownCriticalOptionIsABadOption() {
    var bench = Bench()
    var message = bench.request(.post, ["rd"], query: ["ep=a"], payload: "</3303/0>")
    message.add(OptionNumber(rawValue: 65001), [1])
    #expect(bench.give(message).map(\.code) == [.badOption])
  }

  @Test func aDeviceWithoutOrWithTheWrongAuthCodeIsForbidden() {
    var configuration = Configuration()
    configuration.authCode = "secret"
    var bench = Bench(configuration)
    #expect(bench.register().map(\.code) == [.forbidden])
    #expect(bench.register(authCode: "other").map(\.code) == [.forbidden])
    #expect(bench.server.sessions.isEmpty)
    #expect(bench.register(authCode: "secret").first?.code == .created)
  }

  @Test func anAuthCodeOfOneDeviceOverridesTheCommonOne() {
    var configuration = Configuration()
    configuration.authCode = "common"
    configuration.authCodes = ["867725030106226": "own"]
    var bench = Bench(configuration)
    #expect(bench.register(authCode: "common").map(\.code) == [.forbidden])
    #expect(bench.register(authCode: "own").first?.code == .created)
  }

  @Test func aDeniedDeviceIsForbidden() {
    var configuration = Configuration()
    configuration.denied = [Bench.endpoint]
    var bench = Bench(configuration)
    #expect(bench.register().map(\.code) == [.forbidden])
  }

  @Test func aSecondRegisterReplacesTheFirstAndItsObservations() {
    var bench = Bench()
    _ = bench.prepare()
    let old = bench.token(of: Path(3303, 0))
    #expect(bench.register().first?.code == .created)
    #expect(bench.server.sessions.count == 1)
    #expect(bench.server.sessions.first?.observations.isEmpty == true)
    #expect(bench.give(bench.notification(old)).map(\.type) == [.reset])
  }

  @Test func updateRenewsTheLifetime() {
    var bench = Bench()
    _ = bench.prepare()
    _ = bench.pass(200_000)
    let update = bench.request(.post, ["rd", "867725030106226"], query: ["lt=400"])
    #expect(bench.give(update).map(\.code) == [.changed])
    _ = bench.pass(399_999)
    #expect(bench.server.sessions.count == 1)
    _ = bench.pass(1)
    #expect(bench.server.sessions.isEmpty)
    #expect(bench.events.last == .expired(endpoint: Bench.endpoint))
  }

  @Test func updateOfAnUnknownLocationIsNotFound() {
    var bench = Bench()
    #expect(bench.give(bench.request(.post, ["rd", "nobody"])).map(\.code) == [.notFound])
  }

  @Test func updateWithObjectsObservesTheNewAndForgetsTheGone() {
    var bench = Bench()
    _ = bench.prepare()
    _ = bench.give(bench.notification(bench.token(of: Path(3311, 0))))
    let update = bench.request(
      .post, ["rd", "867725030106226"], payload: "</3303/0>,</3303/2>,</3342/0>")
    var pending = bench.give(update)
    #expect(pending.removeFirst().code == .changed)
    var asked: [String] = []
    while let request = pending.popLast() {
      asked.append(request.summary)
      pending = bench.answer(request)
    }
    #expect(
      asked == ["Observe /3303/2", "Observe /3342/0", "Discover /3303", "Discover /3342"])
    let observed = bench.server.sessions.first?.observations.map(\.path.text)
    #expect(observed == ["/3303/0", "/3303/2", "/3342/0"])
    #expect(bench.server.sessions.first?.values.contains { $0.value.path.object == 3311 } == false)
  }

  @Test func updateFromANewAddressMovesTheDevice() {
    var bench = Bench()
    _ = bench.prepare()
    bench.peer = Peer(host: .ipv4(0x7F00_0001), port: 40_001)
    _ = bench.give(bench.request(.post, ["rd", "867725030106226"]))
    let token = bench.token(of: Path(3303, 0))
    let sent = bench.give(bench.notification(token, type: .confirmable))
    #expect(sent.map(\.type) == [.acknowledgement])
  }

  @Test func deregisterEndsTheSession() {
    var bench = Bench()
    _ = bench.prepare()
    let sent = bench.give(bench.request(.delete, ["rd", "867725030106226"]))
    #expect(sent.map(\.code) == [.deleted])
    #expect(bench.server.sessions.isEmpty)
  }

  @Test func otherRequestsAreRefused() {
    var bench = Bench()
    #expect(bench.give(bench.request(.post, ["bs"])).map(\.code) == [.notFound])
    #expect(bench.give(bench.request(.get, ["rd"])).map(\.code) == [.methodNotAllowed])
  }
}
