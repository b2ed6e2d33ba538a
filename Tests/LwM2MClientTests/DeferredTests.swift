import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let action = Path(3311, 0, 5605)
private let dimmer = Path(3311, 0, 5851)

private func device(observations: Int = 8, deferred: Int = 2) -> ServedDevice {
  let device = ServedDevice(
    [
      .action(action), .one(dimmer, .integer, .integer(10)),
      .one(Path(3311, 1, 5851), .integer, .integer(1)),
    ],
    consultation: Consultation(beforeRead: true, beforeWrite: true, executes: true, mayDefer: true),
    observations: observations, deferred: deferred)
  device.verdict = { _ in .pending }
  return device
}

/// A request of each kind that can be deferred, and the code of its success.
private let kinds: [(Code, String, [UInt8], Code)] = [
  (.get, "/3311/0/5851", [], .content), (.put, "/3311/0/5851", [0x39], .changed),
  (.post, "/3311/0/5605", [0x35], .changed),
]

@Suite struct DeferredTests {
  @Test(
    "4.1 RFC 7252 5.2.2: unacknowledged → answered in time: respond; answered in time → finished: the response is sent",
    arguments: 0...2)
  func inTime(kind: Int) throws {
    let (code, path, payload, success) = kinds[kind]
    let device = device()
    let message = device.request(code, path, payload: payload)
    #expect(device.deliver(message).isEmpty)
    #expect(device.pass(999).isEmpty)
    let answer = try #require(device.respond(device.handles[0])?.first)
    #expect(answer.type == .acknowledgement)
    #expect(answer.id == message.id)
    #expect(answer.token == message.token)
    #expect(answer.code == success)
    #expect(answer.text == (kind == 0 ? "10" : ""))
    #expect(device.takeEvents() == [[21, device.handles[0]]])
    #expect(device.pass(60_000).isEmpty)
    #expect(device.occupancy.deferred == 0)
  }

  @Test(
    "4.1 RFC 7252 5.2.2: unacknowledged → acknowledged: ack_delay_ms; acknowledged → answered late: respond; answered late → finished: acknowledged",
    arguments: 0...2)
  func separate(kind: Int) throws {
    let (code, path, payload, success) = kinds[kind]
    let device = device()
    let message = device.request(code, path, payload: payload)
    #expect(device.deliver(message).isEmpty)
    let early = device.pass(5000)
    #expect(early.map(\.at) == [1000])
    #expect(early.first?.sent == Datagram(.acknowledgement, .empty, id: message.id))
    let answer = try #require(device.respond(device.handles[0])?.first)
    #expect(answer.type == .confirmable)
    #expect(answer.id != message.id)
    #expect(answer.token == message.token)
    #expect(answer.code == success)
    #expect(device.takeEvents() == [])
    #expect(device.acknowledge(answer).isEmpty)
    #expect(device.takeEvents() == [[21, device.handles[0]]])
    #expect(device.pass(200_000).isEmpty)
  }

  @Test(
    "4.1 RFC 7252 5.2.2: a separate response is sent again with the same ID until it is acknowledged"
  )
  func retransmitted() throws {
    let device = device()
    device.deliver(device.request(.post, "/3311/0/5605"))
    device.pass(2000)
    let answer = try #require(device.respond(device.handles[0])?.first)
    let again = device.pass(30_000)
    #expect(again.count >= 2)
    #expect(again.allSatisfy { $0.sent == answer })
    #expect((2000...3000).contains(again[0].at))
    device.acknowledge(answer)
    #expect(device.takeEvents() == [[21, device.handles[0]]])
    #expect(device.pass(100_000).isEmpty)
  }

  @Test("answered late → finished: Reset or not acknowledged; it has failed")
  func undelivered() throws {
    let device = device()
    device.deliver(device.request(.post, "/3311/0/5605"))
    device.pass(2000)
    _ = try #require(device.respond(device.handles[0]))
    #expect(device.pass(100_000).count == 4)
    #expect(device.takeEvents() == [[20, device.handles[0]]])
    device.deliver(device.request(.post, "/3311/0/5605"))
    device.pass(2000)
    let answer = try #require(device.respond(device.handles[1])?.first)
    device.reset(answer)
    #expect(device.takeEvents() == [[20, device.handles[1]]])
    #expect(device.occupancy.deferred == 0)
  }

  @Test("acknowledged → answered late: answer_timeout_s; 5.04, a failure even when it arrives")
  func timeout() {
    let device = device()
    let message = device.request(.put, "/3311/0/5851", payload: [0x39])
    device.deliver(message)
    let sent = device.pass(10_500)
    #expect(sent.map(\.at) == [1000, 10_000])
    #expect(sent.last?.sent.code == .gatewayTimeout)
    #expect(sent.last?.sent.type == .confirmable)
    #expect(device.respond(device.handles[0]) == nil)
    device.acknowledge(sent[1].sent)
    #expect(device.takeEvents() == [[20, device.handles[0]]])
    #expect(device.respond(device.handles[0]) == nil)
    #expect(device.stored.isEmpty)
  }

  @Test("An answer counts once, and only for a request that waits")
  func unknownHandle() {
    let device = device()
    #expect(device.respond(0) == nil)
    #expect(device.respond(77) == nil)
    device.deliver(device.request(.post, "/3311/0/5605"))
    device.pass(2000)
    #expect(device.respond(device.handles[0]) != nil)
    #expect(device.respond(device.handles[0], .forbidden) == nil)
  }

  @Test("The application's code goes out as it is")
  func refusal() throws {
    let device = device()
    device.deliver(device.request(.get, "/3311/0/5851"))
    let answer = try #require(device.respond(device.handles[0], .forbidden)?.first)
    #expect(answer.code == .forbidden)
    #expect(answer.payload.isEmpty)
    #expect(device.takeEvents() == [[21, device.handles[0]]])
  }

  @Test("When as many wait as may, a request is 5.03 without a question")
  func tableFull() {
    let device = device()
    device.deliver(device.request(.post, "/3311/0/5605"))
    device.deliver(device.request(.get, "/3311/0/5851"))
    #expect(device.takeConversation().count == 2)
    for (code, path, payload, _) in kinds {
      let answer = device.ask(code, path, payload: payload)
      #expect(answer.code == .serviceUnavailable)
      #expect(answer.maxAge == 5)
    }
    #expect(device.takeConversation() == [])
    #expect(device.statistics[.deferred].refused == 3)
    #expect(device.statistics[.deferred].peak == 2)
    _ = device.respond(device.handles[0])
    #expect(device.deliver(device.request(.post, "/3311/0/5605")).isEmpty)
    #expect(device.takeConversation().count == 1)
  }

  @Test(
    "4.1 RFC 7252 4.5: a duplicate gets nothing before the acknowledgement, and the acknowledgement after it"
  )
  func duplicate() throws {
    for (code, path, payload, _) in kinds {
      let device = device()
      let message = device.request(code, path, payload: payload)
      device.deliver(message)
      #expect(device.deliver(message).isEmpty)
      device.pass(1000)
      let acknowledgement = Datagram(.acknowledgement, .empty, id: message.id)
      #expect(device.deliver(message) == [acknowledgement])
      let answer = try #require(device.respond(device.handles[0])?.first)
      #expect(device.deliver(message) == [acknowledgement])
      device.acknowledge(answer)
      #expect(device.deliver(message) == [acknowledgement])
      #expect(device.takeConversation().count == 1)
    }
  }

  @Test(
    "4.1 RFC 7252 4.5: a duplicate of what was answered in time is answered the same, without a question"
  )
  func duplicateInTime() {
    let device = device()
    let message = device.request(.post, "/3311/0/5605")
    device.deliver(message)
    let answer = device.respond(device.handles[0])
    #expect(device.deliver(message) == answer)
    #expect(device.takeConversation().count == 1)
  }

  @Test(
    "4.1 RFC 7252 5.2.2: a non-confirmable request is answered non-confirmable, and not acknowledged"
  )
  func nonConfirmable() throws {
    let device = device()
    device.deliver(device.request(.get, "/3311/0/5851", type: .nonConfirmable))
    #expect(device.pass(5000).isEmpty)
    let answer = try #require(device.respond(device.handles[0])?.first)
    #expect(answer.type == .nonConfirmable)
    #expect(answer.text == "10")
    #expect(device.takeEvents() == [[21, device.handles[0]]])
    device.deliver(device.request(.get, "/3311/0/5851", type: .nonConfirmable))
    let late = device.pass(20_000)
    #expect(late.map(\.at) == [10_000])
    #expect(late.first?.sent.code == .gatewayTimeout)
    #expect(device.takeEvents() == [[20, device.handles[1]]])
  }

  @Test("A pending Write stores nothing, whatever was agreed to before")
  func pendingWrite() {
    let device = device()
    device.verdict = { $0.resource.path == dimmer ? .pending : .agreed }
    device.deliver(
      device.request(.put, "/3311/0", [.format(11542)], payload: [0xE1, 0x16, 0xDB, 9]))
    #expect(device.stored.isEmpty)
    #expect(device.respond(device.handles[0])?.map(\.code) == [.changed])
    #expect(device.stored.isEmpty)
  }

  @Test("A refusal after a pending value is the answer, and nothing waits")
  func refusalAfterPending() {
    let device = ServedDevice(
      [.one(dimmer, .integer, .integer(1)), .one(Path(3311, 0, 5850), .boolean, .boolean(false))],
      consultation: Consultation(beforeWrite: true, mayDefer: true))
    device.verdict = { $0.resource.path == dimmer ? .pending : .refused(.forbidden) }
    let answer = device.tlv(.post, "/3311/0", [0xE1, 0x16, 0xDB, 6, 0xE1, 0x16, 0xDA, 1])
    #expect(answer.code == .forbidden)
    #expect(device.respond(device.handles[0]) == nil)
    #expect(device.occupancy.deferred == 0)
  }

  @Test("A read of several resources defers once")
  func readDefersOnce() {
    let device = device()
    device.deliver(device.request(.get, "/3311"))
    #expect(device.takeConversation() == ["read /3311/0/5851"])
    let answer = device.respond(device.handles[0])?.first
    #expect(answer?.format == 11542)
    #expect(answer?.code == .content)
  }

  @Test("A deferred Observe observes from its answer on", arguments: [500, 5000] as [UInt64])
  func observe(after: UInt64) throws {
    let device = device()
    device.deliver(device.request(.get, "/3311/0/5851", [.observe(0)], token: [5]))
    #expect(device.occupancy.observations == 0)
    device.pass(after)
    let answer = try #require(device.respond(device.handles[0])?.first)
    let first = try #require(answer.observe)
    #expect(device.occupancy.observations == 1)
    if answer.type == .confirmable { device.acknowledge(answer) }
    device.verdict = { _ in .agreed }
    let notification = try #require(device.change(dimmer, .integer(11)).first)
    #expect(notification.token == [5])
    #expect(try #require(notification.observe) > first)
  }

  @Test(
    "4.1 RFC 7641 4.1: a deferred Observe that fails, or finds the table full, observes nothing")
  func observeFails() throws {
    let device = device(observations: 1)
    device.deliver(device.request(.get, "/3311/0/5851", [.observe(0)], token: [5]))
    let failed = try #require(device.respond(device.handles[0], .serviceUnavailable)?.first)
    #expect(failed.observe == nil)
    #expect(device.occupancy.observations == 0)
    device.verdict = { _ in .agreed }
    device.observe("/3311/1/5851", token: [6])
    device.verdict = { _ in .pending }
    device.deliver(device.request(.get, "/3311/0/5851", [.observe(0)], token: [5]))
    let plain = try #require(device.respond(device.handles.last!)?.first)
    #expect(plain.code == .content)
    #expect(plain.observe == nil)
  }

  @Test("A cancellation takes effect whatever becomes of its read")
  func cancel() {
    for verdict in [Verdict.pending, .refused(.serviceUnavailable), .agreed] {
      let device = device()
      device.verdict = { _ in .agreed }
      device.observe("/3311/0/5851", token: [5])
      #expect(device.occupancy.observations == 1)
      device.verdict = { _ in verdict }
      device.deliver(device.request(.get, "/3311/0/5851", [.observe(1)], token: [5]))
      #expect(device.occupancy.observations == 0)
    }
  }

  @Test("An Observe that is refused ends the observation there was")
  func refusedAgain() {
    let device = device()
    device.verdict = { _ in .agreed }
    device.observe("/3311/0/5851", token: [5])
    device.verdict = { _ in .refused(.serviceUnavailable) }
    #expect(device.observe("/3311/0/5851", token: [5]).code == .serviceUnavailable)
    #expect(device.occupancy.observations == 0)
  }

  @Test("any → finished: the registration or the socket goes")
  func abandoned() {
    let device = device()
    device.deliver(device.request(.post, "/3311/0/5605"))
    device.deregister()
    #expect(device.takeEvents() == [[20, device.handles[0]]])
    #expect(device.respond(device.handles[0]) == nil)
    let other = ServedDevice(
      [.action(action)], consultation: Consultation(executes: true, mayDefer: true))
    other.verdict = { _ in .pending }
    other.deliver(other.request(.post, "/3311/0/5605"))
    other.linkLost()
    #expect(other.takeEvents() == [[5, 0], [20, other.handles[0]]])
  }

  @Test("4.1 RFC 7252 4.7: two separate responses leave one after the other")
  func oneAtATime() throws {
    let device = device()
    device.deliver(device.request(.post, "/3311/0/5605", token: [1]))
    device.deliver(device.request(.post, "/3311/0/5605", token: [2]))
    #expect(device.pass(1500).map(\.at) == [1000, 1000])
    let first = try #require(device.respond(device.handles[0])?.first)
    #expect(device.respond(device.handles[1]) == [])
    let second = try #require(device.acknowledge(first).first)
    #expect(second.token == [2])
    device.acknowledge(second)
    #expect(device.takeEvents() == [[21, device.handles[0]], [21, device.handles[1]]])
  }
}
