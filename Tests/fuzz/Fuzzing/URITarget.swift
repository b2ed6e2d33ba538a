import CoAPWire
import Fixtures
import NBIoTBytes

extension FuzzTarget {
  /// Server URIs: split as a slow reader splits them, and the same again when put together from what was split.
  static let uri = FuzzTarget("uri", maximumLength: 320) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    try require(
      PlainURI(bytes) == PlainURI(reference: input, isSecure: nil, needsScheme: true),
      "read differently: \(input)")
    for isSecure in [nil, false, true] {
      let found = PlainURI(bytes, isSecure: isSecure)
      try require(
        found == PlainURI(reference: input, isSecure: isSecure, needsScheme: false),
        "as bootstrap servers write it, read differently: \(input)")
    }
    guard let uri = PlainURI(bytes) else { return }
    try require(PlainURI(uri.joined.span) == uri, "joined differently: \(uri)")
  }
}

/// A URI with text of its own.
struct PlainURI: Equatable {
  var isSecure: Bool
  var host: [UInt8]
  var port: UInt16
  var namesBootstrapServer: Bool

  init?(_ bytes: Span<UInt8>) {
    do throws(ServerURIError) {
      self.init(try ServerURI(parsing: bytes), bytes)
    } catch {
      return nil
    }
  }

  init?(_ bytes: Span<UInt8>, isSecure: Bool?) {
    do throws(ServerURIError) {
      self.init(try ServerURI(parsing: bytes, isSecure: isSecure), bytes)
    } catch {
      return nil
    }
  }

  private init(_ uri: ServerURI, _ bytes: Span<UInt8>) {
    isSecure = uri.isSecure
    host = Array(copying: bytes.extracting(uri.host))
    port = uri.port
    namesBootstrapServer = uri.namesBootstrapServer
  }

  /// Cut from both ends.
  init?(reference bytes: [UInt8], isSecure wish: Bool?, needsScheme: Bool) {
    var rest = bytes[...]
    let hasSecureScheme = PlainURI.drop("coaps://", from: &rest)
    let hasScheme = hasSecureScheme || PlainURI.drop("coap://", from: &rest)
    guard hasScheme || !needsScheme, !(hasSecureScheme && wish == false) else { return nil }
    isSecure = wish ?? hasSecureScheme
    namesBootstrapServer = PlainURI.dropLast("?bs", from: &rest)
    _ = PlainURI.dropLast("/", from: &rest)
    port = isSecure ? 5684 : 5683
    let isBracketed = rest.first == UInt8(ascii: "[")
    if isBracketed {
      guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      host = Array(rest[(rest.startIndex + 1)..<end])
      rest = rest[(end + 1)...]
    } else {
      host = Array(rest.prefix { $0 != UInt8(ascii: ":") })
      rest = rest.dropFirst(host.count)
    }
    guard (1...255).contains(host.count),
      host.allSatisfy({ PlainURI.isHostByte($0, isBracketed) })
    else { return nil }
    guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return nil }
    guard let given = PlainURI.port(rest.dropFirst()) else { return nil }
    if given != 0 { port = given }
  }

  /// 0 = none is given.
  private static func port(_ digits: ArraySlice<UInt8>) -> UInt16? {
    if digits.isEmpty { return 0 }
    guard digits.allSatisfy({ "0123456789".utf8.contains($0) }),
      let port = UInt16(String(decoding: digits, as: UTF8.self)), port != 0
    else { return nil }
    return port
  }

  private static func isHostByte(_ byte: UInt8, _ isBracketed: Bool) -> Bool {
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    return letters.utf8.contains(byte) || isBracketed && ":%".utf8.contains(byte)
  }

  private static func drop(_ text: String, from rest: inout ArraySlice<UInt8>) -> Bool {
    let start = String(decoding: rest.prefix(text.utf8.count), as: UTF8.self).lowercased()
    guard start == text else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  private static func dropLast(_ text: String, from rest: inout ArraySlice<UInt8>) -> Bool {
    let end = String(decoding: rest.suffix(text.utf8.count), as: UTF8.self).lowercased()
    guard end == text else { return false }
    rest = rest.dropLast(text.utf8.count)
    return true
  }

  var joined: [UInt8] {
    let name = String(decoding: host, as: UTF8.self)
    let isBracketed = host.contains { ":%".utf8.contains($0) }
    return Array(
      ((isSecure ? "coaps://" : "coap://") + (isBracketed ? "[\(name)]" : name) + ":\(port)"
        + (namesBootstrapServer ? "/?bs" : "")).utf8)
  }
}
