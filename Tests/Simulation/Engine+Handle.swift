import CoAPExchange
import LwM2MClient
import NBIoTBytes

extension Engine where Store: ~Copyable {
  /// A datagram arrived, as the ring hands it over: what is to be served is, from where it stands.
  public mutating func handle(
    _ datagram: inout MutableSpan<UInt8>, from source: PeerAddress, now: Instant
  ) {
    guard accept(datagram.span, from: source, now: now) else { return }
    guard asksAboutBody else { return serve(&datagram, now: now) }
    let body = body
    body.withMutableBytes {
      var bytes = $0
      serve(&bytes, now: now)
    }
  }
}
