import Fixtures
import Testing

@testable import NBIoTBytes

/// Whether the text reads as what the standard library makes of it, out of range excepted.
private func agrees(_ text: String) -> Bool {
  guard let expected = Double(text) else { return false }
  let value = parsedDouble(text)
  return expected.isFinite ? value?.bitPattern == expected.bitPattern : value == nil
}

/// The exact decimal expansion of m · 2^e as digits and the power of ten of the last one.
private func expansion(_ significand: UInt64, exponent: Int) -> (digits: [UInt8], power: Int) {
  var digits = String(significand).utf8.reversed().map { $0 - 48 }
  for _ in 0..<abs(exponent) {
    var carry: UInt8 = 0
    for index in digits.indices {
      let product = digits[index] * (exponent < 0 ? 5 : 2) + carry
      digits[index] = product % 10
      carry = product / 10
    }
    if carry > 0 { digits.append(carry) }
  }
  return (digits.reversed(), min(exponent, 0))
}

/// The number half way between the value and its upper neighbour, in full length.
private func halfway(above value: Double) -> (digits: String, exponent: Int) {
  let field = Int(value.exponentBitPattern)
  let significand = value.significandBitPattern | (field == 0 ? 0 : 1 &<< 52)
  let (digits, power) = expansion(significand * 2 + 1, exponent: max(field, 1) - 1076)
  let zeros = digits.reversed().prefix { $0 == 0 }.count
  let text = String(decoding: digits.dropLast(zeros).map { $0 + 48 }, as: UTF8.self)
  return (text, power + zeros)
}

@Suite struct DecimalFloatReadingTests {
  @Test(arguments: [
    ("0", 0), ("23.5", 23.5), ("+23.5", 23.5), ("-40.125", -40.125), (".5", 0.5), ("5.", 5),
    ("1e3", 1000), ("1E+3", 1000), ("15e-1", 1.5), ("00012.50", 12.5), ("0.1", 0.1),
    ("18446744073709551615", 18_446_744_073_709_551_616), ("1e19", 1e19), ("1e20", 1e20),
    ("9007199254740993", 9_007_199_254_740_992), ("9007199254740995", 9_007_199_254_740_996),
    ("9007199254740993.0000000000000000000000001", 9_007_199_254_740_994),
    ("1.7976931348623157e308", 1.7976931348623157e308), ("5e-324", .leastNonzeroMagnitude),
    ("1e-400", 0),
    ("2.4703282292062327e-324", 0), ("2.4703282292062328e-324", .leastNonzeroMagnitude),
    ("1e-999999999999", 0),
    ("0e999999999999", 0), ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
    ("0.000000000000000000000000000001e30", 1),
  ])
  func aDecimalReadsAsTheNearestValue(text: String, value: Double) {
    #expect(parsedDouble(text) == value)
  }

  @Test func aZeroKeepsItsSign() {
    #expect(parsedDouble("-0")?.sign == .minus)
    #expect(parsedDouble("-0.000e7")?.sign == .minus)
    #expect(parsedDouble("-1e-999")?.sign == .minus)
    #expect(parsedDouble("0")?.sign == .plus)
  }

  @Test(arguments: [
    "", " ", "-", "+", ".", "-.", "e", "e5", ".e5", "1e", "1e+", "1e-", "1e5.", "1e5x", "1 ", " 1",
    "1..2", "1.2.3", "--1", "+-1", "0x10", "0x1p3", "inf", "-inf", "infinity", "nan", "1,5", "1f",
    "1e1e1", "1\0", "٣", "1e309", "-1e309", "1.7976931348623159e308", "1e999999999999999999999",
    "1.797693134862315807937289714053034150799341327100378269361737789804449682927647510e308",
  ])
  func whatIsNoFiniteDecimalIsRefused(text: String) {
    #expect(parsedDouble(text) == nil)
  }

  @Test func randomDecimalsMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 11)
    for _ in 0..<40_000 {
      let digits = numbers.next() &>> UInt64.random(in: 0..<60, using: &numbers)
      let text = "\(digits)e\(Int.random(in: -345...310, using: &numbers))"
      if !agrees(text) { Issue.record("\(text)") }
    }
  }

  @Test func decimalsWithAFewPlacesMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 12)
    for _ in 0..<60_000 {
      let whole = numbers.next() &>> UInt64.random(in: 0..<63, using: &numbers)
      let fraction = numbers.next() &>> UInt64.random(in: 20..<64, using: &numbers)
      let text = "-\(whole).\(fraction)"
      if !agrees(text) { Issue.record("\(text)") }
      let scaled = "\(whole)e\(Int.random(in: -12...22, using: &numbers))"
      if !agrees(scaled) { Issue.record("\(scaled)") }
    }
  }

  @Test func twentyDigitsAndMoreMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 13)
    for _ in 0..<20_000 {
      let exponent = Int.random(in: -325...309, using: &numbers)
      let text = "0.\(numbers.next())\(numbers.next())e\(exponent)"
      if !agrees(text) { Issue.record("\(text)") }
    }
  }

  @Test func longDecimalsAtBothEndsOfTheRangeMatchTheStandardLibrary() {
    var numbers = SeededGenerator(seed: 16)
    for _ in 0..<2_000 {
      let digits = "\(numbers.next() % 1000).\(numbers.next())\(numbers.next())"
      for exponent in [-327, -326, -325, -324, -323, -311, -309, 305, 306, 307] {
        let text = "\(digits)e\(exponent)"
        if !agrees(text) { Issue.record("\(text)") }
      }
    }
  }

  @Test func halfwayRoundsToEvenAndALastDigitDecides() {
    var numbers = SeededGenerator(seed: 14)
    for round in 0..<240 {
      let fields: ClosedRange<UInt64> = round % 3 == 0 ? 0...2 : 0...2045
      let field = UInt64.random(in: fields, using: &numbers)
      let value = Double(bitPattern: numbers.next() &>> 12 | field &<< 52)
      let (digits, exponent) = halfway(above: value)
      let even = value.bitPattern & 1 == 0 ? value : value.nextUp
      #expect(parsedDouble("\(digits)e\(exponent)") == even)
      #expect(parsedDouble("\(digits)000001e\(exponent - 6)") == value.nextUp)
      let below = digits.dropLast() + String(UnicodeScalar(digits.utf8.last! - 1)) + "99999"
      #expect(parsedDouble("\(below)e\(exponent - 5)") == value)
    }
  }

  @Test func theLongestExpansionsAreReadExactly() {
    let largest = Double(bitPattern: 0x000F_FFFF_FFFF_FFFF)
    let (digits, exponent) = halfway(above: largest)
    #expect(digits.utf8.count == 768)
    let text = "0." + String(repeating: "0", count: -exponent - digits.utf8.count) + digits
    #expect(parsedDouble(text) == Double.leastNormalMagnitude)
    #expect(parsedDouble(text.dropLast() + "4999999999999999999999999999999") == largest)
    let (smallest, power) = halfway(above: 0)
    #expect(parsedDouble("\(smallest)e\(power)") == 0)
    let zeros = String(repeating: "0", count: 800)
    #expect(parsedDouble("\(smallest)\(zeros)1e\(power - 801)") == .leastNonzeroMagnitude)
    let (most, top) = halfway(above: Double.greatestFiniteMagnitude)
    #expect(parsedDouble("\(most)e\(top)") == nil)
    #expect(parsedDouble("\(most)e\(top)".replacing("7", with: "6", maxReplacements: 1)) != nil)
  }

  @Test func hostileBytesNeverTrap() {
    var numbers = SeededGenerator(seed: 15)
    let alphabet = Array("0123456789.eE+-0000".utf8)
    var accepted = 0
    for _ in 0..<40_000 {
      let length = Int.random(in: 0...14, using: &numbers)
      let bytes = (0..<length).map { _ in alphabet.randomElement(using: &numbers)! }
      if DecimalText.double(bytes.span) != nil { accepted += 1 }
      let text = String(decoding: bytes, as: UTF8.self)
      let expected = Double(text).flatMap { $0.isFinite ? $0 : nil }
      if expected != nil && DecimalText.double(bytes.span) != expected { Issue.record("\(text)") }
    }
    #expect(accepted > 1000)
  }
}
