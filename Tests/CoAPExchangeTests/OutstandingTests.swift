import CoAPWire
import NBIoTBytes
import Testing

@testable import CoAPExchange

/// A message that leaves at 0, with the default parameters and the shortest waits.
@dynamicMemberLookup
private final class Flight {
  private static let parameters = TransmissionParameters(
    acknowledgementTimeout: Milliseconds(2000), maximumRetransmissions: 4)
  static let content: [UInt8] = [0x40, 2, 0, 9, 0xFF, 1]

  private var message = Outstanding(
    id: 9, token: Token(), now: Instant(milliseconds: 0), random: 0,
    parameters: Flight.parameters)

  subscript<Part>(dynamicMember part: KeyPath<Outstanding, Part>) -> Part {
    message[keyPath: part]
  }

  /// Encoded as `bytes`, is it the same message still?
  func encodes(_ bytes: [UInt8] = content, freshID: UInt16 = 10) -> Bool {
    message.encoded(bytes.span, freshID: freshID)
  }

  func sent() { message.sent() }

  /// Is there still hope at `time`?
  func expire(at time: UInt64) -> Bool {
    message.expire(now: Instant(milliseconds: time), parameters: Flight.parameters)
  }

  func acknowledged(limit: UInt64) {
    message.acknowledged(
      limit: Instant(milliseconds: limit), parameters: Flight.parameters)
  }
}

/// The arrows are those of docs/ARCHITECTURE.md.
@Suite("The outstanding confirmable message")
struct OutstandingTests {
  private func at(_ milliseconds: UInt64) -> Instant { Instant(milliseconds: milliseconds) }

  private func awaitingAcknowledgement() -> Flight {
    let message = Flight()
    #expect(message.encodes())
    message.sent()
    return message
  }

  private func dueAgain() -> Flight {
    let message = awaitingAcknowledgement()
    #expect(message.expire(at: 2000))
    return message
  }

  @Test("a new message is due at once, and nothing that arrives can be about it")
  func new() {
    let message = Flight()
    #expect(message.isDue && message.isUnsent && !message.isRetransmission)
    #expect(message.deadline == at(0))
    #expect(message.startedAt == at(0))
  }

  @Test("a message that cannot leave does not expire")
  func unsentDoesNotExpire() {
    let message = Flight()
    #expect(message.expire(at: 1_000_000))
    #expect(message.isUnsent)
  }

  @Test("unsent → awaiting ACK: encoded and handed over")
  func sent() {
    let message = awaitingAcknowledgement()
    #expect(!message.isDue && !message.isUnsent)
    #expect(message.deadline == at(2000))
  }

  @Test("awaiting ACK → due again: the wait is over; before that, nothing")
  func timeout() {
    let message = awaitingAcknowledgement()
    #expect(message.expire(at: 1999))
    #expect(!message.isDue)
    #expect(message.expire(at: 2000))
    #expect(message.isDue && message.isRetransmission)
    #expect(message.deadline == at(0))
  }

  @Test("due again → awaiting ACK: the same bytes; they keep the message ID (RFC 7252 section 4.2)")
  func retransmission() {
    let message = dueAgain()
    #expect(message.encodes())
    #expect(message.id == 9)
    message.sent()
    #expect(message.deadline == at(6000))
  }

  @Test("due again → unsent: other bytes; a new message with a new ID (RFC 7641 section 4.5.2)")
  func changed() {
    let message = dueAgain()
    let other: [UInt8] = [0x40, 2, 0, 9, 0xFF, 2]
    #expect(!message.encodes(other))
    #expect(message.id == 10)
    #expect(message.isUnsent)
    let renumbered: [UInt8] = [0x40, 2, 0, 10, 0xFF, 2]
    #expect(message.encodes(renumbered, freshID: 11))
    message.sent()
    #expect(message.deadline == at(6000), "the timer goes on")
  }

  @Test("the message ID alone does not make it another message")
  func idIsNotContent() {
    let message = dueAgain()
    let renumbered: [UInt8] = [0x40, 2, 0x12, 0x34, 0xFF, 1]
    #expect(message.encodes(renumbered))
  }

  @Test("awaiting ACK → awaiting response: an empty ACK; it stops the retransmission")
  func acknowledged() {
    let message = awaitingAcknowledgement()
    message.acknowledged(limit: 93_000)
    #expect(!message.isDue)
    #expect(message.deadline == at(93_000))
    #expect(message.expire(at: 92_999))
    #expect(!message.isDue)
    #expect(!message.expire(at: 93_000))
  }

  @Test(
    "due again → awaiting response: an empty ACK; though late, it takes the retransmission back")
  func acknowledgedWhileDue() {
    let message = dueAgain()
    message.acknowledged(limit: 93_000)
    #expect(!message.isDue)
    #expect(message.deadline == at(93_000))
  }

  @Test(
    "awaiting ACK → free: no answer; after four retransmissions and the fifth wait nobody is there")
  func silence() {
    let message = awaitingAcknowledgement()
    for deadline: UInt64 in [2000, 6000, 14_000, 30_000] {
      #expect(message.deadline == at(deadline))
      #expect(message.expire(at: deadline))
      #expect(message.encodes())
      message.sent()
    }
    #expect(!message.expire(at: 62_000))
  }
}
