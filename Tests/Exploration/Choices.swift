import LwM2MClient

/// What may happen next.
extension Scene {
  func moves() -> [Move] {
    var moves: [Move] = []
    addLetters(to: &moves)
    addTime(to: &moves)
    addServer(to: &moves)
    for call in terrain.calls where isPossible(call) { moves.append(.call(call)) }
    if case .connecting = specimen.engine.standing {
      moves.append(.open)
      if has(.unresolved) { moves.append(.hap(.unresolved)) }
    }
    if situation.isOpen, has(.broken) { moves.append(.hap(.broken)) }
    return moves
  }

  private func has(_ hap: Hap) -> Bool { terrain.haps.contains(hap) }

  private func addLetters(to moves: inout [Move]) {
    for (index, letter) in situation.up.enumerated() {
      let index = UInt8(index)
      for reaction in situation.server.choices(letter.datagram, terrain.reactions) {
        moves.append(.up(index, reaction))
      }
      if has(.lose) { moves.append(.loseUp(index)) }
      if has(.double), situation.up.count < terrain.flights { moves.append(.doubleUp(index)) }
    }
    for index in situation.down.indices {
      let index = UInt8(index)
      moves.append(.down(index))
      if has(.lose) { moves.append(.loseDown(index)) }
      if has(.double), situation.down.count < terrain.flights { moves.append(.doubleDown(index)) }
    }
  }

  private func addTime(to moves: inout [Move]) {
    guard let due = dueTime else { return }
    moves.append(.wait)
    if due > situation.now + 1, has(.almost) { moves.append(.hap(.almost)) }
    if has(.late) { moves.append(.hap(.late)) }
  }

  private func addServer(to moves: inout [Move]) {
    let server = situation.server
    if server.owed != nil { moves.append(.respond) }
    for (index, asked) in server.asked.enumerated() where asked.mayRepeat(now: situation.now) {
      moves.append(.repeatOrder(UInt8(index)))
    }
    guard server.knows else { return }
    if server.socket == situation.socket, server.asked.count < terrain.asks {
      for order in terrain.orders { moves.append(.order(order)) }
    }
    if has(.forget) { moves.append(.hap(.forget)) }
  }

  private func isPossible(_ call: Call) -> Bool {
    let standing = specimen.engine.standing
    switch call {
    case .connect:
      if case .waiting = standing { return true }
      return standing == .idle
    case .notify: return situation.law.reports.count < 2
    case .change: return true
    case .update, .lifetime, .rebind:
      return specimen.engine.isRegistered || standing == .registering
    case .close: return situation.isWanted
    case .abandon: return standing == .deregistering
    case .answer: return !situation.law.deferred.isEmpty
    }
  }
}
