import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private func device() -> ServedDevice {
  ServedDevice(
    [.one(Path(3311, 0, 5851), .integer, .integer(10)), .action(Path(3311, 0, 5605))],
    consultation: Consultation(executes: true))
}

private let targets = [
  "", "/0", "/0/0", "/0/0/1", "/1", "/1/0", "/1/0/1", "/1/0/8", "/3", "/3/0", "/3/0/4", "/3311",
  "/3311/0", "/3311/0/5851", "/3311/0/5605", "/3311/0/9", "/3311/0/5851/0", "/9", "/x", "/rd",
  "/bs",
]

/// Methods that LwM2M 1.0 does not have: FETCH, PATCH, iPATCH, and the numbers that nobody has.
private let otherMethods = (5...31).map { Code(rawValue: UInt8($0)) }

@Suite struct MethodMatrixTests {
  @Test(
    "4.1 RFC 8132, C Wakaama 2: FETCH, PATCH, iPATCH and the rest are 4.05 for every target and body",
    arguments: [MessageType.confirmable, .nonConfirmable])
  func others(type: MessageType) {
    let bodies: [([Datagram.Field], [UInt8])] = [
      ([], []), ([.format(0)], [0x31]), ([.format(11542)], [0xE1, 0x16, 0xDB, 1]),
      ([.format(110)], Array("[]".utf8)), ([.format(112), .accept(112)], [0x80]),
      ([.format(320), .observe(0)], Array(#"[{"n":"/3311"}]"#.utf8)), ([.format(322)], [0x80]),
    ]
    let device = device()
    for method in otherMethods {
      for target in targets {
        let wanted = target.hasPrefix("/0") ? Code.unauthorized : .methodNotAllowed
        for (options, payload) in bodies {
          let answer = device.ask(method, target, options, type: type, payload: payload)
          #expect(answer.code == wanted && answer.payload.isEmpty, "\(method.decimal) \(target)")
          #expect(answer.type == (type == .confirmable ? .acknowledgement : .nonConfirmable))
        }
      }
    }
    #expect(device.stored == [] && device.takeConversation() == [])
    #expect(device.occupancy.observations == 0)
  }

  @Test(
    "4.1 RFC 8132, C Wakaama 2: no method on no target is silently acknowledged",
    arguments: [MessageType.confirmable, .nonConfirmable])
  func every(type: MessageType) {
    for method in 1...31 as ClosedRange<UInt8> {
      for target in targets {
        let request = device()
        let message = request.request(Code(rawValue: method), target, type: type)
        let answer = request.deliver(message).first
        #expect(answer?.token == message.token && answer?.isEmpty == false, "\(method) \(target)")
        #expect(answer?.type == (type == .confirmable ? .acknowledgement : .nonConfirmable))
        if let code = answer?.code { #expect([2, 4].contains(code.group), "\(method) \(target)") }
      }
    }
  }

  @Test("4.1 RFC 8132, 4.1 RFC 7252 4.5: a FETCH that comes again is answered again the same")
  func again() {
    let device = device()
    for method in otherMethods {
      let request = device.request(method, "/3311/0", payload: [1])
      #expect(device.deliver(request) == device.deliver(request))
    }
  }
}
