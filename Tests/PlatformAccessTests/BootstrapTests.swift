import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct BootstrapTests {
  @Test("OneNET: the request is answered 2.04, then the URI is written as text, then Finish")
  func theSequenceOfOneNET() throws {
    var bench = BootstrapBench()
    let sent = bench.ask()
    #expect(sent.map(\.code) == [.changed, .put])
    #expect(sent[0].type == .acknowledgement)
    let write = sent[1]
    #expect(write.type == .confirmable)
    #expect(write.orderSummary == "PUT /0/0/0 0")
    #expect(write.payload == [UInt8](BootstrapBench.account.utf8))
    let finish = try #require(bench.answer(write).first)
    #expect(finish.orderSummary == "POST /bs")
    #expect(bench.answer(finish).isEmpty)
    #expect(
      bench.events.last
        == .bootstrapped(endpoint: Bench.endpoint, account: BootstrapBench.account))
    #expect(bench.server.runs.isEmpty)
    #expect(bench.server.deadline == .never)
  }

  @Test("OneNET: the Security instance may be written in TLV instead")
  func theSequenceInTLV() {
    var bench = BootstrapBench(.onenetTLV)
    #expect(bench.run() == ["PUT /0/0 11542", "POST /bs"])
    let sent = bench.ask()
    #expect(sent.last?.payload.prefix(3) == [0xC8, 0x00, 21])
  }

  @Test("LwM2M 1.0 5.2: Delete, Write of Security and Server, Discover, Finish")
  func theSequenceOfLwM2M() {
    var bench = BootstrapBench(.lwm2m)
    #expect(
      bench.run() == [
        "DELETE /0", "DELETE /1", "PUT /0/0 11542", "PUT /1/0 11542", "GET /", "POST /bs",
      ])
  }

  @Test func eachOrderWaitsForTheAnswerBeforeAndIsSentAgain() throws {
    var bench = BootstrapBench()
    let write = try #require(bench.ask().last)
    #expect(bench.passToDeadline() == [write])
    #expect(bench.passToDeadline() == [write])
    #expect(bench.passToDeadline().isEmpty)
    #expect(bench.server.runs.isEmpty)
    #expect(
      bench.events.last
        == .bootstrapStopped(endpoint: Bench.endpoint, reason: "Bootstrap-Write /0/0/0 failed"))
  }

  @Test func anOrderMayBeAnsweredSeparately() throws {
    var bench = BootstrapBench()
    let write = try #require(bench.ask().last)
    #expect(bench.give(Message(type: .acknowledgement, code: .empty, id: write.id)).isEmpty)
    let late = Message(type: .confirmable, code: .changed, id: 9, token: write.token)
    #expect(bench.give(late).map(\.orderSummary) == ["empty /", "POST /bs"])
  }

  @Test func aRefusedOrderStopsTheListAndCommandsMendIt() throws {
    var bench = BootstrapBench()
    let write = try #require(bench.ask().last)
    #expect(bench.answer(write, .badRequest).isEmpty)
    #expect(
      bench.events.last
        == .bootstrapStopped(
          endpoint: Bench.endpoint, reason: "the device answered 4.00 Bad Request"))
    let id = try bench.server.submit(
      .write(Path(0, 0), "0=$uri", .tlv), to: Bench.endpoint, now: bench.now)
    #expect(id != nil)
    let mended = try #require(bench.collect().first)
    #expect(mended.orderSummary == "PUT /0/0 11542")
    _ = bench.answer(mended)
    _ = try bench.server.submit(.finish, to: Bench.endpoint, now: bench.now)
    _ = bench.answer(try #require(bench.collect().first))
    #expect(bench.server.runs.isEmpty)
  }

  @Test func aSecondRequestBeginsAnew() throws {
    var bench = BootstrapBench()
    let first = try #require(bench.ask().last)
    let second = try #require(bench.ask().last)
    #expect(first.id != second.id)
    #expect(bench.server.runs.count == 1)
    #expect(bench.answer(first).isEmpty)
    #expect(bench.answer(second).map(\.orderSummary) == ["POST /bs"])
  }

  @Test func aDuplicateOfTheRequestGetsTheSameAnswerAndNoSecondList() {
    var bench = BootstrapBench()
    let request = bench.request()
    let sent = bench.give(request)
    #expect(bench.give(request) == [sent[0]])
  }

  @Test("8.3: the auth code is checked as on Register, 4.03")
  func theAuthCode() {
    var configuration = Configuration()
    configuration.authCode = "secret"
    configuration.denied = ["1"]
    var bench = BootstrapBench(configuration: configuration)
    #expect(bench.ask().map(\.code) == [.forbidden])
    var message = bench.request()
    message.add(.authCode, text: "secret")
    #expect(bench.give(message).first?.code == .changed)
    var denied = bench.request("1;2")
    denied.add(.authCode, text: "secret")
    #expect(bench.give(denied).map(\.code) == [.forbidden])
  }

  @Test("8.2: no endpoint name is 4.00, a payload is 4.15")
  func wrongRequests() {
    var bench = BootstrapBench()
    #expect(bench.give(bench.request(nil)).map(\.code) == [.badRequest])
    var message = bench.request()
    message.payload = [1]
    #expect(bench.give(message).map(\.code) == [.unsupportedContentFormat])
    #expect(bench.give(bench.request(code: .get)).map(\.code) == [.methodNotAllowed])
    #expect(bench.give(bench.request(path: ["rd"])).map(\.code) == [.notFound])
    #expect(bench.server.runs.isEmpty)
  }

  @Test func anAccountOfOneDeviceOverridesThatOfAll() throws {
    var bench = BootstrapBench()
    bench.server.plan.accounts["867725030106226"] = "coap://h:1"
    #expect(bench.ask().last?.payload == [UInt8]("coap://h:1".utf8))
    bench.server.plan.accounts = [:]
    #expect(bench.ask().map(\.code) == [.badRequest])
  }

  @Test func whatNobodyAskedForIsReset() {
    var bench = BootstrapBench()
    let message = Message(
      type: .confirmable, code: .content, id: 7, token: Token(bits: 1, length: 1))
    #expect(bench.give(message).map(\.type) == [.reset])
  }

  @Test func aRestartForgetsWhatIsUnderWay() throws {
    var bench = BootstrapBench()
    let write = try #require(bench.ask().last)
    bench.server.restart()
    #expect(bench.answer(write).isEmpty)
    #expect(bench.server.runs.isEmpty)
    #expect(bench.server.deadline == .never)
  }
}
