import ConsoleText
import LwM2MModel
import NBIoTBytes
import PlatformAccess

/// Carries out command lines one after another: the next begins when the one before has ended.
public struct Console: Sendable {
  /// What a command says besides the events of the server.
  public enum Report: Equatable, Sendable {
    case devices([DeviceSummary])
    case values(endpoint: String, [StoredValue])
    case help([String])
    case said(String)
    case began(line: String)
    case waited(line: String)
    case failed(line: String, reason: String)
  }

  public struct DeviceSummary: Equatable, Sendable {
    public let endpoint: String
    public let location: String
    public let peer: Peer
    public let lifetime: UInt32
    /// Milliseconds until the registration ends.
    public let remaining: Milliseconds
    public let objects: [Path]
    public let observations: [Path]
  }

  private enum Activity: Equatable, Sendable {
    case idle
    case requesting(RequestID, line: String)
    case waiting(Command.Condition, until: Instant, line: String)
    case sleeping(until: Instant)
    case finished
  }

  private var lines: [String] = []
  private var activity = Activity.idle
  private var history = History()
  private var reports: [Report] = []
  public private(set) var failures = 0

  private let files: @Sendable (String) -> [UInt8]?

  /// `files` reads what commands name; `nil` when it cannot.
  public init(files: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }) {
    self.files = files
  }

  public mutating func append(_ line: String) {
    lines.append(line)
  }

  public var isFinished: Bool { activity == .finished }

  /// Nothing is under way and no line is left.
  public var isIdle: Bool { activity == .idle && lines.isEmpty }

  public var deadline: Instant {
    switch activity {
    case .waiting(_, let until, _), .sleeping(let until): until
    case .idle, .requesting, .finished: .never
    }
  }

  public mutating func nextReport() -> Report? {
    reports.isEmpty ? nil : reports.removeFirst()
  }

  /// Takes note of what happened on the server.
  public mutating func note(_ event: Event) {
    history.note(event)
    guard case .requesting(let id, let line) = activity else { return }
    switch event {
    case .responded(_, let request, let response) where request.id == id:
      activity = .idle
      if !response.code.isSuccess {
        fail(line, "the device answered \(response.code.title)")
      } else if request.operation == .observe, !response.isObserving {
        fail(line, "the device answered without observing")
      }
    case .failed(_, let request, let failure) where request.id == id:
      activity = .idle
      fail(line, failure.explanation)
    default: break
    }
  }

  /// Goes on as far as possible.
  public mutating func advance(_ platform: inout Platform, now: Instant) {
    while !isFinished, endsActivity(platform, now: now), !lines.isEmpty {
      begin(lines.removeFirst(), &platform, now: now)
    }
  }

  private mutating func fail(_ line: String, _ reason: String) {
    failures += 1
    reports.append(.failed(line: line, reason: reason))
  }

  /// Whether what is under way has ended.
  private mutating func endsActivity(_ platform: Platform, now: Instant) -> Bool {
    switch activity {
    case .idle: return true
    case .requesting, .finished: return false
    case .sleeping(let until): guard now >= until else { return false }
    case .waiting(let condition, let until, let line):
      switch history.state(of: condition, platform.access) {
      case .satisfied: reports.append(.waited(line: line))
      case .impossible(let reason): fail(line, reason)
      case .open:
        guard now >= until else { return false }
        fail(line, "it did not happen in time")
      }
    }
    activity = .idle
    return true
  }

  private mutating func begin(_ line: String, _ platform: inout Platform, now: Instant) {
    do {
      guard let command = try Command(parsing: line) else { return }
      if case .say(let text) = command {
        reports.append(.said(text))
        return
      }
      reports.append(.began(line: line))
      if case .wait(let condition, let limit) = command {
        activity = .waiting(condition, until: now + limit, line: line)
      } else {
        history.mark()
        try perform(command, line, &platform, now: now)
      }
    } catch {
      fail(line, error.message)
    }
  }

  private mutating func perform(
    _ command: Command, _ line: String, _ platform: inout Platform, now: Instant
  ) throws(CommandError) {
    switch command {
    case .devices:
      reports.append(.devices(platform.access.sessions.map { DeviceSummary($0, now: now) }))
    case .values(let target):
      let session = try platform.access.session(for: target)
      reports.append(.values(endpoint: session.endpoint, session.values))
    case .writeLarge(let target, let path, let body, let format):
      let write = Operation.write(try body.content(format, at: path, files))
      let request = Command.request(target, path, write)
      activity = .requesting(try platform.submit(request, now: now), line: line)
    case .request, .bootstrap:
      activity = .requesting(try platform.submit(command, now: now), line: line)
    case .sleep(let duration): activity = .sleeping(until: now + duration)
    case .help: reports.append(.help(Command.usages.map(\.usage)))
    case .quit: activity = .finished
    case .wait, .say: break
    case .forget(let target):
      _ = platform.access.forget(try platform.access.session(for: target).endpoint)
    case .restart: platform.restart()
    case .silent(let role, let duration):
      for role in role.map({ [$0] }) ?? Platform.Role.allCases {
        platform.silence(role, for: duration, now: now)
      }
    case .outage(let duration, let state):
      platform.beGone(for: duration, state, now: now)
    case .blockMistake(let mistake, let times):
      platform.access.blockMistakes.set(mistake, times: times)
    case .account, .orders, .mistake: try platform.change(command)
    }
  }
}

extension Console.DeviceSummary {
  init(_ session: Session, now: Instant) {
    endpoint = session.endpoint
    location = session.location
    peer = session.peer
    lifetime = session.lifetime
    remaining = session.expiry.since(now)
    objects = session.objects.paths
    observations = session.observations.map(\.path)
  }
}

extension Event.Failure {
  public var explanation: String {
    switch self {
    case .timeout(let transmissions): "no answer after \(transmissions) transmissions"
    case .reset: "the device sent RST"
    case .sessionEnded: "the device is no longer registered"
    case .blocks(let reason): reason
    case .overtaken: "a newer notification came before the rest of this one"
    }
  }
}
