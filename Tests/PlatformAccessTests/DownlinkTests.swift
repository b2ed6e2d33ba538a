import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct DownlinkTests {
  private static let resource = Path(3303, 0, 5700)

  /// A prepared device and the Read that is under way to it.
  private func reading(
    seed: UInt64 = 7, _ configuration: Configuration = Configuration()
  ) throws -> (Bench, Message) {
    var bench = Bench(configuration, seed: seed)
    _ = bench.prepare()
    bench.events = []
    _ = bench.server.submit(
      .read, path: DownlinkTests.resource, to: Bench.endpoint, now: bench.now)
    let request = try #require(bench.collect().first)
    return (bench, request)
  }

  @Test(arguments: [UInt64](1...20))
  func aRequestIsSentAgainAfterFiveToSevenAndAHalfSecondsThenTwiceThatAndGivenUpAtTwentyFive(
    seed: UInt64
  ) throws {
    var (bench, request) = try reading(seed: seed)
    let start = bench.time
    let first = bench.passToDeadline()
    let wait = bench.time - start
    #expect(first == [request])
    #expect((5000...7500).contains(wait))
    #expect(bench.passToDeadline() == [request])
    #expect(bench.time - start == 3 * wait)
    #expect(bench.passToDeadline().isEmpty)
    #expect(bench.time - start == 25_000)
    guard case .failed(_, let failed, .timeout(let transmissions))? = bench.events.last else {
      Issue.record("no failure")
      return
    }
    #expect(failed.path == DownlinkTests.resource)
    #expect(transmissions == 3)
  }

  @Test func aShorterLimitCutsTheRetransmissionsOff() throws {
    var configuration = Configuration()
    configuration.requestLimit = .seconds(5)
    var (bench, _) = try reading(configuration)
    #expect(bench.pass(4999).isEmpty)
    #expect(bench.pass(1).isEmpty)
    #expect(bench.server.sessions.first?.exchange == nil)
  }

  @Test func nothingIsSentBeforeTheDeadline() throws {
    var (bench, _) = try reading()
    let wait = bench.server.deadline.since(bench.now).count
    #expect(bench.pass(wait - 1).isEmpty)
    #expect(bench.pass(1).count == 1)
  }

  @Test func aPiggybackedResponseEndsTheRequest() throws {
    var (bench, request) = try reading()
    #expect(bench.answer(request, payload: [UInt8]("23.5".utf8), format: 0).isEmpty)
    guard case .responded(_, _, let response)? = bench.events.last else {
      Issue.record("no response")
      return
    }
    #expect(response.code == .content)
    #expect(response.values.map(\.content) == [.float(23.5)])
    #expect(bench.server.sessions.first?.values.map(\.value.content) == [.float(23.5)])
  }

  @Test func afterAnEmptyAcknowledgementNothingIsSentAgainAndTheResponseIsAcknowledged() throws {
    var (bench, request) = try reading()
    _ = bench.give(Message(type: .acknowledgement, code: .empty, id: request.id))
    #expect(bench.pass(20_000).isEmpty)
    var response = Message(type: .confirmable, code: .content, id: 9, token: request.token)
    response.payload = [UInt8]("21".utf8)
    let sent = bench.give(response)
    #expect(sent == [Message(type: .acknowledgement, code: .empty, id: 9)])
    guard case .responded? = bench.events.last else {
      Issue.record("no response")
      return
    }
    #expect(bench.give(response) == sent)
    #expect(bench.events.last == .duplicate(peer: bench.peer, messageID: 9))
  }

  @Test func aSeparateResponseThatNeverComesEndsInATimeout() throws {
    var (bench, request) = try reading()
    _ = bench.give(Message(type: .acknowledgement, code: .empty, id: request.id))
    #expect(bench.pass(25_000).isEmpty)
    guard case .failed(_, _, .timeout(transmissions: 1))? = bench.events.last else {
      Issue.record("no failure")
      return
    }
  }

  @Test func aSeparateResponseCountsWhenItsAcknowledgementWasLost() throws {
    var (bench, request) = try reading()
    let response = Message(type: .nonConfirmable, code: .content, id: 9, token: request.token)
    #expect(bench.give(response).isEmpty)
    #expect(bench.server.sessions.first?.exchange == nil)
  }

  @Test func aResponseWithAnotherTokenIsDropped() throws {
    var (bench, request) = try reading()
    _ = bench.give(
      Message(type: .acknowledgement, code: .content, id: request.id, token: Token()))
    #expect(bench.server.sessions.first?.exchange != nil)
  }

  @Test func aResponseFromAnotherAddressIsDropped() throws {
    var (bench, request) = try reading()
    bench.peer = Peer(host: .ipv4(0x7F00_0002), port: 40_000)
    _ = bench.answer(request)
    #expect(bench.server.sessions.first?.exchange != nil)
  }

  @Test func aResetEndsTheRequest() throws {
    var (bench, request) = try reading()
    _ = bench.give(Message(type: .reset, code: .empty, id: request.id))
    guard case .failed(_, _, .reset)? = bench.events.last else {
      Issue.record("no failure")
      return
    }
  }

  @Test func oneRequestAtATimeIsUnderWayToADevice() throws {
    var (bench, request) = try reading()
    _ = bench.server.submit(.read, path: Path(3311, 0), to: Bench.endpoint, now: bench.now)
    #expect(bench.collect().isEmpty)
    #expect(bench.answer(request).map(\.path) == ["/3311/0"])
  }

  @Test func deregisteringFailsWhatIsStillToBeAsked() throws {
    var (bench, _) = try reading()
    _ = bench.server.submit(.read, path: Path(3311, 0), to: Bench.endpoint, now: bench.now)
    _ = bench.give(bench.request(.delete, ["rd", "867725030106226"]))
    let ended = bench.events.filter {
      if case .failed(_, _, .sessionEnded) = $0 { true } else { false }
    }
    #expect(ended.count == 2)
  }

  @Test func eachOperationHasItsMethodAndOptions() {
    func message(_ operation: Operation) -> Message {
      operation.message(path: ["3311", "0"], id: 1, token: Token())
    }
    let content = Content(format: .tlv, bytes: [1])
    #expect(message(.write(content)).code == .put)
    #expect(message(.write(content)).contentFormat == .tlv)
    #expect(message(.writePartial(content)).code == .post)
    #expect(message(.execute(arguments: "")).contentFormat == nil)
    #expect(message(.execute(arguments: "0='x'")).contentFormat == .text)
    #expect(message(.writeAttributes(["pmin=1", "pmax=10"])).code == .put)
    let attributes = message(.writeAttributes(["pmin=1", "pmax=10"]))
    #expect(attributes.texts(of: .uriQuery) == ["pmin=1", "pmax=10"])
    #expect(message(.discover).unsigned(.accept) == 40)
    #expect(message(.observe).unsigned(.observe) == 0)
    #expect(message(.read).unsigned(.accept) == nil)
    #expect(message(.readAs(.tlv)).unsigned(.accept) == 11542)
  }
}
