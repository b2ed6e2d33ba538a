import Fixtures
import NBIoTBytes
import Testing

@testable import CoAPWire

@Suite struct OptionTests {
  private static func outcome(_ options: [UInt8]) -> Outcome {
    Outcome(parsing: [0x40, 1, 0, 0] + options)
  }

  @Test(
    "RFC 7252 3.1: a delta of 0 ... 65535 in each of its forms is the option's number",
    arguments: [
      ([0x00], 0), ([0xC0], 12), ([0xD0, 0], 13), ([0xD0, 0xFF], 268), ([0xE0, 0, 0], 269),
      ([0xE0, 0xFE, 0xF2], 65535),
    ] as [([UInt8], Int)])
  func deltaForms(bytes: [UInt8], number: Int) {
    #expect(Self.outcome(bytes).message?.options == [PlainOption(number: number, value: [])])
  }

  @Test(
    "RFC 7252 3.1: a length of 0 ... 65804 in each of its forms is the value's length",
    arguments: [
      ([0x00], 0), ([0x0C], 12), ([0x0D, 0], 13), ([0x0D, 0xFF], 268), ([0x0E, 0, 0], 269),
      ([0x0E, 0xFE, 0xF2], 65535), ([0x0E, 0xFF, 0xFF], 65804),
    ] as [([UInt8], Int)])
  func lengthForms(bytes: [UInt8], length: Int) {
    let value = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    let read = Self.outcome(bytes + value).message?.options
    #expect(read == [PlainOption(number: 0, value: value)])
    if length > 0 {
      #expect(Self.outcome(bytes + value.dropLast()) == .rejected(.optionTruncated))
    }
  }

  @Test("RFC 7252 3.1: a delta whose extension is cut is a format error")
  func cutExtensions() {
    for bytes: [UInt8] in [[0xD0], [0xE0], [0xE0, 1], [0x0D], [0x0E], [0x0E, 1], [0xDD, 1]] {
      #expect(Self.outcome(bytes) == .rejected(.optionTruncated), "\(bytes)")
    }
  }

  @Test("RFC 7252 3.1: an option number over 65535 is a format error, in one step or in many")
  func numberTooLarge() {
    let last: [UInt8] = [0xE0, 0xFE, 0xF2]
    for beyond: [UInt8] in [[0x10], [0xD0, 0], [0xE0, 0xFF, 0xFF]] {
      #expect(Self.outcome(last + beyond) == .rejected(.optionNumberTooLarge), "\(beyond)")
    }
    #expect(Self.outcome([0xE0, 0xFE, 0xF3]) == .rejected(.optionNumberTooLarge))
    #expect(Self.outcome([0xE0, 0xFF, 0xFF]) == .rejected(.optionNumberTooLarge))
    #expect(Self.outcome(last + [0x00]).message?.options.map(\.number) == [65535, 65535])
  }

  @Test("RFC 7252 3.1: a nibble of 15 that is no payload marker is a format error")
  func reservedNibbles() {
    for nibble in UInt8(0)..<15 {
      let rest = Array(repeating: UInt8(0), count: 20)
      #expect(Self.outcome([0xF0 | nibble] + rest) == .rejected(.optionNibbleReserved))
      #expect(Self.outcome([nibble << 4 | 0x0F] + rest) == .rejected(.optionNibbleReserved))
    }
  }

  @Test("4.1 RFC 7252 5.4.1: options with odd numbers are critical")
  func criticalOptions() {
    let critical: [OptionNumber] = [
      .ifMatch, .uriHost, .ifNoneMatch, .uriPort, .uriPath, .uriQuery, .accept, .draftToken,
      .block2, .block1, .proxyURI, .proxyScheme, .authCode,
    ]
    let elective: [OptionNumber] = [
      .eTag, .observe, .locationPath, .contentFormat, .maxAge, .locationQuery, .size2, .size1,
    ]
    #expect(critical.allSatisfy { $0.isCritical })
    #expect(elective.allSatisfy { !$0.isCritical })
  }

  @Test("RFC 7252 5.10, 7641 2 and 7959 2.1: the options have their registered numbers")
  func registeredNumbers() {
    let base: [OptionNumber] = [
      .ifMatch, .uriHost, .eTag, .ifNoneMatch, .observe, .uriPort, .locationPath, .uriPath,
      .contentFormat, .maxAge, .uriQuery, .accept, .locationQuery,
    ]
    #expect(base.map(\.rawValue) == [1, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 17, 20])
    let more: [OptionNumber] = [
      .block2, .block1, .size2, .proxyURI, .proxyScheme, .size1, .draftToken, .authCode,
    ]
    #expect(more.map(\.rawValue) == [23, 27, 28, 35, 39, 60, 19, 63])
  }

  private static func unsigned(_ value: [UInt8], maximumLength: Int) -> UInt32? {
    Option(number: .observe, value: value.span).unsigned(maximumLength: maximumLength)
  }

  @Test("RFC 7252 3.2: an unsigned value is its bytes, leading zeros allowed, absent bytes zero")
  func unsignedValues() {
    #expect(Self.unsigned([], maximumLength: 4) == 0)
    #expect(Self.unsigned([0xFF], maximumLength: 4) == 255)
    #expect(Self.unsigned([1, 0], maximumLength: 4) == 256)
    #expect(Self.unsigned([0, 0, 0, 7], maximumLength: 4) == 7)
    #expect(Self.unsigned([0xFF, 0xFF, 0xFF, 0xFF], maximumLength: 4) == .max)
  }

  @Test("RFC 7252 5.4.3: a value longer than the option allows is not taken as a number")
  func unsignedTooLong() {
    #expect(Self.unsigned([0, 0, 0, 0, 1], maximumLength: 4) == nil)
    #expect(Self.unsigned([0, 0, 0, 1], maximumLength: 3) == nil)
    #expect(Self.unsigned([1], maximumLength: 0) == nil)
    #expect(Self.unsigned([], maximumLength: 0) == 0)
  }
}
