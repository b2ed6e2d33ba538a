import LwM2MClient
import LwM2MModel

extension Question {
  /// As a test writes it down.
  func described(in datagram: [UInt8]) -> String {
    let path = resource.path
    let place = "/\(path.object)/\(path.instance)/\(path.resource)"
    let instance = resource.access.contains(.multiple) ? "[\(instance)]" : ""
    switch kind {
    case .read: return "read \(place)\(instance)"
    case .write: return "write \(place)\(instance)"
    case .block: return "block \(place) \(length)"
    case .wrote: return "wrote \(place)\(instance)"
    case .execute:
      let arguments = String(decoding: datagram[start..<start + length], as: UTF8.self)
      return "execute \(place) \(arguments)"
    case .create: return "create /\(path.object)/\(path.instance)"
    case .keep: return "keep"
    case .remove:
      return "\(request == 0 ? "withdraw" : "remove") /\(path.object)/\(path.instance)"
    }
  }
}
