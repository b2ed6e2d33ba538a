import Fixtures
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

extension FuzzTarget {
  /// A value a server writes (LwM2M 1.0 Appendix C): the first byte says of which type it is and in which format it comes.
  /// What was read is written and read back as the same.
  static let values = FuzzTarget("values", maximumLength: 128) { bytes throws(Finding) in
    guard bytes.count > 0, let type = ValueType(rawValue: bytes[0] % 8) else { return }
    let payload = bytes.extracting(1...)
    if bytes[0] < 0x80 {
      try requireTLV(payload, type)
    } else {
      try requireText(payload, type)
    }
  }

  private static func requireTLV(_ bytes: Span<UInt8>, _ type: ValueType) throws(Finding) {
    let input = Array(copying: bytes)
    let kept = PlainValue(tlv: bytes, type)
    try require(kept == PlainValue(reference: input, type), "TLV read differently: \(input)")
    guard let kept else { return }
    let again = kept.withValue { value in
      written { TLVWriter.append(.resource, 1, value, to: &$0) }
    }
    let record = again.flatMap { PlainTLV.reference($0) }?.first
    let back = record.flatMap { PlainValue(tlv: $0.value.span, type) }
    try require(back == kept, "TLV written differently: \(kept)")
  }

  private static func requireText(_ bytes: Span<UInt8>, _ type: ValueType) throws(Finding) {
    guard let kept = PlainValue(text: bytes, type) else { return }
    let text = kept.withValue { value in written { TextFormat.append(value, to: &$0) } }
    guard let text else { throw Finding("not written: \(kept)") }
    let back = PlainValue(text: text.span, type)
    try require(back == kept, "text written differently: \(kept)")
  }
}

/// A value with bytes of its own; a float by its bits.
enum PlainValue: Equatable {
  case bytes([UInt8])
  case opaque([UInt8])
  case integer(Int64)
  case float(UInt64)
  case boolean(Bool)

  init(_ value: borrowing Value) {
    switch copy value {
    case .string(let bytes), .hexString(let bytes): self = .bytes(Array(copying: bytes))
    case .opaque(let bytes): self = .opaque(Array(copying: bytes))
    case .integer(let number): self = .integer(number)
    case .float(let number): self = .float(number.bitPattern)
    case .boolean(let flag): self = .boolean(flag)
    }
  }

  /// As the decoder has it.
  init?(tlv bytes: Span<UInt8>, _ type: ValueType) {
    guard let value = ValueDecoder.tlv(bytes, as: type) else { return nil }
    self.init(value)
  }

  /// As the decoder has it.
  init?(text bytes: Span<UInt8>, _ type: ValueType) {
    guard let value = ValueDecoder.text(bytes, as: type) else { return nil }
    self.init(value)
  }

  /// What the bytes of a TLV stand for, in plain arithmetic; `nil` = nothing of this type.
  init?(reference bytes: [UInt8], _ type: ValueType) {
    let bits = bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch (type, bytes.count) {
    case (.string, _) where String(validating: bytes, as: UTF8.self) == nil: return nil
    case (.string, _), (.hexString, _): self = .bytes(bytes)
    case (.opaque, _): self = .opaque(bytes)
    case (.integer, 1): self = .integer(Int64(Int8(truncatingIfNeeded: bits)))
    case (.integer, 2): self = .integer(Int64(Int16(truncatingIfNeeded: bits)))
    case (.integer, 4): self = .integer(Int64(Int32(truncatingIfNeeded: bits)))
    case (.integer, 8): self = .integer(Int64(truncatingIfNeeded: bits))
    case (.float, 4): self = .float(Double(Float(bitPattern: UInt32(bits))).bitPattern)
    case (.float, 8): self = .float(bits)
    case (.boolean, 1) where bits < 2: self = .boolean(bits == 1)
    default: return nil
    }
  }

  func withValue<Result>(_ body: (borrowing Value) -> Result) -> Result {
    switch self {
    case .bytes(let bytes): body(.string(bytes.span))
    case .opaque(let bytes): body(.opaque(bytes.span))
    case .integer(let number): body(.integer(number))
    case .float(let bits): body(.float(Double(bitPattern: bits)))
    case .boolean(let flag): body(.boolean(flag))
    }
  }
}
