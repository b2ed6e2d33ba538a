/// What the module wants of the network it is on.
public enum NetworkRequest: Equatable, Sendable {
  /// Give `socket` a UDP port, 0 = any; to be answered by `opened(socket:localPort:now:)`.
  case open(socket: Int, localPort: UInt16)
  case send(socket: Int, to: Endpoint, [UInt8])
  case close(socket: Int)
  /// To be answered by `found(_:_:now:)`.
  case lookUp(String)
}
