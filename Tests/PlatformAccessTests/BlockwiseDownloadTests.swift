import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

/// Answers and notifications that are longer than a message.
@Suite struct BlockwiseDownloadTests {
  private static let path = Path(26241, 0, 0)

  private func asking(
    _ operation: PlatformAccess.Operation = .read, _ change: (inout BlockSizes) -> Void = { _ in }
  ) throws -> (Bench, Message) {
    var configuration = Configuration()
    change(&configuration.blocks)
    var bench = Bench(configuration)
    _ = bench.prepare()
    bench.events = []
    _ = bench.server.submit(
      operation, path: BlockwiseDownloadTests.path, to: Bench.endpoint, now: bench.now)
    let request = try #require(bench.collect().first)
    return (bench, request)
  }

  /// Answers from `body` until nothing is asked any more; returns the requests.
  private func finish(
    _ bench: inout Bench, _ first: Message, _ body: [UInt8], size: Int, hasTotal: Bool = false
  ) -> [String] {
    var requests: [String] = []
    var pending: [Message] = [first]
    while let request = pending.popLast() {
      requests.append(request.blockSummary)
      pending = bench.answerBlock(request, of: body, size: size, hasTotal: hasTotal)
    }
    return requests
  }

  @Test("RFC 7959 2.4: the rest of an answer is asked for block by block and told as a whole")
  func read() throws {
    var (bench, first) = try asking()
    let body = Bench.body(1300)
    #expect(
      finish(&bench, first, body, size: 512, hasTotal: true) == [
        "Read /26241/0/0", "Read /26241/0/0 1/last/512", "Read /26241/0/0 2/last/512",
      ])
    #expect(bench.lastResponse?.payload == body)
    #expect(bench.lastResponse?.format == .opaque)
    #expect(bench.progress == ["512/1300 by 512", "1024/1300 by 512"])
    let values = bench.server.sessions.first?.values.map(\.value.content)
    #expect(values?.contains(.opaque(body)) == true)
  }

  @Test("RFC 7959 2.4: without Size2 each doubling is told")
  func unknownSize() throws {
    var (bench, first) = try asking()
    _ = finish(&bench, first, Bench.body(5000), size: 512)
    #expect(bench.progress == ["1024 by 512", "2048 by 512", "4096 by 512"])
  }

  @Test("RFC 7959 2.4: a request for a block repeats Accept")
  func accept() throws {
    var (bench, first) = try asking(.readAs(.opaque))
    let second = try #require(
      bench.answerBlock(first, of: Bench.body(100), size: 64).first)
    #expect(second.unsigned(.accept) == 42)
    #expect(second.token != first.token)
  }

  @Test("RFC 7959 2.4: the first GET asks for the size that was configured")
  func early() throws {
    var (bench, first) = try asking(.read) { $0.asked = 2 }
    #expect(first.blockSummary == "Read /26241/0/0 0/last/64")
    let body = Bench.body(100)
    #expect(
      finish(&bench, first, body, size: 1024) == [
        "Read /26241/0/0 0/last/64", "Read /26241/0/0 1/last/64",
      ])
    #expect(bench.lastResponse?.payload == body)
  }

  @Test("RFC 7959 2.4: a device may answer in smaller blocks from the second one on")
  func smaller() throws {
    var (bench, first) = try asking()
    let body = Bench.body(300)
    let second = try #require(bench.answerBlock(first, of: body, size: 128).first)
    #expect(second.blockSummary == "Read /26241/0/0 1/last/128")
    let third = try #require(bench.answerBlock(second, of: body, size: 64).first)
    #expect(third.blockSummary == "Read /26241/0/0 3/last/64")
    _ = finish(&bench, third, body, size: 64)
    #expect(bench.lastResponse?.payload == body)
  }

  @Test("RFC 7959 2.4: another ETag means another value, which is read from its beginning")
  func changed() throws {
    var (bench, first) = try asking()
    let second = try #require(
      bench.answerBlock(first, of: Bench.body(300), size: 128, eTag: 1).first)
    let other = [UInt8](repeating: 9, count: 300)
    let again = try #require(bench.answerBlock(second, of: other, size: 128, eTag: 2).first)
    #expect(again.blockSummary == "Read /26241/0/0 0/last/128")
    #expect(bench.progress == ["0 by 128 changed"])
    var pending = [again]
    while let request = pending.popLast() {
      pending = bench.answerBlock(request, of: other, size: 128, eTag: 2)
    }
    #expect(bench.lastResponse?.payload == other)
  }

  @Test("RFC 7959 2.4: a value that changes each time is given up after three new beginnings")
  func changesAlways() throws {
    var (bench, first) = try asking()
    var pending = [first]
    var asked = 0
    while let request = pending.popLast() {
      asked += 1
      pending = bench.answerBlock(request, of: Bench.body(300), size: 128, eTag: UInt8(asked))
    }
    // Twice in each try: the first block, and the second with another ETag.
    #expect(asked == 8)
    #expect(
      bench.lastFailure
        == .blocks(reason: "the value changed again and again while it was read"))
  }

  @Test("RFC 7959 2.9.2: 4.08 to a request for a block begins anew")
  func incomplete() throws {
    var (bench, first) = try asking()
    let second = try #require(bench.answerBlock(first, of: Bench.body(300), size: 128).first)
    let again = try #require(bench.answer(second, .requestEntityIncomplete).first)
    #expect(again.blockSummary == "Read /26241/0/0 0/last/128")
  }

  @Test("RFC 7959 2.4: an error in the middle is the answer")
  func refused() throws {
    var (bench, first) = try asking()
    let second = try #require(bench.answerBlock(first, of: Bench.body(300), size: 128).first)
    #expect(bench.answer(second, .notFound).isEmpty)
    #expect(bench.lastResponse?.code == .notFound)
  }

  @Test("RFC 7959 2.2: blocks that are not of one body end the transfer")
  func notOfOneBody() throws {
    var (bench, first) = try asking()
    let second = try #require(bench.answerBlock(first, of: Bench.body(300), size: 128).first)
    _ = bench.answer(second, payload: [1, 2, 3])
    #expect(
      bench.lastFailure
        == .blocks(reason: "a block was asked for, an answer without Block2 came"))
    var (other, begun) = try asking()
    var message = Message(
      type: .acknowledgement, code: .content, id: begun.id, token: begun.token)
    message.add(.block2, unsigned: Bench.block(0, hasMore: true, size: 64))
    message.payload = [1, 2, 3]
    _ = other.give(message)
    #expect(other.lastFailure == .blocks(reason: "Block2 of the first answer does not fit it"))
  }

  @Test("RFC 7959 4: a value longer than the limit is not read to its end")
  func tooLong() throws {
    var (bench, first) = try asking(.read) { $0.limit = 200 }
    _ = finish(&bench, first, Bench.body(300), size: 128)
    #expect(bench.lastFailure == .blocks(reason: "the value is longer than 200 bytes"))
  }

  @Test("LwM2M 1.0 5.4.2: a long list of links is put together before it is read")
  func discover() throws {
    var (bench, first) = try asking(.discover)
    let links = (0..<40).map { "</26241/0/\($0)>" }.joined(separator: ",")
    var pending = [first]
    while let request = pending.popLast() {
      let start = request.block(.block2)?.offset ?? 0
      let bytes = [UInt8](links.utf8)
      let end = min(start + 256, bytes.count)
      var message = Message(
        type: .acknowledgement, code: .content, id: request.id, token: request.token)
      message.add(.contentFormat, unsigned: 40)
      message.add(
        .block2, unsigned: Bench.block(UInt32(start / 256), hasMore: end < bytes.count, size: 256))
      message.payload = [UInt8](bytes[start..<end])
      pending = bench.give(message)
    }
    guard case .links(let found)? = bench.lastResponse?.values.first?.content else {
      Issue.record("no links")
      return
    }
    #expect(found.count == 40)
  }

  @Test("RFC 7959 2.6: the rest of the answer to an Observe is asked for without Observe")
  func observe() throws {
    var (bench, first) = try asking(.observe)
    let body = Bench.body(300)
    let second = try #require(bench.answerBlock(first, of: body, size: 128).first)
    #expect(second.unsigned(.observe) == nil)
    #expect(second.token != first.token)
    _ = finish(&bench, second, body, size: 128)
    #expect(bench.lastResponse?.isObserving == true)
    #expect(bench.lastResponse?.payload == body)
    #expect(bench.token(of: BlockwiseDownloadTests.path) == first.token)
  }
}

/// Notifications that are longer than a message.
@Suite struct BlockwiseNotificationTests {
  private static let path = Path(3303, 0)

  private func prepared() -> Bench {
    var bench = Bench()
    _ = bench.prepare()
    bench.events = []
    return bench
  }

  /// The first block of a notification of `body`.
  private func first(
    _ bench: inout Bench, _ body: [UInt8], type: MessageType = .confirmable, sequence: UInt32 = 2,
    eTag: UInt8 = 1
  ) -> Message {
    let token = bench.token(of: BlockwiseNotificationTests.path)
    var message = bench.notification(
      token, type: type, sequence: sequence, payload: [UInt8](body.prefix(128)))
    message.remove(.contentFormat)
    message.add(.contentFormat, unsigned: 42)
    message.add(.eTag, [eTag])
    message.add(.block2, unsigned: Bench.block(0, hasMore: true, size: 128))
    return message
  }

  private func notifications(_ bench: Bench) -> [Event.Notification] {
    bench.events.compactMap {
      if case .notified(let notification) = $0 { notification } else { nil }
    }
  }

  @Test("RFC 7959 2.6: the rest of a notification is read without Observe, under another token")
  func rest() throws {
    var bench = prepared()
    let body = Bench.body(300)
    let message = first(&bench, body)
    let sent = bench.give(message)
    #expect(sent.map(\.type) == [.acknowledgement, .confirmable])
    var asked: [String] = []
    var pending = [Message](sent.dropFirst())
    while let request = pending.popLast() {
      #expect(request.unsigned(.observe) == nil)
      #expect(request.token != message.token)
      asked.append(request.blockSummary)
      pending = bench.answerBlock(request, of: body, size: 128)
    }
    #expect(asked == ["Read /3303/0 1/last/128", "Read /3303/0 2/last/128"])
    #expect(notifications(bench).map(\.payload) == [body])
    #expect(notifications(bench).map(\.sequence) == [2])
    #expect(notifications(bench).map(\.type) == [.confirmable])
    #expect(bench.server.sessions.first?.observations.count == 3)
  }

  @Test("RFC 7959 2.6: a newer notification makes the rest of the one before useless")
  func overtaken() throws {
    var bench = prepared()
    _ = bench.give(first(&bench, Bench.body(300)))
    let newer = [UInt8](repeating: 7, count: 200)
    let sent = bench.give(first(&bench, newer, type: .nonConfirmable, sequence: 3, eTag: 2))
    let abandoned = bench.events.filter {
      if case .failed(_, _, .overtaken) = $0 { true } else { false }
    }
    #expect(abandoned.count == 1)
    let request = try #require(sent.first)
    _ = bench.answerBlock(request, of: newer, size: 128, eTag: 2)
    #expect(notifications(bench).map(\.payload) == [newer])
  }

  @Test("RFC 7252 4.7: the rest of a notification waits for the request that is under way")
  func waits() throws {
    var bench = prepared()
    _ = bench.server.submit(.read, path: Path(3311, 0), to: Bench.endpoint, now: bench.now)
    let read = try #require(bench.collect().first)
    let body = Bench.body(200)
    #expect(bench.give(first(&bench, body, type: .nonConfirmable)).isEmpty)
    let rest = try #require(bench.answer(read).first)
    #expect(rest.blockSummary == "Read /3303/0 1/last/128")
    _ = bench.answerBlock(rest, of: body, size: 128)
    #expect(notifications(bench).map(\.payload) == [body])
  }

  @Test("RFC 7252 4.5: a duplicate of the first block is acknowledged and not fetched again")
  func duplicate() {
    var bench = prepared()
    let message = first(&bench, Bench.body(300))
    let sent = bench.give(message)
    #expect(bench.give(message) == [sent[0]])
  }

  @Test("RFC 7959 2.6: a rest that does not come is told; the observation stays")
  func lost() {
    var bench = prepared()
    _ = bench.give(first(&bench, Bench.body(300)))
    _ = bench.pass(25_000)
    #expect(bench.lastFailure == .timeout(transmissions: 1))
    #expect(notifications(bench).isEmpty)
    #expect(bench.server.sessions.first?.observations.count == 3)
    #expect(bench.give(bench.notification(bench.token(of: Path(3303, 0)), sequence: 4)).isEmpty)
    #expect(notifications(bench).count == 1)
  }

  @Test("RFC 7959 2.4: a value that changes while the rest is read arrives as it is then")
  func changed() throws {
    var bench = prepared()
    let rest = try #require(bench.give(first(&bench, Bench.body(300))).last)
    let other = [UInt8](repeating: 5, count: 200)
    var pending = bench.answerBlock(rest, of: other, size: 128, eTag: 2)
    while let request = pending.popLast() {
      pending = bench.answerBlock(request, of: other, size: 128, eTag: 2)
    }
    #expect(notifications(bench).map(\.payload) == [other])
    #expect(notifications(bench).map(\.sequence) == [2])
    #expect(notifications(bench).map(\.type) == [.confirmable])
  }
}
