import LwM2MModel
import NBIoTBytes

/// One value as text/plain (LwM2M 1.0 section 6.4.1, types as in Appendix C).
public enum TextFormat {
  /// `false` when the value has no text: a float that is not finite, a hexString that is not digits.
  public static func append(_ value: borrowing Value, to writer: inout ByteWriter) -> Bool {
    switch copy value {
    case .integer(let number):
      DecimalText.append(number, to: &writer)
    case .float(let number):
      return DecimalText.append(number, to: &writer)
    case .boolean(let flag):
      writer.append(flag ? UInt8(ascii: "1") : UInt8(ascii: "0"))
    case .string(let bytes):
      writer.append(bytes)
    case .opaque(let bytes):
      Base64.append(bytes, to: &writer)
    case .hexString(let digits):
      return HexDigits.appendDecoded(digits, to: &writer)
    }
    return true
  }
}

/// One opaque value as application/octet-stream (LwM2M 1.0 section 6.4.2).
public enum OpaqueFormat {
  /// `false` when the value is not opaque.
  public static func append(_ value: borrowing Value, to writer: inout ByteWriter) -> Bool {
    guard case .opaque(let bytes) = copy value else { return false }
    writer.append(bytes)
    return true
  }
}
