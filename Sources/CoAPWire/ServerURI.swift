import NBIoTBytes

/// Why text is no server URI.
public enum ServerURIError: Error, Equatable, BitwiseCopyable, Sendable {
  case schemeUnknown
  case hostMissing
  case hostInvalid
  case portInvalid
  case pathNotAllowed
}

/// `coap[s]://host[:port][?bs]` (RFC 7252 section 6), as positions in the text it was made from.
public struct ServerURI: BitwiseCopyable, Sendable {
  public let isSecure: Bool
  private let hostStart: UInt16
  private let hostLength: UInt16
  public let port: UInt16
  /// `?bs` at the end: the URI names a bootstrap server.
  public let namesBootstrapServer: Bool

  /// Where the host stands, without the brackets of an IPv6 literal.
  public var host: Range<Int> { Int(hostStart)..<Int(hostStart) + Int(hostLength) }

  public static var defaultPort: UInt16 { 5683 }
  public static var defaultSecurePort: UInt16 { 5684 }
  /// RFC 7252 section 5.10.1: Uri-Host is 1 ... 255 bytes.
  public static var maximumHostLength: Int { 255 }

  /// None yet.
  public init() {
    isSecure = false
    hostStart = 0
    hostLength = 0
    port = 0
    namesBootstrapServer = false
  }

  public init(parsing text: Span<UInt8>) throws(ServerURIError) {
    var reader = ByteReader(text)
    let isSecure = reader.skip(lowerCase: "coaps://")
    guard isSecure || reader.skip(lowerCase: "coap://") else { throw .schemeUnknown }
    try self.init(&reader, isSecure)
  }

  /// As bootstrap servers write it: the scheme may be missing, and what else says whether the server is secured counts
  /// more than a plain scheme does; `nil` = nothing else says it. A secure scheme is never used without security.
  public init(parsing text: Span<UInt8>, isSecure: Bool?) throws(ServerURIError) {
    var reader = ByteReader(text)
    let hasSecureScheme = reader.skip(lowerCase: "coaps://")
    if hasSecureScheme, isSecure == false { throw .schemeUnknown }
    if !hasSecureScheme { _ = reader.skip(lowerCase: "coap://") }
    try self.init(&reader, isSecure ?? hasSecureScheme)
  }

  /// What stands behind the scheme.
  private init(_ reader: inout ByteReader, _ isSecure: Bool) throws(ServerURIError) {
    self.isSecure = isSecure
    let isBracketed = reader.skip(lowerCase: "[")
    let start = reader.position
    while let byte = reader.peek(), ServerURI.isHostByte(byte, isBracketed) { _ = reader.skip(1) }
    let length = reader.position &- start
    if isBracketed, !reader.skip(lowerCase: "]") { throw .hostInvalid }
    let hasPort = reader.skip(lowerCase: ":")
    guard hasPort || ServerURI.isAtPathOrEnd(reader) else { throw .hostInvalid }
    guard length > 0 else { throw .hostMissing }
    guard length <= ServerURI.maximumHostLength else { throw .hostInvalid }
    hostStart = UInt16(truncatingIfNeeded: start)
    hostLength = UInt16(truncatingIfNeeded: length)
    port =
      (hasPort ? try ServerURI.port(&reader) : nil)
      ?? (isSecure ? ServerURI.defaultSecurePort : ServerURI.defaultPort)
    _ = reader.skip(lowerCase: "/")
    namesBootstrapServer = reader.skip(lowerCase: "?bs")
    guard reader.isAtEnd else { throw .pathNotAllowed }
  }

  /// Where host and port must have ended.
  private static func isAtPathOrEnd(_ reader: borrowing ByteReader) -> Bool {
    let byte = reader.peek() ?? UInt8(ascii: "/")
    return byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?")
  }

  /// An empty port is `nil`: the scheme's default (RFC 3986 section 3.2.3).
  private static func port(_ reader: inout ByteReader) throws(ServerURIError) -> UInt16? {
    let start = reader.position
    var number: UInt32 = 0
    while let byte = reader.peek(), byte &- UInt8(ascii: "0") <= 9 {
      number = number &* 10 &+ UInt32(truncatingIfNeeded: byte &- UInt8(ascii: "0"))
      guard number <= 0xFFFF else { throw .portInvalid }
      _ = reader.skip(1)
    }
    guard isAtPathOrEnd(reader) else { throw .portInvalid }
    if reader.position == start { return nil }
    guard number != 0 else { throw .portInvalid }
    return UInt16(truncatingIfNeeded: number)
  }

  /// Letters, digits, `-._~` and, in brackets, `:` and `%`. No percent-encoding, no user information.
  private static func isHostByte(_ byte: UInt8, _ isBracketed: Bool) -> Bool {
    if (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 { return true }
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): return true
    case UInt8(ascii: ":"), UInt8(ascii: "%"): return isBracketed
    default: return false
    }
  }
}
