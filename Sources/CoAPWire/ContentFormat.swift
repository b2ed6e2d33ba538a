/// A Content-Format number (RFC 7252 section 12.3, LwM2M 1.0 section 6.4).
public struct ContentFormat: Equatable, BitwiseCopyable, Sendable {
  public let rawValue: UInt16

  @inline(__always)
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  public static var text: ContentFormat { .init(rawValue: 0) }
  public static var linkFormat: ContentFormat { .init(rawValue: 40) }
  public static var opaque: ContentFormat { .init(rawValue: 42) }
  /// application/vnd.oma.lwm2m+tlv, as registered.
  public static var tlv: ContentFormat { .init(rawValue: 11542) }
  /// The number TLV had before it was registered; old servers still use it.
  public static var oldTLV: ContentFormat { .init(rawValue: 1542) }
}
