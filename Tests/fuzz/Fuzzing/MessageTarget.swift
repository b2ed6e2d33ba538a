import CoAPWire
import NBIoTBytes

extension FuzzTarget {
  static let message = FuzzTarget("message", maximumLength: 512) { bytes throws(Finding) in
    do throws(MessageError) {
      _ = try MessageView(parsing: bytes)
    } catch {}
  }
}
