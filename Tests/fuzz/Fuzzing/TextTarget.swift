import Fixtures
import LwM2MFormats
import NBIoTBytes

extension FuzzTarget {
  /// Strings and Execute arguments: what is accepted is what a slow reader of the grammar accepts.
  static let text = FuzzTarget("text", maximumLength: 64) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    try require(
      UTF8Text.isValid(bytes) == (String(validating: input, as: UTF8.self) != nil),
      "UTF-8 read differently: \(input)")
    try require(
      ExecuteArguments.isWellFormed(bytes) == Arguments.isWellFormed(input),
      "arguments read differently: \(input)")
  }
}

/// The payload of an Execute (LwM2M 1.0 section 5.4.5), split at its commas.
private enum Arguments {
  static func isWellFormed(_ bytes: [UInt8]) -> Bool {
    bytes.isEmpty || split(bytes).allSatisfy(isArgument)
  }

  /// At the commas outside of quotes.
  private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    var isQuoted = false
    for byte in bytes {
      if byte == UInt8(ascii: "'") { isQuoted.toggle() }
      if byte == UInt8(ascii: ","), !isQuoted {
        parts.append([])
      } else {
        parts[parts.count - 1].append(byte)
      }
    }
    return parts
  }

  /// digit or digit='characters'
  private static func isArgument(_ bytes: [UInt8]) -> Bool {
    guard let digit = bytes.first, "0123456789".utf8.contains(digit) else { return false }
    if bytes.count == 1 { return true }
    guard bytes.count >= 4, bytes[1] == UInt8(ascii: "="), bytes[2] == UInt8(ascii: "'"),
      bytes.last == UInt8(ascii: "'")
    else { return false }
    return bytes[3..<bytes.count - 1].allSatisfy {
      (0x21...0x7E).contains($0) && !"\"'\\".utf8.contains($0)
    }
  }
}
