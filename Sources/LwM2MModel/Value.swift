/// The type of a resource, numbered as in the AT command sets.
public enum ValueType: UInt8, BitwiseCopyable, Sendable {
  case string = 1
  case opaque = 2
  case integer = 3
  case float = 4
  case boolean = 5
  /// Kept as hexadecimal digits; the bytes they stand for travel as a string.
  case hexString = 6

  /// Compared with gt, lt and st (LwM2M 1.0 section 5.1.2).
  public var isNumeric: Bool { self == .integer || self == .float }
  /// Its bytes are on the wire as they are, so that it can come in pieces.
  public var isStreamable: Bool { self == .string || self == .opaque }
  public var isBuffer: Bool { self == .string || self == .opaque || self == .hexString }
}

/// The value of a resource or of one instance of it, as a view of where it is kept.
public enum Value: ~Escapable {
  case string(Span<UInt8>)
  case opaque(Span<UInt8>)
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  case hexString(Span<UInt8>)
}
