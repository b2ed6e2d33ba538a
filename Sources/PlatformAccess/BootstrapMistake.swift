import CoAPWire
import LwM2MModel

/// What the bootstrap server does wrong on purpose, so that a device can be tried.
public enum BootstrapMistake: String, CaseIterable, Sendable {
  case noFinish = "no-finish"
  case emptyFinish = "empty-finish"
  case lostAcknowledgement = "lost-ack"
  case half
  case wrongURI = "wrong-uri"
  case deadURI = "dead-uri"
  case malformedTLV = "malformed-tlv"
  case duplicates
  case silence
  case reset
  case badRequest = "refuse-400"
  case unsupportedFormat = "refuse-415"

  public var explanation: String {
    switch self {
    case .noFinish: "the Finish is left out"
    case .emptyFinish: "only the Finish is sent: the device has no account"
    case .lostAcknowledgement: "the 2.04 is lost, the orders come without it"
    case .half: "only the first half of the orders is sent"
    case .wrongURI: "the URI written is no CoAP URI"
    case .deadURI: "nobody listens at the URI written"
    case .malformedTLV: "each Write is TLV without its last byte"
    case .duplicates: "each order is sent twice"
    case .silence: "the request is not answered"
    case .reset: "the request is answered by RST"
    case .badRequest: "the request is answered 4.00"
    case .unsupportedFormat: "the request is answered 4.15"
    }
  }

  func orders(of orders: [BootstrapOrder]) -> [BootstrapOrder] {
    switch self {
    case .noFinish: orders.filter { $0 != .finish }
    case .emptyFinish: [.finish]
    case .half: [BootstrapOrder](orders.prefix(max(1, orders.count / 2)))
    default: orders
    }
  }

  func account(for account: String) -> String {
    switch self {
    case .wrongURI: "http:nowhere"
    case .deadURI: "coap://127.0.0.1:9"
    default: account
    }
  }

  func operation(for operation: Operation) -> Operation {
    guard self == .malformedTLV, case .write(let content) = operation else { return operation }
    let bytes = [UInt8](content.bytes.dropLast())
    return .write(Content(format: .tlv, bytes: bytes))
  }
}
