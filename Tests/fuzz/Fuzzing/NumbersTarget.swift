import Fixtures
import NBIoTBytes

extension FuzzTarget {
  /// Numbers as text (LwM2M 1.0 Appendix C): read as the standard library reads them. What was read is printed and read
  /// back as the same; what is printed is the only text that is.
  static let numbers = FuzzTarget("numbers", maximumLength: 64) { bytes throws(Finding) in
    let text = String(decoding: Array(copying: bytes), as: UTF8.self)
    let integer = DecimalText.integer(bytes)
    try require(integer == Decimal.integer(text), "integer read differently: \(text)")
    if let integer { try requireRoundTrip(integer) }
    let double = DecimalText.double(bytes)
    try require(
      double?.bitPattern == Decimal.double(text)?.bitPattern, "float read differently: \(text)")
    if let double { try requireRoundTrip(double) }
    if bytes.count == 8 {
      let bits = Array(copying: bytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      try requireRoundTrip(Int64(bitPattern: bits))
      try requireRoundTrip(Double(bitPattern: bits))
    }
  }

  private static func requireRoundTrip(_ number: Int64) throws(Finding) {
    let text = written { writer in
      DecimalText.append(number, to: &writer)
      return true
    }
    try require(text == Array("\(number)".utf8), "integer printed differently: \(number)")
  }

  private static func requireRoundTrip(_ number: Double) throws(Finding) {
    let text = written { DecimalText.append(number, to: &$0) }
    guard number.isFinite else { return try require(text == nil, "printed: \(number)") }
    guard let text else { throw Finding("not printed: \(number)") }
    try require(
      DecimalText.double(text.span)?.bitPattern == number.bitPattern,
      "float printed differently: \(number)")
    try require(
      Decimal.digits(text) == Decimal.digits(Array("\(number)".utf8)),
      "not the shortest: \(number), \(String(decoding: text, as: UTF8.self))")
    try requireTight(number, text)
  }

  /// Where there is hardly room, and where there is none, it is the same text, or is counted.
  private static func requireTight(_ number: Double, _ text: [UInt8]) throws(Finding) {
    let tight = written(into: text.count) { DecimalText.append(number, to: &$0) }
    try require(tight == text, "in tight room, printed differently: \(number)")
    var none = ByteWriter(MutableSpan())
    DecimalText.append(number, to: &none)
    try require(none.total == text.count, "counted differently: \(number)")
  }
}

/// Decimal text as the standard library has it.
private enum Decimal {
  static func integer(_ text: String) -> Int64? { Int64(text) }

  /// [sign] digits [. digits] [e [sign] digits], finite.
  static func double(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }),
      let number = Double(text), number.isFinite
    else { return nil }
    return number
  }

  /// The digits that count, without sign, point, exponent, and the zeros around them.
  static func digits(_ text: [UInt8]) -> [UInt8] {
    var digits = text.prefix { $0 != UInt8(ascii: "e") }.filter { $0 >= UInt8(ascii: "0") }[...]
    digits = digits.drop { $0 == UInt8(ascii: "0") }
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return Array(digits)
  }
}
