import NBIoTBytes
import NBModule

/// The peer, and the system's sockets.
extension World {
  mutating func obey(_ request: NetworkRequest) {
    switch request {
    case .open(let socket, let port):
      modulePorts[socket] = port
      module.opened(socket: socket, localPort: port, now: instant)
    case .close(let socket): modulePorts[socket] = nil
    case .lookUp(let host): module.found(host, nil, now: instant)
    case .send(let socket, let to, let bytes):
      guard let port = modulePorts[socket] else {
        return ledger.find("up: left by a socket that is not open")
      }
      if sabotage == .swallowing, dice.strikes(4) { return }
      ledger.arriveUp(bytes, from: port, to: to, server: World.server)
      if to == World.server { reply(to: bytes, socket: socket, port: port) }
    }
  }

  /// The peer's answer has the number of the question behind its own. Sometimes there are several; when there are no
  /// troubles there is exactly one.
  private mutating func reply(to question: [UInt8], socket: Int, port: UInt16) {
    let count = troublesEnd != nil || plan.trouble == .nothing ? 1 : dice.pick([0, 1, 1, 1, 2, 4])
    for _ in 0..<count {
      let longest = Int(plan.firmware.datagram)
      let length = dice.strikes(12) ? dice.draw(8...longest) : dice.draw(8...60)
      var bytes = dice.datagram(nextNumber(), length: length)
      bytes.replaceSubrange(4..<8, with: question.prefix(4))
      ledger.down[bytes] = Ledger.Entry(port: port, at: now)
      let at = now + UInt32(dice.draw(20...800))
      arrivals.append(Arrival(at: at, socket: socket, port: port, bytes: bytes))
    }
  }

  /// The socket it is for, or what sabotage makes of it.
  private func target(_ socket: Int) -> Int {
    sabotage == .misleading ? modulePorts.keys.first { $0 != socket } ?? socket : socket
  }

  mutating func deliverArrivals() {
    while let index = arrivals.firstIndex(where: { $0.at <= now }) {
      let arrival = arrivals.remove(at: index)
      guard modulePorts[arrival.socket] == arrival.port else { continue }
      var bytes = arrival.bytes
      if sabotage == .forging { bytes[bytes.count - 1] ^= 1 }
      for _ in 0..<(sabotage == .doubling ? 2 : 1) {
        module.handle(bytes, from: World.server, socket: target(arrival.socket), now: instant)
      }
      pump()
    }
  }
}
