import CoAPExchange
import CoAPWire
import LwM2MClient

/// What happened, as lines of text.
extension World {
  /// The lines since the last call.
  public func timetable() -> [String] {
    defer { lines = [] }
    return lines
  }

  func write(_ line: String) { lines.append("\(now) \(line)") }

  func record(_ bytes: [UInt8]) {
    let datagram = Datagram(bytes)
    let isAgain = law.check(datagram, bytes, now: now)
    write(datagram.summary + (isAgain ? " again" : ""))
    sent.append(datagram)
    if let fault = law.takeFault() { write("fault: \(fault)") }
  }

  func drainEvents() {
    while !holdsEvents, let event = engine.nextEvent() {
      let code = event.code == .empty ? "" : " \(event.code.decimal)"
      let detail = engine.storedRecord.capacity > 0 && event.detail != 0 ? " \(event.detail)" : ""
      write("[\(event.kind)\(code)\(detail)]")
      law.note(event)
    }
  }
}

extension Datagram {
  /// What it is, in a few words.
  public var summary: String {
    switch type {
    case .reset: return "RST"
    case .acknowledgement where isEmpty: return "ACK"
    default: break
    }
    if code == .delete { return "De-register /\(path)" }
    guard code == .post else {
      let prefix = type == .confirmable ? "CON " : ""
      return "\(prefix)\(code.decimal)" + (text.isEmpty ? "" : " \(text)")
    }
    if path == "bs" { return "Bootstrap-Request" }
    if queries.contains(where: { $0.hasPrefix("ep=") }) { return "Register" + piece }
    let parts = ["Update /\(path)"] + queries + (payload.isEmpty ? [] : ["objects"])
    return parts.joined(separator: " ") + piece
  }

  /// Of a request in blocks: NUM/M/size, as RFC 7959 section 3 writes it.
  private var piece: String {
    guard let block = unsigned(.block1) else { return "" }
    return " \(block >> 4)/\(block >> 3 & 1)/\(16 << (block & 7))"
  }

  public var path: String { texts(.uriPath).joined(separator: "/") }
  public var queries: [String] { texts(.uriQuery) }

  private func texts(_ number: OptionNumber) -> [String] {
    options.filter { $0.number == number.rawValue }
      .map { String(decoding: $0.value, as: UTF8.self) }
  }
}
