@testable import LwM2MClient

/// Goes over all orders of events, those with fewer events first, so that whatever is wrong is found on a shortest way.
final class Walk {
  let terrain: Terrain
  let findings: Findings
  private let scene: Scene
  private(set) var seen: Set<Digest> = []
  /// From these the device gets where it is wanted.
  private var good = Recoveries()
  /// How each state was reached first.
  private var ways: [(parent: UInt32, move: Move)] = []
  private var frontier: [Stop] = []
  private(set) var transitions = 0
  /// The most events that were needed to get to a state.
  private(set) var deepest = 0
  private(set) var chart = Chart()
  /// The state in which a rule was broken, and by which event.
  private var broken: (parent: UInt32, move: Move)?

  private var level = 0
  /// A state that was seen before is left alone.
  private let prunes: Bool
  private let isBlind: Bool

  private struct Stop {
    let state: UInt32
    let place: Scene.Place
  }

  init(_ terrain: Terrain, mutant: Mutant? = nil, prunes: Bool = true, isBlind: Bool = false) {
    self.terrain = terrain
    self.prunes = prunes
    self.isBlind = isBlind
    findings = Findings(only: mutant?.rule)
    scene = Scene(terrain, findings, mutant: mutant)
  }

  var states: Int { seen.count }
  var longestRecovery: UInt64 { good.longest }
  var revisits: Int { transitions + 1 - states }

  /// `false` when a rule was broken.
  func run(depth: Int) -> Bool {
    enter(parent: 0, move: .open, keeps: true)
    while level < depth, !frontier.isEmpty, findings.fault == nil {
      level += 1
      let stops = frontier
      frontier = []
      for stop in stops {
        expand(stop, keeps: level < depth)
        if findings.fault != nil { return false }
      }
    }
    return findings.fault == nil
  }

  private func expand(_ stop: Stop, keeps: Bool) {
    scene.put(stop.place)
    let from = scene.node
    for move in scene.moves() {
      scene.put(stop.place)
      scene.perform(move)
      transitions += 1
      scene.checkStep()
      chart.note(from, scene.node, scene.cause(of: move))
      if findings.fault == nil { enter(parent: stop.state, move: move, keeps: keeps) }
      if findings.fault != nil {
        broken = (stop.state, move)
        return
      }
    }
  }

  /// The scene is in a state, maybe a new one.
  private func enter(parent: UInt32, move: Move, keeps: Bool) {
    let isNew = seen.insert(Fingerprint.of(scene, isBlind: isBlind)).inserted
    guard isNew || !prunes else { return }
    let state = UInt32(ways.count)
    deepest = level
    ways.append((parent, move))
    if keeps { frontier.append(Stop(state: state, place: scene.place)) }
    guard isNew else { return }
    chart.note(scene.node)
    scene.checkState(&good)
  }

  /// The events that led to the fault.
  var faultWay: [Move] {
    var moves: [Move] = broken.map { [$0.move] } ?? []
    var state = Int(broken?.parent ?? 0)
    while state > 0 {
      moves.insert(ways[state].move, at: 0)
      state = Int(ways[state].parent)
    }
    return moves
  }
}
