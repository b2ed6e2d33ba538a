import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct BootstrapMistakeTests {
  @Test(arguments: [
    (
      BootstrapMistake.noFinish,
      ["DELETE /0", "DELETE /1", "PUT /0/0 11542", "PUT /1/0 11542", "GET /"]
    ),
    (.emptyFinish, ["POST /bs"]), (.half, ["DELETE /0", "DELETE /1", "PUT /0/0 11542"]),
  ])
  func ordersAreLeftOut(mistake: BootstrapMistake, orders: [String]) {
    var bench = BootstrapBench(.lwm2m, mistake: mistake)
    #expect(bench.run() == orders)
  }

  @Test func theLostAcknowledgementComesToTheDuplicateOfTheRequest() {
    var bench = BootstrapBench(mistake: .lostAcknowledgement)
    let request = bench.request()
    #expect(bench.give(request).map(\.orderSummary) == ["PUT /0/0/0 0"])
    let sent = bench.give(request)
    #expect(sent.map(\.code) == [.changed])
    #expect(sent.map(\.id) == [request.id])
  }

  @Test(arguments: [
    (BootstrapMistake.wrongURI, "http:nowhere"), (.deadURI, "coap://127.0.0.1:9"),
  ])
  func anotherURIIsWritten(mistake: BootstrapMistake, uri: String) {
    var bench = BootstrapBench(mistake: mistake)
    #expect(bench.ask().last?.payload == [UInt8](uri.utf8))
  }

  @Test(arguments: [[BootstrapOrder].onenet, .onenetTLV])
  func theTLVIsCutOff(orders: [BootstrapOrder]) throws {
    var bench = BootstrapBench(orders, mistake: .malformedTLV)
    let write = try #require(bench.ask().last)
    #expect(write.contentFormat == .tlv)
    #expect(PayloadReader.tlv(write.payload, at: Path(0, 0)) == nil)
  }

  @Test func everyOrderIsSentTwice() throws {
    var bench = BootstrapBench(mistake: .duplicates)
    let sent = bench.ask()
    #expect(sent.map(\.code) == [.changed, .put, .put])
    #expect(sent[1] == sent[2])
    let next = bench.answer(sent[1])
    #expect(next.map(\.orderSummary) == ["POST /bs", "POST /bs"])
    // The answer to the duplicate is an acknowledgement of nothing.
    #expect(bench.answer(sent[2]).isEmpty)
  }

  @Test func silenceAnswersNeitherTheRequestNorItsDuplicate() {
    var bench = BootstrapBench(mistake: .silence, times: 1)
    let request = bench.request()
    #expect(bench.give(request).isEmpty)
    #expect(bench.give(request).isEmpty)
    #expect(bench.ask().first?.code == .changed)
  }

  @Test(arguments: [
    (BootstrapMistake.reset, Code.empty, MessageType.reset),
    (.badRequest, .badRequest, .acknowledgement),
    (.unsupportedFormat, .unsupportedContentFormat, .acknowledgement),
  ])
  func theRequestIsRefused(mistake: BootstrapMistake, code: Code, type: MessageType) {
    var bench = BootstrapBench(mistake: mistake)
    let sent = bench.ask()
    #expect(sent.map(\.code) == [code])
    #expect(sent.map(\.type) == [type])
    #expect(bench.server.runs.isEmpty)
  }

  @Test func aMistakeIsMadeAsOftenAsItWasAskedFor() {
    var bench = BootstrapBench(mistake: .emptyFinish, times: 2)
    #expect(bench.run() == ["POST /bs"])
    #expect(bench.run() == ["POST /bs"])
    #expect(bench.run() == ["PUT /0/0/0 0", "POST /bs"])
    #expect(bench.events.filter { if case .mistaken = $0 { true } else { false } }.count == 2)
  }
}
