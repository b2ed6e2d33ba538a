import Testing

@testable import CoAPWire

@Suite struct TokenTests {
  @Test("RFC 7252 5.3.1: a token is the low bytes of its bits, and no others", arguments: 0...8)
  func lowBytesOnly(length: Int) {
    let token = Token(bits: .max, length: UInt8(length))
    var expected: UInt64 = 0
    for _ in 0..<length { expected = expected * 256 + 255 }
    #expect(token.bits == expected)
    #expect(Int(token.length) == length)
  }

  @Test(
    "4.1 RFC 7252 5.3.1, RFC 7252 5.3.2: tokens match byte by byte, so leading zero bytes count")
  func lengthIsPartOfTheToken() {
    let tokens = (0...8).map { Token(bits: 0, length: UInt8($0)) }
    for (left, token) in tokens.enumerated() {
      for (right, other) in tokens.enumerated() {
        #expect((token == other) == (left == right))
      }
    }
    #expect(Token() == Token(bits: 0xFF, length: 0))
    #expect(Token(bits: 1, length: 2) != Token(bits: 2, length: 2))
  }

  @Test("Equal tokens have equal digests; every byte and the length change the digest")
  func digest() {
    let token = Token(bits: 0x0123_4567_89AB_CDEF, length: 8)
    #expect(token.hash == Token(bits: 0x0123_4567_89AB_CDEF, length: 8).hash)
    for byte in UInt64(0)..<8 {
      #expect(Token(bits: token.bits ^ 1 << (byte * 8), length: 8).hash != token.hash)
    }
    #expect(Token(bits: 0, length: 1).hash != Token(bits: 0, length: 2).hash)
  }

  @Test("A token of nine bytes traps")
  func nineBytesTrap() async {
    await #expect(processExitsWith: .failure) { _ = Token(bits: 0, length: 9) }
  }
}
