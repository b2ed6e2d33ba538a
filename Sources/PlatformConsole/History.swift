import LwM2MModel
import PlatformAccess

/// What happened so far, for commands that wait for something.
///
/// A wait is satisfied by what came after the last command that was no wait had begun: an answer and a
/// notification may overtake each other. What satisfied one wait does not satisfy the next.
struct History: Sendable {
  enum State: Equatable, Sendable {
    case open
    case satisfied
    case impossible(reason: String)
  }

  private enum Entry: Sendable {
    case updated
    case deregistered
    case notified(Path, [Path])
    case bootstrapRequested
    case bootstrapped
  }

  /// The oldest go when nobody waits for long.
  private static let capacity = 4096

  private var entries: [Entry] = []
  /// Endpoints whose automatic requests are done, with the number of those that failed.
  private var prepared: [String: Int] = [:]

  mutating func note(_ event: Event) {
    switch event {
    case .registered(let registration, _, _, _): prepared[registration.endpoint] = nil
    case .prepared(let endpoint, _, _, let failed): prepared[endpoint] = failed
    case .updated: entries.append(.updated)
    case .deregistered: entries.append(.deregistered)
    case .bootstrapRequested: entries.append(.bootstrapRequested)
    case .bootstrapped: entries.append(.bootstrapped)
    case .notified(let notification) where notification.code.isSuccess:
      entries.append(.notified(notification.path, notification.values.map(\.path)))
    default: break
    }
    if entries.count > History.capacity { entries.removeFirst(History.capacity / 2) }
  }

  /// A command begins: what was before no longer counts.
  mutating func mark() {
    entries.removeAll()
  }

  mutating func state(of condition: Command.Condition, _ server: AccessServer) -> State {
    switch condition {
    case .registered: return server.sessions.isEmpty ? .open : .satisfied
    case .observed: return observed(server)
    case .updated: return take { if case .updated = $0 { true } else { false } }
    case .deregistered: return take { if case .deregistered = $0 { true } else { false } }
    case .bootstrapRequested:
      return take { if case .bootstrapRequested = $0 { true } else { false } }
    case .bootstrapped: return take { if case .bootstrapped = $0 { true } else { false } }
    case .notified(let path):
      return take { entry in
        guard case .notified(let observed, let values) = entry else { return false }
        return path.covers(observed) || values.contains { path.covers($0) }
      }
    }
  }

  /// Consumes the first entry that matches.
  private mutating func take(_ matches: (Entry) -> Bool) -> State {
    guard let index = entries.firstIndex(where: matches) else { return .open }
    entries.remove(at: index)
    return .satisfied
  }

  private func observed(_ server: AccessServer) -> State {
    guard !server.sessions.isEmpty,
      server.sessions.allSatisfy({ prepared[$0.endpoint] != nil })
    else { return .open }
    let failed = server.sessions.reduce(0) { $0 + (prepared[$1.endpoint] ?? 0) }
    return failed == 0 ? .satisfied : .impossible(reason: "\(failed) automatic requests failed")
  }
}
