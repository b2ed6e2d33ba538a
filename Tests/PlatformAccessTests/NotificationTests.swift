import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct NotificationTests {
  private func prepared() -> (Bench, Token) {
    var bench = Bench()
    _ = bench.prepare()
    bench.events = []
    return (bench, bench.token(of: Path(3303, 0)))
  }

  private func notifications(_ bench: Bench) -> [Event.Notification] {
    bench.events.compactMap {
      if case .notified(let notification) = $0 { notification } else { nil }
    }
  }

  @Test func aNonConfirmableNotificationIsTakenAndNotAnswered() {
    var (bench, token) = prepared()
    #expect(bench.give(bench.notification(token)).isEmpty)
    #expect(notifications(bench).map(\.path.text) == ["/3303/0"])
    let values = bench.server.sessions.first?.values.map(\.value)
    #expect(values == [ReportedValue(path: Path(3303, 0, 5700), content: .float(23.5))])
  }

  @Test func aConfirmableNotificationIsAcknowledged() {
    var (bench, token) = prepared()
    let message = bench.notification(token, type: .confirmable)
    let expected = Message(type: .acknowledgement, code: .empty, id: message.id)
    #expect(bench.give(message) == [expected])
  }

  @Test func aDuplicateWithinTwoHundredFortySevenSecondsIsAnsweredAndNotTakenAgain() {
    var (bench, token) = prepared()
    let message = bench.notification(token, type: .confirmable)
    let first = bench.give(message)
    _ = bench.pass(246_999)
    #expect(bench.give(message) == first)
    #expect(notifications(bench).count == 1)
    _ = bench.pass(1)
    _ = bench.give(message)
    #expect(notifications(bench).count == 2)
  }

  @Test func theSameMessageIDWithAnotherTokenIsNoDuplicate() {
    var (bench, token) = prepared()
    let first = bench.notification(token)
    _ = bench.give(first)
    var second = bench.notification(bench.token(of: Path(3311, 0)))
    second.id = first.id
    _ = bench.give(second)
    #expect(notifications(bench).count == 2)
  }

  @Test func aDuplicateRegisterIsAnsweredWithTheSameLocationAndChangesNothing() {
    var bench = Bench()
    let message = bench.request(.post, ["rd"], query: ["ep=a;b"], payload: "</3303/0>")
    let sent = bench.give(message)
    #expect(sent.map(\.code) == [.created, .get])
    #expect(bench.give(message) == [sent[0]])
    #expect(bench.events.last == .duplicate(peer: bench.peer, messageID: message.id))
  }

  @Test func aNotificationWithAnUnknownTokenIsReset() {
    var (bench, _) = prepared()
    let message = bench.notification(Token(bits: 1, length: 8))
    let expected = Message(type: .reset, code: .empty, id: message.id)
    #expect(bench.give(message) == [expected])
  }

  @Test func aNotificationFromAnUnknownDeviceIsReset() {
    var bench = Bench()
    let message = bench.notification(Token(bits: 1, length: 4), type: .confirmable)
    #expect(bench.give(message).map(\.type) == [.reset])
  }

  @Test func aNotificationFromAnExpiredDeviceIsReset() {
    var (bench, token) = prepared()
    bench.now = bench.now + .seconds(300)
    #expect(bench.give(bench.notification(token)).map(\.type) == [.reset])
    #expect(bench.events.contains(.expired(endpoint: Bench.endpoint)))
  }

  @Test func aNotificationOlderThanTheLastIsDroppedButAcknowledged() {
    var (bench, token) = prepared()
    _ = bench.give(bench.notification(token, sequence: 10))
    let late = bench.notification(token, type: .confirmable, sequence: 9)
    #expect(bench.give(late).map(\.type) == [.acknowledgement])
    #expect(notifications(bench).count == 1)
    _ = bench.pass(128_001)
    _ = bench.give(bench.notification(token, sequence: 8))
    #expect(notifications(bench).count == 2)
  }

  @Test func theObserveNumberWraps() {
    var (bench, token) = prepared()
    _ = bench.give(bench.notification(token, sequence: 0x7F_FFFF))
    _ = bench.give(bench.notification(token, sequence: 0xFF_FFF0))
    _ = bench.give(bench.notification(token, sequence: 3))
    #expect(notifications(bench).count == 3)
  }

  @Test func anErrorEndsTheObservation() {
    var (bench, token) = prepared()
    var message = bench.notification(token)
    message.code = .notFound
    _ = bench.give(message)
    #expect(notifications(bench).map(\.isLast) == [true])
    #expect(bench.give(bench.notification(token)).map(\.type) == [.reset])
  }

  @Test func anAcknowledgementOfNothingWithTheTokenOfAnObservationIsANotification() {
    var (bench, token) = prepared()
    #expect(bench.give(bench.notification(token, type: .acknowledgement)).isEmpty)
    #expect(notifications(bench).count == 1)
  }

  @Test func cancelUsesTheTokenOfTheObservationAndEndsIt() throws {
    var (bench, token) = prepared()
    _ = bench.server.submit(
      .cancelObservation, path: Path(3303, 0), to: Bench.endpoint, now: bench.now)
    let cancel = try #require(bench.collect().first)
    #expect(cancel.token == token)
    #expect(cancel.unsigned(.observe) == 1)
    _ = bench.give(bench.notification(token))
    #expect(notifications(bench).count == 1)
    _ = bench.answer(cancel)
    #expect(bench.give(bench.notification(token, sequence: 3)).map(\.type) == [.reset])
  }

  @Test func observingAgainKeepsTheToken() throws {
    var (bench, token) = prepared()
    _ = bench.server.submit(.observe, path: Path(3303, 0), to: Bench.endpoint, now: bench.now)
    let observe = try #require(bench.collect().first)
    #expect(observe.token == token)
    _ = bench.answer(observe)
    #expect(bench.server.sessions.first?.observations.count == 3)
  }

  @Test func pingIsAnsweredByReset() {
    var bench = Bench()
    let sent = bench.give(Message(type: .confirmable, code: .empty, id: 77))
    #expect(sent == [Message(type: .reset, code: .empty, id: 77)])
  }

  @Test func malformedConfirmableMessagesAreResetAndOthersDropped() {
    var bench = Bench()
    for (bytes, resets) in [
      ([0x40, 0x02, 0x00, 0x05, 0xFF], true), ([0x50, 0x02, 0x00, 0x05, 0xFF], false),
      ([0x49, 0x02, 0x00, 0x05], true), ([0x80, 0x02, 0x00, 0x05], false), ([0x40], false),
    ] as [([UInt8], Bool)] {
      bench.server.handle(datagram: bytes, from: bench.peer, now: bench.now)
      #expect(bench.collect().map(\.type) == (resets ? [.reset] : []))
    }
  }
}
