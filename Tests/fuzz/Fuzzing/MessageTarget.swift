import CoAPWire
import Fixtures
import NBIoTBytes

extension FuzzTarget {
  /// A message (RFC 7252 section 3) is read as the reference reads it. No two byte sequences say the same, so it is written
  /// as it was read.
  static let message = FuzzTarget("message", maximumLength: 512) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    let message = Outcome(parsing: bytes).message
    try require(message == PlainMessage(reference: input), "read differently: \(input)")
    guard let message else { return }
    let room = input.count
    try require(message.written(into: room)?.bytes == input, "written differently: \(message)")
    // What has no room is counted.
    let tight = Int(message.id) % (room + 1)
    try require(message.written(into: tight)?.total == room, "counted differently into \(tight)")
  }
}

/// What came out of a writer.
private struct Writing {
  let bytes: [UInt8]
  let total: Int
}

extension PlainMessage {
  fileprivate func written(into room: Int) -> Writing? {
    guard let type = MessageType(rawValue: type) else { return nil }
    var storage = [UInt8](repeating: 0xEE, count: room)
    let bits = token.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    var writer = MessageWriter(
      storage.mutableSpan, type: type, code: Code(rawValue: code), id: id,
      token: Token(bits: bits, length: UInt8(token.count)))
    for option in options {
      writer.option(OptionNumber(rawValue: UInt16(option.number)), bytes: option.value.span)
    }
    if !payload.isEmpty {
      writer.beginPayload()
      writer.bytes.append(payload.span)
      writer.finish()
    }
    return Writing(bytes: Array(copying: writer.bytes.written), total: writer.bytes.total)
  }
}
