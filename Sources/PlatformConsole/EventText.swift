import ConsoleText
import LwM2MModel
import NBIoTBytes
import PlatformAccess

/// Writes events as lines that someone who never saw the protocol can follow.
public struct EventText: Sendable {
  enum Direction: String {
    case fromDevice = "<-"
    case toDevice = "->"
    case remark = "--"
  }

  private let time: TimeColumn
  /// Devices are named in each line as soon as there are several.
  private var endpoints: Set<String> = []

  public init(start: Instant) {
    time = TimeColumn(start: start)
  }

  public mutating func lines(for event: Event, now: Instant) -> [String] {
    switch event {
    case .registered(let registration, _, _, _): endpoints.insert(registration.endpoint)
    case .bootstrapRequested(let endpoint, _): endpoints.insert(endpoint)
    default: break
    }
    let parts = event.parts
    let name = endpoints.count > 1 ? event.endpoint.map { "[\($0)] " } ?? "" : ""
    return parts.map { line($0.direction, $0.title, name + $0.text, now: now) }
  }

  public func remark(_ title: String, _ text: String, now: Instant) -> String {
    line(.remark, title, text, now: now)
  }

  func line(_ direction: Direction, _ title: String, _ text: String, now: Instant) -> String {
    let gap = String(repeating: " ", count: max(2, 18 - title.count))
    let line = time.text(at: now) + "  " + direction.rawValue + " " + title
    return text.isEmpty ? line : line + gap + text
  }
}

/// One line of an event.
struct EventPart {
  let direction: EventText.Direction
  let title: String
  let text: String

  init(_ direction: EventText.Direction, _ title: String, _ text: String) {
    self.direction = direction
    self.title = title
    self.text = text
  }
}

extension Event {
  /// Which device it is about.
  var endpoint: String? {
    switch self {
    case .registered(let registration, _, _, _): registration.endpoint
    case .updated(let update): update.endpoint
    case .answered(let answer): answer.endpoint
    case .notified(let notification): notification.endpoint
    case .transferred(let transfer): transfer.endpoint
    case .blundered(let endpoint, _): endpoint
    case .deregistered(let endpoint), .expired(let endpoint), .requested(let endpoint, _, _),
      .acknowledged(let endpoint, _), .responded(let endpoint, _, _),
      .failed(let endpoint, _, _), .prepared(let endpoint, _, _, _), .paused(let endpoint),
      .forgotten(let endpoint), .bootstrapRequested(let endpoint, _),
      .mistaken(let endpoint, _), .bootstrapped(let endpoint, _),
      .bootstrapStopped(let endpoint, _):
      endpoint
    case .duplicate, .pinged, .dropped, .reset, .restarted, .silent, .heard: nil
    }
  }

  var parts: [EventPart] {
    switch self {
    case .registered, .updated, .deregistered, .expired, .forgotten, .answered:
      registrationParts
    case .bootstrapRequested, .mistaken, .bootstrapped, .bootstrapStopped: bootstrapParts
    case .requested, .acknowledged, .responded, .failed, .prepared, .paused: requestParts
    case .notified(let notification): [notification.part]
    case .transferred(let transfer): [transfer.part]
    case .blundered(_, let mistake):
      [.init(.remark, "Mistake", "\(mistake.rawValue): \(mistake.explanation)")]
    case .restarted, .silent, .heard: outageParts
    case .duplicate(let peer, let id):
      [
        .init(
          .fromDevice, "Duplicate", "from \(peer), message \(id): seen before, not acted on again")
      ]
    case .pinged(let peer): [.init(.fromDevice, "Ping", "from \(peer), answered by RST")]
    case .dropped(let peer, let reason):
      [.init(.fromDevice, "Dropped", "from \(peer): \(reason)")]
    case .reset(let peer, let id, let reason):
      [.init(.toDevice, "RST", "to \(peer), message \(id): \(reason)")]
    }
  }

  private var outageParts: [EventPart] {
    switch self {
    case .restarted:
      [
        .init(
          .remark, "Restarted", "the platform has lost what it knew: registrations, observations")
      ]
    case .silent(let role, let duration):
      [
        .init(
          .remark, "Gone", "the \(role) server neither hears nor sends for \(duration.count) ms")
      ]
    case .heard(let role): [.init(.remark, "Back", "the \(role) server hears and sends again")]
    default: []
    }
  }

  private var registrationParts: [EventPart] {
    switch self {
    case .registered(let registration, _, let peer, let replaced):
      return [.init(.fromDevice, "Register", registration.text(from: peer, replaced))]
    case .updated(let update): return [.init(.fromDevice, "Update", update.text)]
    case .deregistered(let endpoint):
      return [.init(.fromDevice, "De-register", "ep=\(endpoint)")]
    case .expired(let endpoint):
      return [
        .init(.remark, "Expired", "no Update from \(endpoint) within its lifetime: off line")
      ]
    case .forgotten(let endpoint):
      return [.init(.remark, "Forgotten", "\(endpoint) is registered no more and does not know")]
    case .answered(let answer): return answer.parts
    default: return []
    }
  }

  private var bootstrapParts: [EventPart] {
    switch self {
    case .bootstrapRequested(let endpoint, let peer):
      return [.init(.fromDevice, "Bootstrap", "ep=\(endpoint)  from \(peer)")]
    case .mistaken(_, let mistake):
      return [.init(.remark, "Mistake", "\(mistake.rawValue): \(mistake.explanation)")]
    case .bootstrapped(let endpoint, let account):
      return [.init(.remark, "Bootstrapped", "\(endpoint) is to register at \(account)")]
    case .bootstrapStopped(_, let reason):
      return [.init(.remark, "Stopped", "\(reason): the rest of the orders is not sent")]
    default: return []
    }
  }

  private var requestParts: [EventPart] {
    switch self {
    case .requested(_, let request, let attempt):
      let again = attempt > 1 ? "  (no answer yet: transmission \(attempt))" : ""
      return [.init(.toDevice, request.title, request.text + again)]
    case .acknowledged(_, let request):
      let text = "\(request.title) \(request.place)  answer will follow"
      return [.init(.fromDevice, "ACK", text)]
    case .responded(_, let request, let response):
      return [.init(.fromDevice, response.code.title, response.text(to: request))]
    case .failed(_, let request, let failure):
      let text = "\(request.title) \(request.place): \(failure.explanation)"
      return [.init(.remark, "Failed", text)]
    case .prepared(_, let observed, let discovered, let failed):
      let text = "\(observed) observed, \(discovered) discovered, \(failed) failed"
      return [.init(.remark, "Ready", "the platform has asked all it asks by itself: " + text)]
    case .paused:
      return [.init(.remark, "Paused", "the platform goes on when the device updates")]
    default: return []
    }
  }
}

extension [Path] {
  var linkText: String { map { "<\($0.text)>" }.abridgedList }
}

extension Registration {
  fileprivate func text(from peer: Peer, _ replaced: Bool) -> String {
    "ep=\(endpoint)  lt=\(lifetime)  b=\(binding)  from \(peer)"
      + "  objects \(objects.paths.linkText)"
      + (replaced ? "  (replaces its earlier registration)" : "")
  }
}

extension Event.Update {
  fileprivate var text: String {
    "lt=\(lifetime)" + (added.isEmpty ? "" : "  new \(added.linkText)")
      + (removed.isEmpty ? "" : "  gone \(removed.linkText)")
      + (peer.map { "  from its new address \($0)" } ?? "")
  }
}

extension Event.Answer {
  fileprivate var parts: [EventPart] {
    let title = code.title
    guard let reason else {
      return [.init(.toDevice, title, location ?? "")]
    }
    let from = endpoint.map { "ep=\($0)  " } ?? ""
    return [
      .init(.fromDevice, operation, from + "from \(peer)"), .init(.toDevice, title, reason),
    ]
  }
}

extension Request {
  /// The path and what is sent along.
  fileprivate var text: String {
    switch operation {
    case .read, .discover, .observe, .cancelObservation, .delete, .finish: place
    case .readAs(let format): "\(path.text)  as \(format.name)"
    case .write(let content), .writePartial(let content), .create(let content):
      "\(path.text)  \(content.format.name)  \(content.text(at: path))"
    case .execute(let arguments): arguments.isEmpty ? path.text : "\(path.text)  \(arguments)"
    case .writeAttributes(let attributes):
      "\(path.text)  \(attributes.joined(separator: " "))"
    }
  }
}

extension Content {
  fileprivate func text(at path: Path) -> String {
    values(at: path).map { $0.text(below: path) }.joined(separator: ", ")
  }
}

extension Event.Response {
  fileprivate func text(to request: Request) -> String {
    let about = "\(request.title) \(request.place)"
    let values = values.map { $0.text(below: request.path) }.joined(separator: ", ")
    let format = format.map { "  \($0.name)  " } ?? "  "
    let note =
      request.operation == .observe && code.isSuccess && !isObserving
      ? "  (but it does not observe)" : ""
    return about + (values.isEmpty ? "" : format + values) + note
      + "  (\(elapsed.count) ms)"
  }
}

extension Event.Notification {
  fileprivate var part: EventPart {
    let values = values.map { $0.text(below: path) }.joined(separator: ", ")
    let number = sequence.map { " #\($0)" } ?? ""
    let format = format.map { "  \($0.name)" } ?? ""
    let ends = isLast ? "  \(code.title): the observation is over" : ""
    return EventPart(
      .fromDevice, "Notify", "\(path.text)  \(type.name)\(number)\(format)  \(values)\(ends)")
  }
}
