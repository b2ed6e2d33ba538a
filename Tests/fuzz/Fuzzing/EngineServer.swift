import CoAPWire
import Simulation

/// A server that answers what the device asks, so that a program need not: in full, in part, or not at all.
struct EngineServer {
  /// What it answers: bit 0 Register, 1 Update and De-register, 2 Bootstrap-Request, 3 confirmable notifications and
  /// separate responses, 4 with orders behind a Bootstrap-Request.
  var manners: UInt8 = 0xFF
  /// So many datagrams of the device are lost.
  var lost = 0
  private var answers: [[UInt8]] = []
  private var nextID: UInt16 = 0x2000

  mutating func nextAnswer() -> [UInt8]? { answers.isEmpty ? nil : answers.removeFirst() }

  mutating func hear(_ datagram: Datagram) {
    if lost > 0 {
      lost -= 1
      return
    }
    guard datagram.type == .confirmable else { return }
    switch datagram.code {
    case .post where datagram.path == "bs": bootstrap(datagram)
    case .post where datagram.queries.contains { $0.hasPrefix("ep=") }:
      if answers(0) { register(datagram) }
    case .post: if answers(1) { answer(datagram, .changed) }
    case .delete: if answers(1) { answer(datagram, .deleted) }
    default:
      if answers(3) { answers.append(Datagram(.acknowledgement, .empty, id: datagram.id).bytes) }
    }
  }

  private func answers(_ bit: UInt8) -> Bool { manners >> bit & 1 != 0 }

  private mutating func register(_ asked: Datagram) {
    answer(asked, .created, Datagram.Field.location("rd/5"))
  }

  /// A block of a list that goes on is answered 2.31 (RFC 7959 2.3).
  private mutating func answer(
    _ asked: Datagram, _ code: Code, _ options: [Datagram.Field] = []
  ) {
    guard let block = asked.unsigned(.block1) else {
      return answers.append(
        Datagram(.acknowledgement, code, id: asked.id, token: asked.token, options: options).bytes)
    }
    let isLast = block >> 3 & 1 == 0
    answers.append(
      Datagram(
        .acknowledgement, isLast ? code : .continue, id: asked.id, token: asked.token,
        options: (isLast ? options : []) + [.number(.block1, block)]
      ).bytes)
  }

  private mutating func bootstrap(_ asked: Datagram) {
    guard answers(2) else { return }
    answer(asked, .changed)
    guard answers(4) else { return }
    for (method, path, payload) in EngineSpeech.orders.prefix(3) {
      nextID &+= 1
      answers.append(
        Datagram(
          .confirmable, method, id: nextID, token: [0xB5],
          options: Datagram.Field.path(path) + (payload.isEmpty ? [] : [.format(11542)]),
          payload: payload
        ).bytes)
    }
  }
}
