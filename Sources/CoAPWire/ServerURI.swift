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

  public init(parsing text: Span<UInt8>) throws(ServerURIError) {
    var scanner = URIScanner(text)
    if scanner.accept("coaps://") {
      isSecure = true
    } else {
      guard scanner.accept("coap://") else { throw .schemeUnknown }
      isSecure = false
    }
    let host = try scanner.host()
    hostStart = UInt16(truncatingIfNeeded: host.lowerBound)
    hostLength = UInt16(truncatingIfNeeded: host.count)
    port =
      try scanner.port()
      ?? (isSecure ? ServerURI.defaultSecurePort : ServerURI.defaultPort)
    _ = scanner.accept("/")
    namesBootstrapServer = scanner.accept("?bs")
    guard scanner.isAtEnd else { throw .pathNotAllowed }
  }
}

/// The cursor behind `ServerURI`.
private struct URIScanner: ~Copyable, ~Escapable {
  let text: Span<UInt8>
  var position = 0

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) {
    self.text = text
  }

  var isAtEnd: Bool { position == text.count }

  /// Where host and port must have ended.
  var isAtPathOrEnd: Bool {
    isAtEnd || text[position] == UInt8(ascii: "/") || text[position] == UInt8(ascii: "?")
  }

  /// Consumes `expected`, which is lower case, in either case.
  mutating func accept(_ expected: StaticString) -> Bool {
    var reader = ByteReader(text, at: position)
    guard reader.skip(lowerCase: expected) else { return false }
    position = reader.position
    return true
  }

  mutating func host() throws(ServerURIError) -> Range<Int> {
    let bracketed = accept("[")
    let start = position
    while position < text.count, URIScanner.isHostByte(text[position], bracketed: bracketed) {
      position += 1
    }
    let range = start..<position
    if bracketed, !accept("]") { throw .hostInvalid }
    guard isAtPathOrEnd || text[position] == UInt8(ascii: ":") else { throw .hostInvalid }
    guard !range.isEmpty else { throw .hostMissing }
    guard range.count <= ServerURI.maximumHostLength else { throw .hostInvalid }
    return range
  }

  /// An absent or empty port is `nil`: the scheme's default (RFC 3986 section 3.2.3).
  mutating func port() throws(ServerURIError) -> UInt16? {
    guard accept(":") else { return nil }
    let start = position
    var number: UInt32 = 0
    while position < text.count, text[position] &- UInt8(ascii: "0") <= 9 {
      number = number &* 10 &+ UInt32(text[position] &- UInt8(ascii: "0"))
      guard number <= 0xFFFF else { throw .portInvalid }
      position += 1
    }
    guard isAtPathOrEnd else { throw .portInvalid }
    if position == start { return nil }
    guard number != 0 else { throw .portInvalid }
    return UInt16(truncatingIfNeeded: number)
  }

  /// Letters, digits, `-._~` and, in brackets, `:` and `%`. No percent-encoding, no user information.
  static func isHostByte(_ byte: UInt8, bracketed: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      return true
    case UInt8(ascii: ":"), UInt8(ascii: "%"):
      return bracketed
    default:
      return false
    }
  }
}
