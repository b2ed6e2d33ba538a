import LwM2MModel
import NBIoTBytes
import Testing

@testable import LwM2MFormats

/// A TLV as the reader gave it.
struct SeenTLV: Equatable {
  var kind: TLVKind
  var id: UInt16
  var value: [UInt8]
}

func seen(_ bytes: [UInt8]) throws(TLVError) -> [SeenTLV] {
  var reader = TLVReader(bytes.span)
  var result: [SeenTLV] = []
  while let record = try reader.next() {
    result.append(SeenTLV(kind: record.kind, id: record.id, value: array(record.value)))
  }
  return result
}

private func tlv(_ kept: Kept, _ kind: TLVKind = .resource, id: UInt16 = 1) -> [UInt8]? {
  kept.withValue { value in written { TLVWriter.append(kind, id, value, to: &$0) } }
}

@Suite struct TLVReaderTests {
  @Test func lwm2m643EveryKindAndLengthForm() throws {
    let long = [UInt8](repeating: 7, count: 256)
    #expect(
      try seen(hex("00 05 41 00 01 A2 01 2C 09 08 C8 06 01 FF D0 07 01 00") + long)
        == [
          SeenTLV(kind: .objectInstance, id: 5, value: []),
          SeenTLV(kind: .resourceInstance, id: 0, value: [1]),
          SeenTLV(kind: .multipleResource, id: 300, value: [9, 8]),
          SeenTLV(kind: .resource, id: 6, value: [0xFF]),
          SeenTLV(kind: .resource, id: 7, value: long),
        ])
  }

  @Test func idsAndLengthsMayBeWiderThanNeeded() throws {
    let expected = [SeenTLV(kind: .resource, id: 9, value: [0x64])]
    #expect(try seen(hex("E1 00 09 64")) == expected)
    #expect(try seen(hex("F0 00 09 00 01 64")) == expected)
    #expect(try seen(hex("D8 09 00 00 01 64")) == expected)
    // The low bits say nothing when a length field follows.
    #expect(try seen(hex("CF 09 01 64")) == expected)
  }

  @Test func nothingIsAnEmptySequence() throws {
    #expect(try seen([]) == [])
  }

  @Test(arguments: ["C1", "E1 00", "C8 00", "D0 00 01", "D8 00 00 01", "C1 09 64 C8"])
  func aHeaderThatEndsEarlyIsNamed(_ bytes: String) {
    #expect(throws: TLVError.headerTruncated) { try seen(hex(bytes)) }
  }

  @Test(arguments: [
    "C1 00", "C8 00 02 01", "D0 00 01 00 01", "D8 00 FF FF FF", "C1 09 64 C2 01 01",
  ])
  func aValueThatEndsEarlyIsNamed(_ bytes: String) {
    #expect(throws: TLVError.valueTruncated) { try seen(hex(bytes)) }
  }

  @Test func randomBytesNeverTrap() {
    var numbers = RepeatableNumbers(state: 1)
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = numbers.bytes(upTo: 40)
      guard let records = try? seen(bytes) else { continue }
      accepted += 1
      #expect(records.reduce(0) { $0 + $1.value.count } <= bytes.count)
    }
    #expect(accepted > 0)
  }
}

@Suite struct TLVWriterTests {
  @Test(
    arguments: [
      (0, "C1 01 00"), (127, "C1 01 7F"), (-128, "C1 01 80"),
      (128, "C2 01 00 80"), (-129, "C2 01 FF 7F"), (-32_768, "C2 01 80 00"),
      (32_768, "C4 01 00 00 80 00"), (-2_147_483_648, "C4 01 80 00 00 00"),
      (2_147_483_648, "C8 01 08 00 00 00 00 80 00 00 00"),
      (Int64.min, "C8 01 08 80 00 00 00 00 00 00 00"), (-1, "C1 01 FF"),
    ] as [(Int64, String)])
  func lwm2mAppendixCIntegersTakeTheFewestOf1248Bytes(_ number: Int64, _ bytes: String) {
    #expect(tlv(.integer(number)) == hex(bytes))
  }

  @Test func lwm2mAppendixCFloatsTakeFourBytesWhenNothingIsLost() {
    #expect(tlv(.number(1)) == hex("C4 01 3F 80 00 00"))
    #expect(tlv(.number(-0.0)) == hex("C4 01 80 00 00 00"))
    #expect(tlv(.number(.infinity)) == hex("C4 01 7F 80 00 00"))
    #expect(tlv(.number(-.infinity)) == hex("C4 01 FF 80 00 00"))
    #expect(tlv(.number(0.1)) == hex("C8 01 08 3F B9 99 99 99 99 99 9A"))
    #expect(tlv(.number(1e39)) == hex("C8 01 08 48 07 82 87 F4 9C 4A 1D"))
    #expect(tlv(.number(.nan)) == hex("C8 01 08 7F F8 00 00 00 00 00 00"))
  }

  @Test func lwm2mAppendixCBooleansTakeOneByte() {
    #expect(tlv(.boolean(true)) == hex("C1 01 01"))
    #expect(tlv(.boolean(false)) == hex("C1 01 00"))
  }

  @Test func idsAbove255TakeTwoBytes() {
    #expect(tlv(.integer(1), id: 255) == hex("C1 FF 01"))
    #expect(tlv(.integer(1), id: 256) == hex("E1 01 00 01"))
    #expect(tlv(.integer(70_000), id: 5700) == hex("E4 16 44 00 01 11 70"))
    #expect(tlv(.number(0.1), .resourceInstance, id: 5700)?.prefix(4) == hex("68 16 44 08")[...])
    #expect(tlv(.text("A"), id: 5700) == hex("E1 16 44 41"))
  }

  @Test(arguments: [
    (0, "C0 01"), (7, "C7 01"), (8, "C8 01 08"), (255, "C8 01 FF"), (256, "D0 01 01 00"),
    (65_535, "D0 01 FF FF"), (65_536, "D8 01 01 00 00"),
  ])
  func lwm2m643LengthsTakeTheShortestForm(_ count: Int, _ header: String) {
    let value = [UInt8](repeating: 0x2A, count: count)
    let expected = hex(header) + value
    #expect(
      Kept.opaque(value).withValue { value in
        written(into: 70_000) { TLVWriter.append(.resource, 1, value, to: &$0) }
      } == expected)
    let nested = written(into: 70_000) { writer in
      let start = TLVWriter.begin(writer)
      writer.append(value.span)
      return TLVWriter.end(.resource, 1, from: start, to: &writer)
    }
    #expect(nested == expected)
  }

  @Test func aLengthOfMoreThan24BitsIsRefused() {
    #expect(TLVHeader(.resource, 1, length: 0xFF_FFFF)?.bits == 0xD8_01_FF_FFFF)
    #expect(TLVHeader(.resource, 1, length: 0x100_0000) == nil)
  }

  @Test func aHexStringTravelsAsTheBytesItStandsFor() {
    #expect(tlv(.digits("313233")) == hex("C3 01 31 32 33"))
    #expect(tlv(.digits("ffFF00112233445566")) == hex("C8 01 09 FF FF 00 11 22 33 44 55 66"))
    #expect(tlv(.digits("")) == hex("C0 01"))
    #expect(tlv(.digits("313")) == nil)
    #expect(tlv(.digits("3G")) == nil)
    #expect(tlv(.digits("G3")) == nil)
  }

  @Test func aNestedTLVWithoutRoomForItsHeaderOverflows() {
    for capacity in 0...4 {
      let bytes = written(into: capacity) { writer in
        let start = TLVWriter.begin(writer)
        let header = TLVWriter.begin(writer)
        guard TLVWriter.end(.multipleResource, 300, from: header, to: &writer) else { return false }
        return TLVWriter.end(.objectInstance, 0, from: start, to: &writer)
      }
      #expect(bytes == nil)
    }
  }

  @Test func whatIsWrittenReadsBackAsTheSame() throws {
    var numbers = RepeatableNumbers(state: 2)
    for _ in 0..<5_000 {
      let kept = randomValue(&numbers)
      let id = UInt16(truncatingIfNeeded: numbers.next()) >> UInt16(numbers.next() % 16)
      let records = try seen(#require(tlv(kept, .resourceInstance, id: id)))
      try #require(records.count == 1)
      #expect(records[0].id == id && records[0].kind == .resourceInstance)
      #expect(decodedTLV(records[0].value, as: kept.type) == kept)
    }
  }

  private func randomValue(_ numbers: inout RepeatableNumbers) -> Kept {
    switch numbers.next() % 6 {
    case 0: .opaque(numbers.bytes(upTo: 300))
    case 1: .string(Array(String(decoding: numbers.bytes(upTo: 40), as: UTF8.self).utf8))
    case 2: .integer(numbers.integer())
    case 3: .number(Double(numbers.integer()) / 8)
    case 4: .number(Double(bitPattern: numbers.next()))
    default: .boolean(numbers.next() & 1 == 1)
    }
  }
}
