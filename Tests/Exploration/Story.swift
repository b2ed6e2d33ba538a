import CoAPWire
import LwM2MClient

/// What happens, as a timetable: milliseconds, then the event; what it led to stands below it.
final class Story {
  private(set) var lines: [String] = []

  /// The events that led to a fault, once more; when the fault showed only behind them, also what followed.
  static func of(_ way: [Move], in terrain: Terrain, mutant: Mutant? = nil) -> [String] {
    let scene = Scene(terrain, Findings(only: mutant?.rule), mutant: mutant)
    let story = Story()
    if terrain.beginsRegistered { story.line("the device is registered, and observed") }
    scene.story = story
    for move in way where scene.findings.fault == nil {
      scene.perform(move)
      // As the walk did: behind a fault anything may happen.
      scene.checkStep()
    }
    var good = Recoveries()
    if scene.findings.fault == nil { scene.checkState(&good) }
    return story.lines
  }

  func begins(_ move: Move, _ situation: Situation) {
    let time = String(situation.now)
    lines.append(
      String(repeating: " ", count: max(0, 8 - time.count)) + time + "  " + text(move, situation))
  }

  func line(_ text: String) { lines.append("            " + text) }

  func sent(_ datagram: Datagram, _ situation: Situation) {
    line("device → \(datagram.summary), ID \(datagram.id), at \(situation.now)")
  }

  func answered(_ reply: Datagram) { line("server → \(reply.summary), ID \(reply.id)") }

  func told(_ event: Event) {
    let code = event.code == .empty ? "" : " \(event.code.text)"
    line("[\(event.kind)\(code)\(event.detail == 0 ? "" : " \(event.detail)")]")
  }

  private func text(_ move: Move, _ situation: Situation) -> String {
    switch move {
    case .up(let index, let reaction):
      "the server gets \(named(situation.up[Int(index)])): \(reaction)"
    case .down(let index): "the device gets \(named(situation.down[Int(index)]))"
    case .loseUp(let index): "lost on the way to the server: \(named(situation.up[Int(index)]))"
    case .loseDown(let index): "lost on the way to the device: \(named(situation.down[Int(index)]))"
    case .doubleUp(let index):
      "doubled on the way to the server: \(named(situation.up[Int(index)]))"
    case .doubleDown(let index):
      "doubled on the way to the device: \(named(situation.down[Int(index)]))"
    case .wait: "time passes to the deadline"
    case .order(let order): "the server asks: \(order)"
    case .repeatOrder(let index):
      "the server asks again: \(situation.server.asked[Int(index)].order)"
    case .respond: "the server sends the response it owes"
    case .open: "the link is there"
    case .call(let call): "the application calls: \(call)"
    case .hap(let hap): "it happens: \(hap)"
    }
  }

  private func named(_ letter: Letter) -> String {
    "\(letter.datagram.summary), ID \(letter.datagram.id)"
  }
}
