import NBIoTBytes

/// The payload of an Execute: `5`, `2='10.3'`, `7,0='https://…'` (LwM2M 1.0 section 5.4.5).
public enum ExecuteArguments {
  /// Whether `bytes` follow the grammar; without arguments they do.
  public static func isWellFormed(_ bytes: Span<UInt8>) -> Bool {
    var reader = ByteReader(bytes)
    if reader.isAtEnd { return true }
    repeat {
      guard let digit = reader.byte(), digit &- UInt8(ascii: "0") <= 9 else { return false }
      if reader.peek() == UInt8(ascii: "="), !skipValue(&reader) { return false }
      guard let separator = reader.byte() else { return true }
      guard separator == UInt8(ascii: ",") else { return false }
    } while true
  }

  /// `='…'`
  private static func skipValue(_ reader: inout ByteReader) -> Bool {
    _ = reader.byte()
    guard reader.byte() == UInt8(ascii: "'") else { return false }
    while let byte = reader.byte() {
      if byte == UInt8(ascii: "'") { return true }
      guard isCharacter(byte) else { return false }
    }
    return false
  }

  /// Printable ASCII but for space, `"`, `'` and `\`.
  private static func isCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21, 0x23...0x26, 0x28...0x5B, 0x5D...0x7E: return true
    default: return false
    }
  }
}
