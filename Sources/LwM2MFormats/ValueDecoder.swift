import LwM2MModel
import NBIoTBytes

/// Makes values from what a server wrote; `nil` when the bytes are none of the type.
///
/// A hexString comes as `.string`, the bytes it stands for, whatever they are: whoever stores it makes digits of them.
public enum ValueDecoder {
  /// The value of a TLV (LwM2M 1.0 Appendix C).
  @_lifetime(copy bytes)
  public static func tlv(_ bytes: Span<UInt8>, as type: ValueType) -> Value? {
    switch type {
    case .string: return UTF8Text.isValid(bytes) ? .string(bytes) : nil
    case .hexString: return .string(bytes)
    case .opaque: return .opaque(bytes)
    case .integer:
      guard let number = integer(bytes) else { return nil }
      return .integer(number)
    case .float:
      guard let number = float(bytes) else { return nil }
      return .float(number)
    case .boolean:
      guard bytes.count == 1, bytes[0] <= 1 else { return nil }
      return .boolean(bytes[0] == 1)
    }
  }

  /// text/plain (section 6.4.1). Opaque is refused here: its base64 is decoded in place beforehand.
  @_lifetime(copy bytes)
  public static func text(_ bytes: Span<UInt8>, as type: ValueType) -> Value? {
    switch type {
    case .string: return UTF8Text.isValid(bytes) ? .string(bytes) : nil
    case .hexString: return .string(bytes)
    case .opaque: return nil
    case .integer:
      guard let number = DecimalText.integer(bytes) else { return nil }
      return .integer(number)
    case .float:
      guard let number = DecimalText.double(bytes) else { return nil }
      return .float(number)
    case .boolean:
      let zero = UInt8(ascii: "0")
      guard bytes.count == 1, bytes[0] &- zero <= 1 else { return nil }
      return .boolean(bytes[0] != zero)
    }
  }

  /// application/octet-stream (section 6.4.2).
  @_lifetime(copy bytes)
  public static func opaque(_ bytes: Span<UInt8>, as type: ValueType) -> Value? {
    type == .opaque ? .opaque(bytes) : nil
  }

  private static func integer(_ bytes: Span<UInt8>) -> Int64? {
    switch bytes.count {
    case 1, 2, 4, 8: break
    default: return nil
    }
    var reader = ByteReader(bytes)
    guard let bits = reader.bigEndian(length: bytes.count) else { return nil }
    let unused = Int64(truncatingIfNeeded: 64 &- bytes.count &* 8)
    return (Int64(bitPattern: bits) &<< unused) &>> unused
  }

  private static func float(_ bytes: Span<UInt8>) -> Double? {
    var reader = ByteReader(bytes)
    guard let bits = reader.bigEndian(length: bytes.count) else { return nil }
    switch bytes.count {
    case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case 8: return Double(bitPattern: bits)
    default: return nil
    }
  }
}
