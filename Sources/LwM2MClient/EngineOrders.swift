import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// What the bootstrap server orders (LwM2M 1.0 section 5.2.7). It works on the staged account.
extension Engine where Store: ~Copyable {
  @inline(never)
  mutating func obey(_ datagram: inout MutableSpan<UInt8>, now: Instant) {
    if registration.state == .requesting { outstanding.end() }
    respond(.methodNotAllowed)
    awaitOrders(now: now)
  }
}
