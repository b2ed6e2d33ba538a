import ConsoleText
import NBIoTBytes
import NBModule

/// Carries out orders one after another: the next begins when the one before is done.
///
/// A wait counts from the event that ended the order before it, so that what is done does not depend on how many
/// events come at once: tell it each event and take its orders before the next event.
public struct Attendant: Sendable {
  /// What it does besides giving orders.
  public enum Report: Equatable, Sendable {
    case began(line: String)
    case waited(line: String)
    case failed(line: String, reason: String)
    case said(String)
    case help([String])
  }

  private enum Activity: Equatable, Sendable {
    case idle
    /// `left`: how often the condition is still to hold.
    case waiting(Order.Condition, left: UInt32, until: Instant, line: String)
    case sleeping(until: Instant)
    case finished
  }

  private var lines: [String] = []
  private var activity = Activity.idle
  private var reports: [Report] = []
  private var isRegistered = false
  private var isPlugged = false
  private var faults: Faults
  public private(set) var failures = 0

  /// `faults`: what goes wrong from the beginning.
  public init(faults: Faults = Faults()) {
    self.faults = faults
  }

  public mutating func append(_ line: String) {
    lines.append(line)
  }

  /// Whether more lines should be read now.
  public var hasRoom: Bool { lines.count < 1000 }

  public var isFinished: Bool { activity == .finished }

  /// Nothing is under way and no line is left.
  public var isIdle: Bool { activity == .idle && lines.isEmpty }

  public var deadline: Instant {
    switch activity {
    case .waiting(_, _, let until, _), .sleeping(let until): until
    case .idle, .finished: .never
    }
  }

  public mutating func nextReport() -> Report? {
    reports.isEmpty ? nil : reports.removeFirst()
  }

  /// Takes note of what the module did.
  public mutating func note(_ event: ModuleEvent) {
    switch event {
    case .registration(let status): isRegistered = status == 1 || status == 5
    case .restarted: isRegistered = false
    default: break
    }
    guard case .waiting(let condition, let left, let until, let line) = activity,
      left > 0, condition.isMet(by: event)
    else { return }
    activity = .waiting(condition, left: left - 1, until: until, line: line)
  }

  /// Takes note of whether an MCU is on the line.
  public mutating func note(isPlugged: Bool) {
    self.isPlugged = isPlugged
  }

  /// What the module is to do now; `nil`: nothing until something happens.
  public mutating func nextOrder(now: Instant) -> ModuleOrder? {
    while !isFinished, endsActivity(now: now), !lines.isEmpty {
      if let order = begin(lines.removeFirst(), now: now) { return order }
    }
    return nil
  }

  private mutating func fail(_ line: String, _ reason: String) {
    failures += 1
    reports.append(.failed(line: line, reason: reason))
  }

  /// Whether what is under way has ended.
  private mutating func endsActivity(now: Instant) -> Bool {
    switch activity {
    case .idle: return true
    case .finished: return false
    case .sleeping(let until): guard now >= until else { return false }
    case .waiting(let condition, let left, let until, let line):
      if left == 0 || holds(condition) {
        reports.append(.waited(line: line))
      } else {
        guard now >= until else { return false }
        fail(line, "it did not happen in time")
      }
    }
    activity = .idle
    return true
  }

  /// Conditions that last.
  private func holds(_ condition: Order.Condition) -> Bool {
    switch condition {
    case .registered: isRegistered
    case .plugged: isPlugged
    case .unplugged: !isPlugged
    case .heard, .said, .sent, .received, .restarted: false
    }
  }

  private mutating func begin(_ line: String, now: Instant) -> ModuleOrder? {
    do {
      guard let order = try Order(parsing: line) else { return nil }
      if case .say(let text) = order {
        reports.append(.said(text))
        return nil
      }
      reports.append(.began(line: line))
      return perform(order, line, now: now)
    } catch {
      fail(line, error.message)
      return nil
    }
  }

  private mutating func perform(_ order: Order, _ line: String, now: Instant) -> ModuleOrder? {
    switch order {
    case .module(let order):
      // Known before the module tells, so that waiting for its return may follow at once.
      if order == .reboot || order == .detach { isRegistered = false }
      return order
    case .fault(let name, let rate):
      _ = faults.set(name, rate)
      return .misbehave(faults)
    case .wait(let condition, let limit):
      activity = .waiting(condition, left: condition.times, until: now + limit, line: line)
    case .sleep(let duration): activity = .sleeping(until: now + duration)
    case .help: reports.append(.help(Order.usages.map(\.usage)))
    case .quit: activity = .finished
    case .say: break
    }
    return nil
  }
}

extension Order.Condition {
  fileprivate var times: UInt32 {
    switch self {
    case .sent(let count), .received(let count): count
    default: 1
    }
  }

  fileprivate func isMet(by event: ModuleEvent) -> Bool {
    switch (self, event) {
    case (.heard(let text), .heard(let line)), (.said(let text), .said(let line)):
      line.hasPrefix(text)
    case (.sent, .sent), (.received, .received), (.restarted, .restarted): true
    default: false
    }
  }
}
