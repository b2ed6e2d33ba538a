import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private func device() -> ServedDevice {
  ServedDevice([.one(Path(3311, 0, 5851), .integer, .integer(10))])
}

/// What follows a datagram of four bytes, read off RFC 7252 sections 3, 4.2, 4.3 and 5.8 bit by bit.
private enum Reaction: Equatable {
  case silence
  case reset
  /// A response of the same kind: on the acknowledgement, or non-confirmable.
  case response(MessageType, Code)

  init(first: UInt8, code: UInt8) {
    let type = first / 16 % 4
    let isConfirmable = type == 0
    guard first / 64 == 1 else {
      self = .silence
      return
    }
    // There is no byte for a token, and 9 ... 15 are no lengths of one.
    let isMalformed = first % 16 != 0 || [1, 3, 6, 7].contains(code / 32)
    let isRequest = (1...31).contains(code)
    if isMalformed || !isRequest {
      // A ping, or a response nobody waits for.
      self = isConfirmable ? .reset : .silence
    } else if type > 1 {
      self = .silence
    } else {
      self = .response(isConfirmable ? .acknowledgement : .nonConfirmable, .toTheRoot(code))
    }
  }
}

extension Code {
  /// Nobody reads or writes the root; that it is there only a Delete can tell.
  fileprivate static func toTheRoot(_ method: UInt8) -> Code {
    method < 4 ? .notFound : .methodNotAllowed
  }
}

extension ServedDevice {
  /// What follows these four bytes; `nil` when an answer is not about them.
  fileprivate func reaction(_ first: UInt8, _ code: UInt8, id: UInt16) -> Reaction? {
    let sent = deliver([first, code, UInt8(id >> 8), UInt8(id & 0xFF)])
    guard let answer = sent.first else { return .silence }
    guard sent.count == 1, answer.token == [], answer.payload == [] else { return nil }
    guard answer.type == .nonConfirmable || answer.id == id else { return nil }
    if answer.type == .reset { return answer.isEmpty ? .reset : nil }
    return .response(answer.type, answer.code)
  }
}

@Suite struct HeaderSweepTests {
  @Test(
    "4.1 RFC 7252 3, 4.1 RFC 7252 4.2: each header of four bytes has the reaction it must have, and no other"
  )
  func everyHeader() {
    let device = device()
    var wrong: [String] = []
    for first in UInt8.min...UInt8.max {
      for code in UInt8.min...UInt8.max {
        let id = UInt16(first) << 8 | UInt16(code)
        let found = device.reaction(first, code, id: id)
        if found != Reaction(first: first, code: code) { wrong.append("\(first) \(code)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count), first \(wrong.first ?? "")")
    #expect(device.get("/3311/0/5851").text == "10")
  }

  @Test("4.1 RFC 7252 3, 4.1 RFC 7252 4.2: whatever the message ID, it is what the answer is about")
  func everyID() {
    let device = device()
    let headers: [(UInt8, UInt8)] = [(0x40, 0), (0x40, 1), (0x4F, 1), (0x40, 0xE1), (0x40, 0x45)]
    var wrong = 0
    for id in UInt16.min...UInt16.max {
      let (first, code) = headers[Int(id) % headers.count]
      let found = device.reaction(first, code, id: id)
      if found != Reaction(first: first, code: code) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  @Test("4.1 RFC 7252 3: no datagram of less than a header, and no other version, is answered")
  func silent() {
    let device = device()
    for version in [0, 2, 3] as [UInt8] {
      for message in Malformed.all {
        var bytes = message.bytes(.confirmable)
        bytes[0] = bytes[0] & 0x3F | version << 6
        #expect(device.deliver(bytes).isEmpty)
      }
    }
    for length in 0...3 { #expect(device.deliver([UInt8](repeating: 0x40, count: length)) == []) }
    #expect(device.dropped(.version) == UInt32(3 * Malformed.all.count))
    #expect(device.dropped(.short) == 4)
  }

  @Test("4.1 RFC 7252 4.2: a ping is answered by a Reset in every state of a device")
  func pingAnywhere() {
    let ways: [(World) -> Void] = [
      { $0.connect() }, { $0.register() },
      {
        $0.register()
        $0.deregister()
      },
      {
        $0.register()
        $0.disable()
      },
      {
        $0.register()
        $0.command { engine, _ in engine.update(lifetime: nil, withObjects: true) }
      },
    ]
    for way in ways {
      let world = World()
      way(world)
      _ = world.timetable()
      world.ping()
      #expect(world.timetable() == ["0 RST"])
    }
    let world = World.unprovisioned()
    world.connect()
    world.ping()
    #expect(world.timetable().last == "0 RST")
  }
}
