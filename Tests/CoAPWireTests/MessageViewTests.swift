import Fixtures
import Testing

@testable import CoAPWire

/// CON GET, ID 0x1234, token AB CD, every extension form, payload "hi".
private let rich: [UInt8] =
  [0x42, 0x01, 0x12, 0x34, 0xAB, 0xCD]
  + [0xB2, 0x72, 0x64]
  + [0x0D, 0x00] + Array(repeating: 0x61, count: 13)
  + [0xD1, 0x03, 0x07]
  + [0xE0, 0x00, 0x10]
  + [0x0E, 0x00, 0x01] + Array(repeating: 0x62, count: 270)
  + [0xFF, 0x68, 0x69]

@Suite struct MessageViewTests {
  @Test("4.1 RFC 7252 3: every first and second byte is accepted or refused as a slow oracle says")
  func headerSweep() {
    let tails: [[UInt8]] = [
      [], [1], Array(1...7), Array(1...8), Array(1...8) + [0xFF], Array(1...8) + [0xFF, 0],
    ]
    var failures: [String] = []
    for first in UInt8.min...UInt8.max {
      for code in UInt8.min...UInt8.max {
        for tail in tails {
          let bytes = [first, code, 0xA1, 0xB2] + tail
          let outcome = Outcome(parsing: bytes)
          let isRight =
            switch outcome {
            case .message(let message): message == PlainMessage(reference: bytes)
            case .rejected(let error): Self.violations(bytes).contains(error)
            }
          if !isRight { failures.append("\(bytes): \(outcome)") }
        }
      }
    }
    #expect(failures.isEmpty, "\(failures.count), first \(failures.first ?? "")")
  }

  /// Every rule of the first four bytes that `bytes` breaks, plus those of the tails above.
  private static func violations(_ bytes: [UInt8]) -> [MessageError] {
    let tokenLength = Int(bytes[0] % 16)
    let afterToken = bytes.dropFirst(4 + tokenLength)
    var broken: [MessageError] = []
    if bytes[0] / 64 != 1 { broken.append(.versionUnknown) }
    if tokenLength > 8 { broken.append(.tokenLengthReserved) }
    if bytes.count < 4 + tokenLength { broken.append(.tokenTruncated) }
    if bytes[1] == 0 && bytes.count > 4 { broken.append(.emptyWithContent) }
    if [1, 3, 6, 7].contains(bytes[1] / 32) { broken.append(.codeClassReserved) }
    if broken.isEmpty, PlainMessage(reference: bytes) == nil {
      broken = afterToken.last == 0xFF ? [.payloadMissing, .optionTruncated] : [.optionTruncated]
    }
    return broken
  }

  @Test("RFC 7252 3: fewer than four bytes are no message", arguments: 0..<4)
  func tooShort(length: Int) {
    #expect(Outcome(parsing: Array(rich.prefix(length))) == .rejected(.tooShort))
  }

  @Test(
    "4.1 RFC 7252 3: a version other than 1 is refused, whatever follows", arguments: [0, 2, 3])
  func unknownVersion(version: UInt8) {
    for low in UInt8(0)..<64 {
      #expect(Outcome(parsing: [version << 6 | low, 1, 0, 0]) == .rejected(.versionUnknown))
    }
  }

  @Test("4.1 RFC 7252 3: a token length of 9 ... 15 is a format error", arguments: 9...15)
  func reservedTokenLength(length: Int) {
    let bytes = [0x40 | UInt8(length), 1, 0, 0] + Array(repeating: 0, count: 20)
    #expect(Outcome(parsing: bytes) == .rejected(.tokenLengthReserved))
  }

  @Test("RFC 7252 3: the header of a malformed message still tells type, code and ID")
  func headerOfAMalformedMessage() throws {
    let bytes: [UInt8] = [0x7F, 0x45, 0xBE, 0xEF]
    let header = try MessageHeader(parsing: bytes.span)
    #expect(header.type == .reset)
    #expect(header.code == .content)
    #expect(header.id == 0xBEEF)
  }

  @Test("RFC 7252 3: a token of 0 ... 8 bytes is read, and is refused when cut", arguments: 0...8)
  func tokenLengths(length: Int) {
    let token = Array(UInt8(0xF0)..<0xF0 + UInt8(length))
    let bytes = [0x50 | UInt8(length), 0x45, 0, 7] + token
    let message = Outcome(parsing: bytes).message
    #expect(message?.token == token)
    #expect(message?.options == [])
    #expect(message?.payload == [])
    if length > 0 {
      #expect(Outcome(parsing: bytes.dropLast()) == .rejected(.tokenTruncated))
    }
  }

  @Test("RFC 7252 4.1: an Empty message is four bytes and nothing else")
  func emptyMessage() {
    #expect(Outcome(parsing: [0x60, 0, 0, 1]).message?.id == 1)
    for tail: [UInt8] in [[0], [0xFF], [0xFF, 1], [0xB1, 0x61]] {
      #expect(Outcome(parsing: [0x60, 0, 0, 1] + tail) == .rejected(.emptyWithContent))
    }
    #expect(Outcome(parsing: [0x61, 0, 0, 1, 9]) == .rejected(.emptyWithContent))
    #expect(Outcome(parsing: [0x61, 0, 0, 1]).message == nil)
  }

  @Test("RFC 7252 3: code classes 1, 3, 6 and 7 are reserved", arguments: [1, 3, 6, 7])
  func reservedClasses(group: UInt8) {
    for detail in UInt8(0)..<32 {
      let bytes = [0x40, group << 5 | detail, 0, 0]
      #expect(Outcome(parsing: bytes) == .rejected(.codeClassReserved))
    }
  }

  @Test("4.1 RFC 7252 3: a payload marker without payload is a format error")
  func markerWithoutPayload() {
    #expect(Outcome(parsing: [0x40, 1, 0, 0, 0xFF]) == .rejected(.payloadMissing))
    #expect(Outcome(parsing: [0x41, 1, 0, 0, 9, 0xB1, 97, 0xFF]) == .rejected(.payloadMissing))
    #expect(Outcome(parsing: [0x40, 1, 0, 0, 0xFF, 0xFF]).message?.payload == [0xFF])
  }

  @Test("RFC 7252 3: a message with every option form is read as it was meant")
  func richMessage() {
    let a13 = Array(repeating: UInt8(0x61), count: 13)
    let b270 = Array(repeating: UInt8(0x62), count: 270)
    let expected = PlainMessage(
      type: 0, code: 1, id: 0x1234, token: [0xAB, 0xCD],
      options: [
        PlainOption(number: 11, value: [0x72, 0x64]), PlainOption(number: 11, value: a13),
        PlainOption(number: 27, value: [7]), PlainOption(number: 312, value: []),
        PlainOption(number: 312, value: b270),
      ], payload: [0x68, 0x69])
    #expect(Outcome(parsing: rich) == .message(expected))
    #expect(PlainMessage(reference: rich) == expected)
  }

  @Test("RFC 7252 3: a message cut at any byte is a shorter message or a format error")
  func truncation() {
    let boundaries = [6, 9, 24, 27, 30, 303, 305]
    for length in 0..<rich.count {
      let cut = Array(rich.prefix(length))
      let message = Outcome(parsing: cut).message
      #expect((message != nil) == boundaries.contains(length), "cut at \(length)")
      #expect(message == PlainMessage(reference: cut), "cut at \(length)")
    }
  }

  @Test("4.1 RFC 7252 3: random bytes never trap, and are read as the reference reads them")
  func randomBytes() {
    var generator = SeededGenerator(seed: 7252)
    var (accepted, differing) = (0, 0)
    for round in 0..<100_000 {
      var bytes = generator.bytes(Int(generator.next() % 40))
      if round % 4 != 0, bytes.count > 1 {
        bytes[0] = 0x40 | bytes[0] & 0x33
        bytes[1] = [1, 2, 0x45, 0x84][Int(bytes[1] % 4)]
      }
      let message = Outcome(parsing: bytes).message
      if message != nil { accepted += 1 }
      if message != PlainMessage(reference: bytes) { differing += 1 }
    }
    #expect(differing == 0)
    #expect(accepted > 1000)
  }

  @Test("RFC 7252 3: a well-formed message with one byte changed is read as the reference reads it")
  func mutatedBytes() {
    for index in rich.indices.filter({ $0 < 40 || $0 > 300 }) {
      for value in UInt8.min...UInt8.max {
        var bytes = rich
        bytes[index] = value
        let isEqual = Outcome(parsing: bytes).message == PlainMessage(reference: bytes)
        if !isEqual { Issue.record("byte \(index) = \(value)") }
      }
    }
  }
}
