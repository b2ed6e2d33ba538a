import NBIoTBytes

/// What stands between quotes. A backslash and two hexadecimal digits stand for one character (V.250 section 5.4.2.2, 3GPP
/// TS 27.007 section 4.2); all of them were checked.
public struct QuotedText: ~Escapable {
  /// As it came, escapes not resolved.
  public let source: Span<UInt8>
  /// In bytes, escapes resolved.
  public let count: Int

  @_lifetime(copy source)
  init(_ source: Span<UInt8>) throws(CommandError.Fault) {
    var count = 0
    var index = 0
    while index < source.count {
      guard source[index] != UInt8(ascii: "\"") else { throw .notText }
      if source[index] == UInt8(ascii: "\\") {
        guard source.count - index > 2, source[index + 1].digitValue != nil,
          source[index + 2].digitValue != nil
        else { throw .escapeInvalid }
        index += 2
      }
      index += 1
      count += 1
    }
    self.source = source
    self.count = count
  }

  /// What it stands for.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var reader = ByteReader(source)
    while let byte = reader.byte() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      let high = reader.byte()?.digitValue ?? 0
      let low = reader.byte()?.digitValue ?? 0
      bytes.append(high &<< 4 | low)
    }
    return bytes
  }
}
