/// How the server reaches the device (LwM2M 1.0 section 5.3.1.1): the first letters of "UQ", as many as the raw value says.
public enum Binding: UInt8, BitwiseCopyable, Sendable {
  /// U: at any time while it is registered.
  case udp = 1
  /// UQ: only for a while after the device has sent something (section 8.3).
  case queuedUDP = 2

  public static var letters: StaticString { "UQ" }

  /// `nil` for what this client does not have.
  public init?(_ text: Span<UInt8>) {
    guard text.count > 0, text[0] == UInt8(ascii: "U") else { return nil }
    guard text.count == 1 || text.count == 2 && text[1] == UInt8(ascii: "Q") else { return nil }
    self = text.count == 1 ? .udp : .queuedUDP
  }
}
