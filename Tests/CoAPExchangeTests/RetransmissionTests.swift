import Fixtures
import Testing

@testable import CoAPExchange
@testable import NBIoTBytes

@Suite("Retransmission (RFC 7252 section 4.2)")
struct RetransmissionTests {
  private static let parameters = TransmissionParameters(
    acknowledgementTimeout: Milliseconds(2000), maximumRetransmissions: 4)

  /// When each wait of a message that leaves at 0 ends; the last one is the end.
  private func timetable(random: UInt32) -> [UInt64] {
    let parameters = RetransmissionTests.parameters
    var timer = Retransmission(
      now: Instant(milliseconds: 0), random: random, parameters: parameters)
    var ends: [UInt64] = []
    while ends.count < 20 {
      let end = timer.deadline
      ends.append(end.milliseconds)
      if timer.expire(now: end, parameters: parameters) == .giveUp { break }
    }
    return ends
  }

  @Test(
    "4.1 RFC 7252 4.8: the shortest first wait is ACK_TIMEOUT; it doubles four times, then the sender gives up"
  )
  func shortest() {
    #expect(timetable(random: 0) == [2000, 6000, 14_000, 30_000, 62_000])
  }

  @Test(
    "4.1 RFC 7252 4.8: the longest first wait is half as long again, and then the end is MAX_TRANSMIT_WAIT"
  )
  func longest() {
    #expect(timetable(random: .max) == [3000, 9000, 21_000, 45_000, 93_000])
    #expect(RetransmissionTests.parameters.maximumTransmitWait.count == 93_000)
  }

  @Test(
    "4.1 RFC 7252 4.8: whatever the random word, the first wait lies between and every other one is its double"
  )
  func everyRandomWord() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      let ends = timetable(random: UInt32.random(in: 0 ... .max, using: &generator))
      #expect((2000...3000).contains(ends[0]))
      #expect(ends == [1, 3, 7, 15, 31].map { $0 * ends[0] })
    }
  }

  @Test("an early call changes nothing")
  func early() {
    let parameters = RetransmissionTests.parameters
    var timer = Retransmission(
      now: Instant(milliseconds: 0), random: 0, parameters: parameters)
    #expect(timer.expire(now: Instant(milliseconds: 1999), parameters: parameters) == .early)
    #expect(timer.deadline == Instant(milliseconds: 2000))
  }

  @Test("a late call retransmits once and waits from then on")
  func late() {
    let parameters = RetransmissionTests.parameters
    var timer = Retransmission(
      now: Instant(milliseconds: 0), random: 0, parameters: parameters)
    let late = Instant(milliseconds: 50_000)
    #expect(timer.expire(now: late, parameters: parameters) == .sendAgain)
    #expect(timer.deadline == Instant(milliseconds: 54_000))
    #expect(timer.expire(now: late, parameters: parameters) == .early)
  }

  @Test("after an empty acknowledgement there is one last wait and no retransmission")
  func awaitingResponse() {
    let parameters = RetransmissionTests.parameters
    var timer = Retransmission(
      now: Instant(milliseconds: 0), random: 0, parameters: parameters)
    let limit = Instant(milliseconds: 93_000)
    timer.awaitResponse(until: limit, parameters: parameters)
    #expect(timer.deadline == limit)
    #expect(timer.expire(now: limit, parameters: parameters) == .giveUp)
  }
}
