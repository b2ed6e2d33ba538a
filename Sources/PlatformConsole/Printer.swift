import LwM2MModel
import NBIoTBytes
import PlatformAccess

/// Makes output lines of everything that is worth one: for people, or one JSON object each.
public struct Printer: Sendable {
  private enum Style: Sendable {
    case text(EventText)
    case json
  }

  private let start: Instant
  private var style: Style

  public init(json: Bool, start: Instant) {
    self.start = start
    style = json ? .json : .text(EventText(start: start))
  }

  public mutating func lines(for event: Event, now: Instant) -> [String] {
    switch style {
    case .json:
      return [EventJSON.object(event, milliseconds: now.since(start).count).text]
    case .text(var text):
      let lines = text.lines(for: event, now: now)
      style = .text(text)
      return lines
    }
  }

  public func lines(for report: Console.Report, now: Instant) -> [String] {
    switch style {
    case .json: [report.json(milliseconds: now.since(start).count).text]
    case .text(let text): report.lines(text, now: now)
    }
  }

  /// Where a server listens; the legend goes with the access server.
  public func greeting(_ role: Platform.Role, _ peer: Peer, now: Instant) -> [String] {
    switch style {
    case .json:
      let members =
        EventJSON.header("listening", now.since(start).count) + [
          .init("address", .string("\(peer.host)")), .init("port", .integer(Int64(peer.port))),
          .init("server", .string(role.rawValue)),
        ]
      return [JSON.object(members).text]
    case .text(let text):
      let lines = [
        text.remark("Listening", "on \(peer), \(role.purpose)", now: now),
        text.remark("Legend", "seconds, <- from a device, -> to a device, -- remark", now: now),
      ]
      return role == .access ? lines : [lines[0]]
    }
  }
}

extension Platform.Role {
  fileprivate var purpose: String {
    switch self {
    case .access: "waiting for devices"
    case .bootstrap: "to bootstrap devices"
    }
  }
}

extension Console.Report {
  fileprivate func lines(_ text: EventText, now: Instant) -> [String] {
    switch self {
    case .devices(let devices):
      let rows = devices.map { text.remark("Device", $0.text, now: now) }
      return rows.isEmpty ? [text.remark("Devices", "none", now: now)] : rows
    case .values(let endpoint, let values):
      let rows = values.map { stored in
        let age = now.since(stored.arrival).count / 1000
        let value = stored.value.text(below: stored.value.path)
        return text.remark("Value", "\(stored.value.path.text)  \(value)  \(age) s ago", now: now)
      }
      return rows.isEmpty ? [text.remark("Values", "none of \(endpoint)", now: now)] : rows
    case .help(let usages): return usages.map { text.remark("Command", $0, now: now) }
    case .said(let words): return ["", text.remark("Note", words, now: now)]
    case .began(let line): return [text.remark("Command", line, now: now)]
    case .waited(let line): return [text.remark("Done", line, now: now)]
    case .failed(let line, let reason):
      return [text.remark("Not done", "\(line): \(reason)", now: now)]
    }
  }

  fileprivate func json(milliseconds: UInt32) -> JSON {
    let (name, members): (String, [JSON.Member]) =
      switch self {
      case .devices(let devices):
        ("devices", [.init("devices", .array(devices.map(\.json)))])
      case .values(let endpoint, let values):
        (
          "values",
          [
            .init("endpoint", .string(endpoint)),
            .init("values", .array(values.map(\.value.json))),
          ]
        )
      case .help(let usages): ("help", [.init("commands", .array(usages.map { .string($0) }))])
      case .said(let words): ("note", [.init("text", .string(words))])
      case .began(let line): ("command", [.init("line", .string(line))])
      case .waited(let line): ("waited", [.init("line", .string(line))])
      case .failed(let line, let reason):
        ("command-failed", [.init("line", .string(line)), .init("reason", .string(reason))])
      }
    return .object(EventJSON.header(name, milliseconds) + members)
  }
}

extension Console.DeviceSummary {
  fileprivate var text: String {
    "ep=\(endpoint)  /rd/\(location)  at \(peer)  lt=\(lifetime)"
      + " (\(remaining.count / 1000) s left)  objects \(objects.linkText)"
      + "  observed \(observations.linkText)"
  }

  fileprivate var json: JSON {
    .object([
      .init("endpoint", .string(endpoint)), .init("location", .string("/rd/\(location)")),
      .init("peer", .string("\(peer)")), .init("lifetime", .integer(Int64(lifetime))),
      .init("remaining", .integer(Int64(remaining.count))), .init("objects", .paths(objects)),
      .init("observations", .paths(observations)),
    ])
  }
}
