import Fixtures
import NBIoTBytes
import Testing

@testable import CoAPWire

/// The bytes of one message, or `nil` when `capacity` was too small.
private func message(
  capacity: Int = 512, type: MessageType = .confirmable, code: Code = .get, id: UInt16 = 0x0102,
  token: Token = Token(), _ build: (inout MessageWriter) -> Void
) -> [UInt8]? {
  var storage = [UInt8](repeating: 0xEE, count: capacity)
  var writer = MessageWriter(storage.mutableSpan, type: type, code: code, id: id, token: token)
  build(&writer)
  writer.finish()
  return writer.bytes.overflowed ? nil : Array(copying: writer.bytes.written)
}

@Suite struct MessageWriterTests {
  @Test("RFC 7252 3: the header carries version 1, type, token length, code, ID and token")
  func header() {
    for (raw, type) in [MessageType.confirmable, .nonConfirmable, .acknowledgement, .reset]
      .enumerated()
    {
      for length in 0...8 {
        let token = Token(bits: 0x1122_3344_5566_7788, length: UInt8(length))
        let expected: [UInt8] = [UInt8(0x40 + raw * 16 + length), 0x84, 0xBE, 0xEF]
        let tokenBytes: [UInt8] = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88].suffix(length)
        let bytes = message(type: type, code: .notFound, id: 0xBEEF, token: token) { _ in }
        #expect(bytes == expected + tokenBytes)
      }
    }
  }

  @Test(
    "RFC 7252 3.1: each option delta takes its shortest form",
    arguments: [
      (0, [0x00]), (12, [0xC0]), (13, [0xD0, 0]), (268, [0xD0, 0xFF]), (269, [0xE0, 0, 0]),
      (65535, [0xE0, 0xFE, 0xF2]),
    ] as [(UInt16, [UInt8])])
  func deltaForms(number: UInt16, expected: [UInt8]) {
    let bytes = message { $0.option(OptionNumber(rawValue: number), length: 0) }
    #expect(bytes == [0x40, 1, 1, 2] + expected)
  }

  @Test(
    "RFC 7252 3.1: each option length takes its shortest form",
    arguments: [
      (0, [0x30]), (12, [0x3C]), (13, [0x3D, 0]), (268, [0x3D, 0xFF]), (269, [0x3E, 0, 0]),
      (65535, [0x3E, 0xFE, 0xF2]),
    ] as [(Int, [UInt8])])
  func lengthForms(length: Int, expected: [UInt8]) {
    let value = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    let bytes = message(capacity: 66_000) { $0.option(.uriHost, bytes: value.span) }
    #expect(bytes == [0x40, 1, 1, 2] + expected + value)
  }

  @Test("RFC 7252 3.1: a long delta and a long length are extended in this order")
  func deltaBeforeLength() {
    let value = Array(repeating: UInt8(1), count: 300)
    let bytes = message { $0.option(OptionNumber(rawValue: 500), bytes: value.span) }
    #expect(bytes == [0x40, 1, 1, 2, 0xEE, 0, 231, 0, 31] + value)
  }

  @Test(
    "RFC 7252 3.2: an unsigned value takes as few bytes as it needs",
    arguments: [
      (0, []), (1, [1]), (255, [0xFF]), (256, [1, 0]), (65535, [0xFF, 0xFF]),
      (65536, [1, 0, 0]), (0xFF_FFFF, [0xFF, 0xFF, 0xFF]), (0x100_0000, [1, 0, 0, 0]),
      (.max, [0xFF, 0xFF, 0xFF, 0xFF]),
    ] as [(UInt32, [UInt8])])
  func unsignedValues(value: UInt32, expected: [UInt8]) {
    let bytes = message { $0.option(.observe, unsigned: value) }
    #expect(bytes == [0x40, 1, 1, 2, 0x60 + UInt8(expected.count)] + expected)
  }

  @Test("RFC 7252 3: text options and the payload follow as written")
  func textAndPayload() {
    let bytes = message {
      $0.option(.uriPath, text: "rd")
      $0.option(.uriPath, text: "")
      $0.beginPayload()
      $0.bytes.append("ok")
    }
    #expect(bytes == [0x40, 1, 1, 2, 0xB2, 0x72, 0x64, 0x00, 0xFF, 0x6F, 0x6B])
  }

  @Test("RFC 7252 3: without payload there is no payload marker")
  func noMarkerWithoutPayload() {
    let bytes = message {
      $0.option(.uriPath, text: "a")
      $0.beginPayload()
    }
    #expect(bytes == [0x40, 1, 1, 2, 0xB1, 0x61])
  }

  @Test("A message that does not fit is an overflow at every capacity below its size")
  func overflow() {
    func written(capacity: Int) -> [UInt8]? {
      message(capacity: capacity, token: Token(bits: 0xAABB, length: 2)) {
        $0.option(.uriPath, text: "resource")
        $0.option(OptionNumber(rawValue: 500), unsigned: 70_000)
        $0.beginPayload()
        $0.bytes.append("text")
      }
    }
    let size = 4 + 2 + 9 + 6 + 1 + 4
    for capacity in 0..<size {
      #expect(written(capacity: capacity) == nil, "\(capacity)")
    }
    #expect(written(capacity: size)?.count == size)
  }

  @Test("RFC 7252 3.1: an option out of ascending order traps")
  func descendingOptionsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = message {
        $0.option(.uriPath, length: 0)
        $0.option(.uriHost, length: 0)
      }
    }
  }

  @Test("RFC 7252 3: what is written is read back, over random messages")
  func roundTrip() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let plain = PlainMessage.random(using: &generator)
      let bytes = plain.written()
      #expect(bytes.map(Outcome.init(parsing:)) == .message(plain))
      #expect(bytes.flatMap(PlainMessage.init(reference:)) == plain)
    }
  }
}

extension PlainMessage {
  fileprivate static func random(using generator: inout SeededGenerator) -> PlainMessage {
    let edges = [0, 1, 12, 13, 14, 268, 269, 270, 1000]
    var number = 0
    var options: [PlainOption] = []
    for _ in 0..<Int.random(in: 0...6, using: &generator) {
      number += edges.randomElement(using: &generator)!
      let length = edges.randomElement(using: &generator)!
      options.append(PlainOption(number: number, value: generator.bytes(length)))
    }
    let codes: [Code] = [.get, .post, .put, .delete, .content, .changed, .notFound]
    return PlainMessage(
      type: UInt8.random(in: 0...3, using: &generator),
      code: codes.randomElement(using: &generator)!.rawValue,
      id: UInt16.random(in: 0...UInt16.max, using: &generator),
      token: generator.bytes(Int.random(in: 0...8, using: &generator)), options: options,
      payload: generator.bytes(Int.random(in: 0...20, using: &generator)))
  }

  fileprivate func written() -> [UInt8]? {
    let bits = token.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return message(
      capacity: 8192, type: MessageType(rawValue: type)!, code: Code(rawValue: code), id: id,
      token: Token(bits: bits, length: UInt8(token.count))
    ) { writer in
      for option in options {
        let number = OptionNumber(rawValue: UInt16(option.number))
        writer.option(number, bytes: option.value.span)
      }
      writer.beginPayload()
      writer.bytes.append(payload.span)
    }
  }
}
