import CoAPWire

@testable import LwM2MClient

/// Which states of the device led to which, by what, and how often.
struct Chart {
  private(set) var arrows: [Arrow: Int] = [:]
  /// How many of the states that were told apart are these.
  private(set) var states: [Node: Int] = [:]

  struct Arrow: Hashable {
    let from: Node
    let to: Node
    let cause: String
  }

  /// A state of the registration, and what the one confirmable message is for.
  struct Node: Hashable {
    let state: Registration.State
    let purpose: Purpose.Kind?

    var text: String { "\(state)" + (purpose.map { " + \($0)" } ?? "") }
  }

  mutating func note(_ from: Node, _ to: Node, _ cause: @autoclosure () -> String) {
    guard from != to else { return }
    arrows[Arrow(from: from, to: to, cause: cause()), default: 0] += 1
  }

  mutating func note(_ node: Node) { states[node, default: 0] += 1 }

  mutating func merge(_ other: Chart) {
    arrows.merge(other.arrows) { $0 + $1 }
    states.merge(other.states) { $0 + $1 }
  }

  /// One line for each two states, with what leads from one to the other.
  var lines: [String] {
    var causes: [String: [String]] = [:]
    for arrow in arrows.keys {
      causes["\(arrow.from.text) → \(arrow.to.text)", default: []].append(arrow.cause)
    }
    return causes.map { "\($0.key): \($0.value.sorted().joined(separator: ", "))" }.sorted()
  }

  /// How often one led to the other.
  var arrowCounts: [(text: String, count: Int)] {
    Chart.sums(arrows.map { ("\($0.key.from.text) → \($0.key.to.text)", $0.value) })
  }

  var stateCounts: [(text: String, count: Int)] {
    Chart.sums(states.map { ($0.key.text, $0.value) })
  }

  private static func sums(_ counts: [(String, Int)]) -> [(text: String, count: Int)] {
    Dictionary(counts) { $0 + $1 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension Scene {
  var node: Chart.Node {
    let engine = specimen
    return Chart.Node(
      state: engine.engine.registration.state,
      purpose: engine.engine.outstanding.isActive ? engine.engine.purpose.kind : nil)
  }

  /// What made the device do something.
  func cause(of move: Move) -> String {
    switch move {
    case .wait, .hap(.late), .hap(.almost): return "time"
    case .open: return "the link is there"
    case .call(let call): return "\(call)"
    case .hap(let hap): return "\(hap)"
    case .down, .order, .repeatOrder:
      guard let arrived = situation.law.step.arrived else { return "" }
      if arrived.code.isRequest { return arrived.summary }
      return arrived.isEmpty ? arrived.summary : arrived.code.text
    default: return "\(move)"
    }
  }
}
