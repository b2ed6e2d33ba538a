import CoAPWire

/// A datagram on its way.
struct Letter {
  let datagram: Datagram
  let sentAt: UInt64
  /// Which of the device's sockets it came from, or goes to.
  let socket: Int

  /// MAX_LATENCY: whatever takes longer is lost (RFC 7252 section 4.8.2).
  static let lifetime: UInt64 = 100_000
}

extension Datagram {
  var isNotification: Bool { code == .content && observe != nil && type == .confirmable }
  var path: String { texts(.uriPath).joined(separator: "/") }
  var isRegister: Bool { code == .post && segments == 1 }
  /// Below the path of Register. A server's requests, which nobody takes for one, have other paths.
  var isUpdate: Bool { code == .post && segments == 2 }

  private var segments: Int {
    options.reduce(0) { $1.number == OptionNumber.uriPath.rawValue ? $0 + 1 : $0 }
  }

  /// The `lt` of a Register or an Update.
  var lifetime: UInt32? {
    for query in options where query.number == OptionNumber.uriQuery.rawValue {
      guard query.value.starts(with: "lt=".utf8) else { continue }
      return query.value.dropFirst(3).reduce(0) { $0 * 10 + UInt32($1 & 15) }
    }
    return nil
  }

  private func texts(_ number: OptionNumber) -> [String] {
    options.filter { $0.number == number.rawValue }.map {
      String(decoding: $0.value, as: UTF8.self)
    }
  }

  /// What the device sends, in a few words.
  var summary: String {
    switch (type, code) {
    case (.reset, _): return "Reset"
    case (.acknowledgement, .empty): return "empty ACK"
    case (_, .delete): return "De-register /\(path)"
    case (_, .post) where isRegister: return "Register"
    case (_, .post) where isUpdate:
      return (["Update /\(path)"] + texts(.uriQuery)).joined(separator: " ")
    case (_, .post): return "Execute /\(path)"
    case (_, .put): return "Write /\(path) \(String(decoding: payload, as: UTF8.self))"
    case (_, .get): return "Observe /\(path)"
    default:
      let kind = type == .acknowledgement ? "ACK " : type == .confirmable ? "CON " : "NON "
      return kind + code.text + (isNotification ? " notification \(payload)" : "")
    }
  }
}

extension Code {
  var text: String { "\(group).0\(rawValue & 31)" }
}
