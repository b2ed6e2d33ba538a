import NBIoTBytes

/// Numeric constants (V.250 section 5.4.2.1), with the sign and the `0x` of vendors.
enum NumberText {
  static func value(
    _ text: Span<UInt8>, radix: UInt8
  ) throws(CommandError.Fault) -> Int64 {
    var reader = ByteReader(text)
    let isNegative = reader.skip(UInt8(ascii: "-"))
    if !isNegative { _ = reader.skip(UInt8(ascii: "+")) }
    let radix = reader.skip(lowerCase: "0x") ? 16 : radix
    guard !reader.isAtEnd else { throw .notNumber }
    var value: Int64 = 0
    while let byte = reader.byte() {
      guard let digit = byte.digitValue, digit < radix else { throw .notNumber }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: Int64(radix))
      let (sum, overflows) = product.addingReportingOverflow(
        isNegative ? -Int64(digit) : Int64(digit))
      guard !isTooLarge, !overflows else { throw .outOfRange }
      value = sum
    }
    return value
  }
}
