import NBIoTBytes
import Testing

@testable import CoAPExchange

@Suite("Transmission parameters (RFC 7252 section 4.8)")
struct TransmissionParametersTests {
  private func wait(_ timeout: UInt32, _ retransmissions: UInt8) -> UInt32 {
    TransmissionParameters(
      acknowledgementTimeout: Milliseconds(timeout), maximumRetransmissions: retransmissions
    ).maximumTransmitWait.count
  }

  @Test("MAX_TRANSMIT_WAIT is 93 s with the default parameters")
  func defaults() {
    #expect(wait(2000, 4) == 93_000)
  }

  @Test("MAX_TRANSMIT_WAIT is ACK_TIMEOUT * (2^(MAX_RETRANSMIT + 1) - 1) * 1.5")
  func formula() {
    #expect(wait(2000, 0) == 3000)
    #expect(wait(1000, 1) == 4500)
    #expect(wait(15_000, 4) == 697_500)
  }

  @Test("a wait longer than 32 bits of milliseconds is clamped")
  func clamped() {
    #expect(wait(60_000, 20) == .max)
  }

  @Test("EXCHANGE_LIFETIME is 247 s")
  func exchangeLifetime() {
    #expect(TransmissionParameters.exchangeLifetime.count == 247_000)
  }

  @Test("4.1 RFC 7252 4.8: the first wait is spread evenly over the whole range")
  func spread() {
    let parameters = TransmissionParameters(
      acknowledgementTimeout: Milliseconds(2000), maximumRetransmissions: 4)
    #expect(parameters.firstTimeout(random: 0).count == 2000)
    #expect(parameters.firstTimeout(random: 0x4000_0000).count == 2250)
    #expect(parameters.firstTimeout(random: 0x8000_0000).count == 2500)
    #expect(parameters.firstTimeout(random: .max).count == 3000)
  }
}

@Suite("Entropy pool")
struct EntropyPoolTests {
  @Test("three words suffice for an exchange, fewer do not")
  func suffices() {
    var pool = EntropyPool()
    for word: UInt32 in 1...3 {
      #expect(!pool.sufficesForExchange)
      pool.add(word)
    }
    #expect(pool.sufficesForExchange)
    _ = pool.take()
    #expect(!pool.sufficesForExchange)
  }

  @Test("a full pool ignores another word")
  func full() {
    var pool = EntropyPool()
    for word: UInt32 in 1...5 { pool.add(word) }
    #expect(pool.isFull)
    #expect(Set((0..<4).map { _ in pool.take() }) == [1, 2, 3, 4])
    #expect(pool.count == 0)
  }

  @Test("each word is given out once")
  func once() {
    var pool = EntropyPool()
    pool.add(7)
    #expect(pool.take() == 7)
    pool.add(8)
    #expect(pool.take() == 8)
    #expect(pool.count == 0)
  }
}
