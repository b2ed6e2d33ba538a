import CoAPWire
import LwM2MModel
import NBIoTBytes
import PlatformAccess

/// Writes events as JSON objects whose keys do not depend on what happened.
public enum EventJSON {
  public static func object(_ event: Event, milliseconds: UInt32) -> JSON {
    .object(header(event.name, milliseconds) + event.members)
  }

  static func header(_ name: String, _ milliseconds: UInt32) -> [JSON.Member] {
    [.init("ms", .integer(Int64(milliseconds))), .init("event", .string(name))]
  }
}

extension JSON {
  static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
  static func optional(_ number: UInt32?) -> JSON { number.map { .integer(Int64($0)) } ?? .null }
  static func paths(_ paths: [Path]) -> JSON { .array(paths.map { .string($0.text) }) }
}

extension Event {
  var name: String {
    switch self {
    case .registered: "registered"
    case .updated: "updated"
    case .deregistered: "deregistered"
    case .expired: "expired"
    case .forgotten: "forgotten"
    case .bootstrapRequested: "bootstrap-request"
    case .mistaken, .blundered: "mistake"
    case .bootstrapped: "bootstrapped"
    case .bootstrapStopped: "bootstrap-stopped"
    case .answered: "answer"
    case .requested: "request"
    case .acknowledged: "acknowledged"
    case .responded: "response"
    case .failed: "failed"
    case .notified: "notification"
    case .transferred: "transfer"
    case .restarted: "restarted"
    case .silent: "silent"
    case .heard: "heard"
    case .prepared: "ready"
    case .paused: "paused"
    case .duplicate: "duplicate"
    case .pinged: "ping"
    case .dropped: "dropped"
    case .reset: "reset"
    }
  }

  var members: [JSON.Member] {
    switch self {
    case .registered(let registration, let location, let peer, let replaced):
      registration.members(location, peer, replaced)
    case .updated(let update): update.members
    case .answered(let answer): answer.members
    case .requested(let endpoint, let request, let attempt):
      request.members(endpoint) + request.contentMembers
        + [.init("attempt", .integer(Int64(attempt)))]
    case .acknowledged(let endpoint, let request): request.members(endpoint)
    case .responded(let endpoint, let request, let response):
      request.members(endpoint) + response.members
    case .failed(let endpoint, let request, let failure):
      request.members(endpoint) + [.init("reason", .string(failure.explanation))]
    case .notified(let notification): notification.members
    case .transferred(let transfer): transfer.members
    case .blundered(let endpoint, let mistake):
      [.init("endpoint", .optional(endpoint)), .init("mistake", .string(mistake.rawValue))]
    case .restarted: []
    case .silent(let role, let duration):
      [
        .init("server", .string(role.rawValue)), .init("duration", .integer(Int64(duration.count))),
      ]
    case .heard(let role): [.init("server", .string(role.rawValue))]
    case .prepared(let endpoint, let observed, let discovered, let failed):
      [
        .init("endpoint", .string(endpoint)), .init("observed", .integer(Int64(observed))),
        .init("discovered", .integer(Int64(discovered))),
        .init("failed", .integer(Int64(failed))),
      ]
    case .deregistered(let endpoint), .expired(let endpoint), .forgotten(let endpoint),
      .paused(let endpoint):
      [.init("endpoint", .string(endpoint))]
    case .bootstrapRequested, .mistaken, .bootstrapped, .bootstrapStopped: bootstrapMembers
    case .duplicate, .pinged, .dropped, .reset: messageMembers
    }
  }

  private var bootstrapMembers: [JSON.Member] {
    switch self {
    case .bootstrapRequested(let endpoint, let peer):
      [.init("endpoint", .string(endpoint)), .init("peer", .string("\(peer)"))]
    case .mistaken(let endpoint, let mistake):
      [.init("endpoint", .string(endpoint)), .init("mistake", .string(mistake.rawValue))]
    case .bootstrapped(let endpoint, let account):
      [.init("endpoint", .string(endpoint)), .init("account", .string(account))]
    case .bootstrapStopped(let endpoint, let reason):
      [.init("endpoint", .string(endpoint)), .init("reason", .string(reason))]
    default: []
    }
  }

  private var messageMembers: [JSON.Member] {
    switch self {
    case .duplicate(let peer, let id):
      [.init("peer", .string("\(peer)")), .init("message", .integer(Int64(id)))]
    case .pinged(let peer): [.init("peer", .string("\(peer)"))]
    case .dropped(let peer, let reason):
      [.init("peer", .string("\(peer)")), .init("reason", .string(reason))]
    case .reset(let peer, let id, let reason):
      [
        .init("peer", .string("\(peer)")), .init("message", .integer(Int64(id))),
        .init("reason", .string(reason)),
      ]
    default: []
    }
  }
}

extension Registration {
  fileprivate func members(
    _ location: String, _ peer: Peer, _ replaced: Bool
  ) -> [JSON.Member] {
    [
      .init("endpoint", .string(endpoint)), .init("location", .string("/rd/\(location)")),
      .init("peer", .string("\(peer)")), .init("lifetime", .integer(Int64(lifetime))),
      .init("version", .string(version)), .init("binding", .string(binding)),
      .init("objects", .paths(objects.paths)), .init("replaced", .boolean(replaced)),
    ]
  }
}

extension Event.Update {
  fileprivate var members: [JSON.Member] {
    [
      .init("endpoint", .string(endpoint)), .init("lifetime", .integer(Int64(lifetime))),
      .init("added", .paths(added)), .init("removed", .paths(removed)),
      .init("peer", .optional(peer.map { "\($0)" })),
    ]
  }
}

extension Event.Answer {
  fileprivate var members: [JSON.Member] {
    [
      .init("endpoint", .optional(endpoint)), .init("peer", .string("\(peer)")),
      .init("operation", .string(operation)), .init("code", .integer(Int64(code.decimal))),
      .init("location", .optional(location)), .init("reason", .optional(reason)),
    ]
  }
}

extension Request {
  fileprivate func members(_ endpoint: String) -> [JSON.Member] {
    [
      .init("endpoint", .string(endpoint)), .init("request", .integer(Int64(id.number))),
      .init("automatic", .boolean(origin == .automatic)),
      .init("operation", .string(title)), .init("path", .string(place)),
    ]
  }

  fileprivate var contentMembers: [JSON.Member] {
    var format: ContentFormat?
    var payload: [UInt8] = []
    var attributes: [String] = []
    switch operation {
    case .write(let content), .writePartial(let content), .create(let content):
      format = content.format
      payload = content.bytes
    case .execute(let arguments) where !arguments.isEmpty:
      format = .text
      payload = [UInt8](arguments.utf8)
    case .readAs(let accepted): format = accepted
    case .writeAttributes(let given): attributes = given
    default: break
    }
    return [
      .init("format", .optional(format.map { UInt32($0.rawValue) })),
      .init("payload", .string(payload.hexText)),
      .init("attributes", .array(attributes.map { .string($0) })),
    ]
  }
}

extension Event.Response {
  fileprivate var members: [JSON.Member] {
    [
      .init("code", .integer(Int64(code.decimal))),
      .init("format", .optional(format.map { UInt32($0.rawValue) })),
      .init("payload", .string(payload.hexText)), .init("values", .array(values.map(\.json))),
      .init("observing", .boolean(isObserving)),
      .init("elapsed", .integer(Int64(elapsed.count))),
    ]
  }
}

extension Event.Notification {
  fileprivate var members: [JSON.Member] {
    [
      .init("endpoint", .string(endpoint)), .init("path", .string(path.text)),
      .init("type", .string(type.name)), .init("code", .integer(Int64(code.decimal))),
      .init("sequence", .optional(sequence)),
      .init("format", .optional(format.map { UInt32($0.rawValue) })),
      .init("payload", .string(payload.hexText)), .init("values", .array(values.map(\.json))),
      .init("last", .boolean(isLast)),
    ]
  }
}
