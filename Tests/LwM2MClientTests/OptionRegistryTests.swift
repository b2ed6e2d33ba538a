import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let dimmer = Path(3311, 0, 5851)

private func device(_ profile: Profile = .standard) -> ServedDevice {
  ServedDevice([.one(dimmer, .integer, .integer(10))], profile: profile)
}

/// What an option does to a Read of /3311/0/5851.
private enum Effect {
  /// The value as without it.
  case none
  case refused(Code)
  /// Understood: the value as it was asked for, or another resource.
  case understood
}

/// CoAP Option Numbers as IANA has them registered, and the one of OneNET.
private struct Registered: CustomStringConvertible {
  let number: UInt16
  let name: String
  let value: [UInt8]
  let effect: Effect

  init(_ number: UInt16, _ name: String, _ effect: Effect, _ value: [UInt8] = [1]) {
    self.number = number
    self.name = name
    self.value = value
    self.effect = effect
  }

  var description: String { "\(number) \(name)" }
  var option: Datagram.Field { .raw(number, value) }

  static let all = [
    Registered(1, "If-Match", .refused(.badOption)),
    Registered(3, "Uri-Host", .none, Array("device".utf8)),
    Registered(4, "ETag", .none), Registered(5, "If-None-Match", .refused(.badOption), []),
    Registered(6, "Observe", .understood, []), Registered(7, "Uri-Port", .none, [0x16, 0x33]),
    Registered(8, "Location-Path", .none), Registered(9, "OSCORE", .refused(.badOption)),
    Registered(11, "Uri-Path", .refused(.notFound), Array("x".utf8)),
    Registered(12, "Content-Format", .none, [0]),
    Registered(13, "Uri-Path-Abbrev", .refused(.badOption)),
    Registered(14, "Max-Age", .none, [60]), Registered(15, "Uri-Query", .none, [0x61]),
    Registered(16, "Hop-Limit", .none), Registered(17, "Accept", .understood, [0x2D, 0x16]),
    Registered(19, "Q-Block1", .refused(.badOption)), Registered(20, "Location-Query", .none),
    Registered(21, "EDHOC", .refused(.badOption), []), Registered(23, "Block2", .understood, []),
    Registered(27, "Block1", .none, []), Registered(28, "Size2", .understood, []),
    Registered(31, "Q-Block2", .refused(.badOption)),
    Registered(35, "Proxy-Uri", .refused(.proxyingNotSupported)),
    Registered(39, "Proxy-Scheme", .refused(.proxyingNotSupported)),
    Registered(60, "Size1", .none), Registered(63, "Auth-Code", .refused(.badOption)),
    Registered(252, "Echo", .none), Registered(258, "No-Response", .none),
    Registered(292, "Request-Tag", .none),
    Registered(2049, "OCF-Accept-Content-Format-Version", .refused(.badOption)),
    Registered(2053, "OCF-Content-Format-Version", .refused(.badOption)),
    Registered(2055, "SCP82-Params", .refused(.badOption)),
  ]

  static let numbers = Set(all.map(\.number))
}

@Suite struct OptionRegistryTests {
  @Test(
    "4.1 RFC 7252 5.4.1: each registered option is understood, ignored or refused, as its number says",
    arguments: Registered.all)
  fileprivate func registered(_ option: Registered) {
    for profile in [Profile.standard, .onenet] {
      let device = device(profile)
      let plain = device.get("/3311/0/5851")
      let answer = device.get("/3311/0/5851", [option.option])
      switch option.effect {
      case .none:
        #expect(answer.code == .content && answer.options == plain.options && answer.text == "10")
      case .understood:
        #expect(answer.code == .content && answer.options != plain.options)
      case .refused(let code):
        // OneNET still sends number 19, as an early draft had it.
        let isTolerated = profile == .onenet && option.number == 19
        #expect(answer.code == (isTolerated ? .content : code))
      }
    }
  }

  @Test(
    "4.1 RFC 7252 5.4.1: of the numbers nobody registered each odd one is 4.02, each even one ignored"
  )
  func everyOther() {
    var wrong: [UInt16] = []
    for part in 0..<4 as Range<UInt16> {
      let device = device()
      for number in part << 14...(part << 14 | 0x3FFF) where !Registered.numbers.contains(number) {
        let answer = device.get("/3311/0/5851", [.raw(number, [UInt8(number & 0xFF)])])
        let isFine = number % 2 == 1 ? answer.code == .badOption : answer.text == "10"
        if !isFine { wrong.append(number) }
      }
      #expect(device.stored.isEmpty && device.occupancy.observations == 0)
    }
    #expect(wrong.isEmpty, "\(wrong.count), first \(wrong.first ?? 0)")
  }

  @Test(
    "4.1 RFC 7252 5.4.1: a non-confirmable request with such an option is rejected without a word")
  func nonConfirmable() {
    let device = device()
    var rejected: UInt32 = 0
    for option in Registered.all {
      guard case .refused(.badOption) = option.effect else { continue }
      let request = device.request(
        .put, "/3311/0/5851", [.format(0), option.option], type: .nonConfirmable, payload: [0x39])
      #expect(device.deliver(request).isEmpty)
      rejected += 1
    }
    #expect(rejected > 9 && device.dropped(.option) == rejected)
    #expect(device.value(dimmer) == .integer(10))
  }

  @Test(
    "4.1 RFC 7252 5.4.1: an answer with a critical option nobody here knows is none; OneNET's may have any",
    arguments: [Profile.standard, .onenet])
  func responses(profile: Profile) throws {
    for option in Registered.all {
      let device = device(profile)
      let update = try #require(device.deliver(device.request(.post, "/1/0/8")).last)
      device.deliver(
        Datagram(
          .acknowledgement, .changed, id: update.id, token: update.token,
          options: [option.option]))
      let isBlock = option.number == 23 || option.number == 27
      let isTaken = option.number % 2 == 0 || isBlock || profile == .onenet
      #expect(device.takeEvents() == (isTaken ? [[11, 0]] : []), "\(option)")
    }
  }

  @Test("4.1 RFC 7252 5.4.1, 4.3-15: what the device itself sends has no option 63 but for OneNET")
  func sent() {
    for profile in [Profile.standard, .onenet] {
      let world = World(profile: profile, authCode: "secret")
      world.register()
      world.request(.get, "/3303/0/5700", [.observe(0)], token: [1])
      world.command { engine, _ in engine.update(lifetime: 60, withObjects: true) }
      world.answer(.changed)
      world.deregister()
      let critical = Set(world.sent.flatMap(\.options).map(\.number).filter { $0 % 2 == 1 })
      #expect(critical == (profile == .onenet ? [11, 15, 63] : [11, 15]))
    }
  }
}
