import Fixtures
import Testing

@testable import NBIoTBytes

/// The digits of a decimal text and the power of ten of the first one, whatever its notation.
private func digits(_ text: String) -> [UInt8] {
  let mantissa = text.utf8.prefix { $0 != UInt8(ascii: "e") }
  var digits = mantissa.filter { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
  while digits.last == UInt8(ascii: "0") { digits.removeLast() }
  return digits
}

/// Whether `value` is written with the digits of the standard library and reads back as itself.
private func agrees(_ value: Double) -> Bool {
  guard let text = decimal(value) else { return false }
  return digits(text) == digits(value.description)
    && Double(text)?.bitPattern == value.bitPattern
    && parsedDouble(text)?.bitPattern == value.bitPattern
}

@Suite struct DecimalFloatWritingTests {
  @Test(arguments: [
    (0, "0"), (-0.0, "-0"), (100, "100"), (23.5, "23.5"), (-0.1, "-0.1"), (21.37, "21.37"),
    (-40.125, "-40.125"), (0.3, "0.3"), (0.1 + 0.2, "0.30000000000000004"),
    (99.99999999999999, "99.99999999999999"), (0.001, "0.001"), (0.0078125, "0.0078125"),
    (0.000001, "0.000001"), (0.00000123, "0.00000123"), (0.0000001, "1e-7"), (1.5e-9, "1.5e-9"),
    (9_007_199_254_740_991, "9007199254740991"), (9_007_199_254_740_994, "9007199254740994"),
    (9_223_372_036_854_775_808, "9223372036854776000"), (1e20, "100000000000000000000"),
    (123_456_789_012_345_683_968, "123456789012345680000"), (1e21, "1e21"), (1.5e300, "1.5e300"),
    (.leastNonzeroMagnitude, "5e-324"), (.leastNormalMagnitude, "2.2250738585072014e-308"),
    (.greatestFiniteMagnitude, "1.7976931348623157e308"), (9.5e22, "9.5e22"), (1e23, "1e23"),
    (-4_294_967_296.5, "-4294967296.5"),
  ])
  func aValueIsWrittenAsTheShortestDecimal(value: Double, text: String) {
    #expect(decimal(value) == text)
  }

  @Test func whatIsNotANumberAppendsNothing() {
    #expect(decimal(Double.nan) == nil)
    #expect(decimal(Double.infinity) == nil)
    #expect(decimal(-Double.infinity) == nil)
  }

  @Test func textThatDoesNotFitIsReported() {
    var storage: [UInt8] = [0, 0, 0]
    var writer = ByteWriter(storage.mutableSpan)
    #expect(DecimalText.append(23.5, to: &writer))
    let overflowed = writer.overflowed
    #expect(overflowed)
  }

  @Test func randomBitPatternsMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: numbers.next())
      if value.isFinite && !agrees(value) { Issue.record("\(value)") }
    }
  }

  @Test func ordinaryMagnitudesMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 2)
    for _ in 0..<60_000 {
      let exponent = UInt64.random(in: 1000...1090, using: &numbers)
      let value = Double(bitPattern: numbers.next() &>> 12 | exponent &<< 52)
      if !agrees(value) { Issue.record("\(value)") }
    }
  }

  @Test func shortDecimalsMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 3)
    for _ in 0..<60_000 {
      let divisor = [1, 10, 100, 1000, 10_000, 1_000_000][Int.random(in: 0..<6, using: &numbers)]
      let value = Double(Int.random(in: -9_999_999...9_999_999, using: &numbers)) / Double(divisor)
      if !agrees(value) { Issue.record("\(value)") }
    }
  }

  @Test func bothWaysToTheDecimalsOfAFractionAgree() {
    var numbers = SeededGenerator(seed: 6)
    for bits in UInt64(1)...59 {
      for _ in 0..<2_000 {
        let significand = numbers.next() &>> 11 | 1 &<< 52
        let rest = (significand &<< (64 &- bits)) &>> 4
        let isOdd = significand & 1 != 0
        if rest == 0 { continue }
        let short = DecimalText.shortestDecimals(rest, fractionBits: bits, isOdd: isOdd)
        let inTurn = DecimalText.shortestDecimalsInTurn(rest, fractionBits: bits, isOdd: isOdd)
        if short != inTurn { Issue.record("\(significand) \(bits)") }
      }
    }
  }

  @Test func subnormalsMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 4)
    for shift in 12..<64 {
      for _ in 0..<20 {
        let value = Double(bitPattern: numbers.next() &>> UInt64(shift))
        if !agrees(value) { Issue.record("\(value)") }
      }
    }
  }

  @Test func powersOfTwoAndTheirNeighboursMatchTheStandardLibrary() {
    for exponent in -1074...1023 {
      let value = Double(sign: .plus, exponent: exponent, significand: 1)
      for near in [value.nextDown, value, value.nextUp] where !agrees(near) {
        Issue.record("\(near)")
      }
    }
  }

  @Test func powersOfTenAndTheirNeighboursMatchTheStandardLibrary() throws {
    for exponent in -323...308 {
      let value = try #require(Double("1e\(exponent)"))
      for near in [value.nextDown, value, value.nextUp] where !agrees(near) {
        Issue.record("\(near)")
      }
    }
  }

  @Test func evenIntegersBeyondTheFractionMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 5)
    for _ in 0..<20_000 {
      let shift = Double(UInt64(1) &<< UInt64.random(in: 0...17, using: &numbers))
      let value = Double(numbers.next() &>> 11) * shift
      if !agrees(value) { Issue.record("\(value)") }
    }
  }
}
