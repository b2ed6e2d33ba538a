import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

private let asks = Consultation(creates: true, removes: true)

/// A Portfolio (object 16) with instances 0 and 2, and an application that agrees to everything.
private func device(
  _ consultation: Consultation = asks, profile: Profile = .standard,
  bring: @escaping (ServedDevice, Path) -> Void = { $0.bringPortfolio(at: $1) }
) -> ServedDevice {
  let device = ServedDevice(
    [
      .one(Path(16, 0, 0), .string, .text("a"), room: 16),
      .one(Path(16, 2, 0), .string, .text("b"), room: 16),
    ], profile: profile, consultation: consultation)
  device.verdict = { [unowned device] question in
    if question.kind == .create { bring(device, question.resource.path) }
    return .agreed
  }
  return device
}

extension ServedDevice {
  /// A writable string, a writable integer, a counter of the device's own, several numbers, an action.
  fileprivate func bringPortfolio(at path: Path, awaited: Access = Access(rawValue: 0)) {
    let (object, instance) = (path.object, path.instance)
    let writable: Access = .readable | .writable
    #expect(bring(.one(Path(object, instance, 0), .string, .text("-"), writable, room: 8)) == nil)
    #expect(
      bring(.one(Path(object, instance, 1), .integer, .integer(5), writable | awaited)) == nil)
    #expect(bring(.one(Path(object, instance, 2), .integer, .integer(9), .readable)) == nil)
    #expect(
      bring(.many(Path(object, instance, 3), .integer, [(0, .integer(0)), (1, .integer(1))]))
        == nil)
    #expect(bring(.action(Path(object, instance, 4))) == nil)
  }

  fileprivate func locations(_ answer: Datagram) -> [String] {
    answer.options.filter { $0.number == OptionNumber.locationPath.rawValue }
      .map { String(decoding: $0.value, as: UTF8.self) }
  }

  /// The answer to a Create, which an Update may follow.
  fileprivate func create(
    _ payload: [UInt8], in object: String = "/16",
    options: [Datagram.Field] = [.format(11542)]
  ) -> Datagram {
    deliver(request(.post, object, options, payload: payload))[0]
  }

  /// What Discover says of the object, without the attributes.
  fileprivate func tree(_ path: String) -> String { get(path, [.accept(40)]).text }
}

private let named: [UInt8] = [0x08, 7, 8, 0xC2, 0, 104, 105, 0xC2, 1, 1, 44]
private let bare: [UInt8] = [0xC2, 0, 104, 105, 0xC2, 1, 1, 44]

@Suite struct CreateTests {
  @Test("int-1630, LwM2M 1.0 5.4.6: Create makes the instance that is named, with its values")
  func chosen() {
    let device = device()
    let message = device.request(
      .post, "/16", [.format(11542)], payload: [0x08, 7, 8, 0xC2, 0, 104, 105, 0xC2, 1, 1, 44])
    let sent = device.deliver(message)
    #expect(sent.map(\.code) == [.created, .post])
    #expect(device.locations(sent[0]) == ["16", "7"])
    #expect(sent[0].payload.isEmpty)
    // The Update carries the object list.
    #expect(sent[1].text.contains("</16/2>,</16/7>"))
    #expect(device.takeConversation() == ["create /16/7"])
    #expect(device.value(Path(16, 7, 0)) == .text("hi"))
    #expect(device.value(Path(16, 7, 1)) == .integer(300))
    #expect(device.value(Path(16, 7, 2)) == .integer(9))
    #expect(device.get("/16/7/1").text == "300")
  }

  @Test("LwM2M 1.0 5.4.6: without an instance entry the device chooses the lowest free ID")
  func lowest() {
    let device = device()
    for instance in ["1", "3"] {
      let answer = device.create(bare)
      #expect(answer.code == .created)
      #expect(device.locations(answer) == ["16", instance])
    }
    #expect(device.takeConversation() == ["create /16/1", "create /16/3"])
  }

  @Test("4.3-11: 2.01 has the Location-Path for both TLV numbers and without Content-Format")
  func formats() {
    for options in [[.format(1542)], [.format(11542)], []] as [[Datagram.Field]] {
      let device = device()
      let answer = device.create(named, options: options)
      #expect(answer.code == .created)
      #expect(device.locations(answer) == ["16", "7"])
    }
  }

  @Test(
    "4.1 RFC 7252 4.5: a Create that arrives twice makes one instance, and is answered the same")
  func twice() {
    for payload in [bare, [0x08, 7, 0], [0x28, 0x12, 0x34, 0]] as [[UInt8]] {
      let device = device()
      let message = device.request(.post, "/16", [.format(11542)], payload: payload)
      let first = device.deliver(message)
      device.acknowledge(first[1])
      let second = device.deliver(message)
      #expect(first[0] == second[0])
      #expect(second[0].code == .created)
      #expect(device.takeConversation().count == 1)
    }
  }

  @Test("The first instance of an object nobody has is the application's to allow")
  func firstOfItsKind() {
    let device = device()
    let answer = device.create(bare, in: "/19")
    #expect(answer.code == .created)
    #expect(device.locations(answer) == ["19", "0"])
    device.verdict = { _ in .refused(.methodNotAllowed) }
    #expect(device.create(bare, in: "/20").code == .methodNotAllowed)
    #expect(device.create(bare, in: "/20").code == .methodNotAllowed)
    #expect(device.get("/20").code == .notFound)
  }

  @Test("4.3-11, int-680: Create on an object of one instance is 4.05, and nobody is asked")
  func own() {
    let device = device()
    for object in ["/1", "/3"] {
      #expect(device.tlv(.post, object, bare).code == .methodNotAllowed)
    }
    #expect(device.tlv(.post, "/0", bare).code == .unauthorized)
    #expect(device.takeConversation() == [])
  }

  @Test("Without a create function Create is 4.05, and 4.04 where there is no such object")
  func deaf() {
    let device = device(Consultation())
    #expect(device.create(bare).code == .methodNotAllowed)
    #expect(device.create(bare, in: "/19").code == .notFound)
  }

  @Test("LwM2M 1.0 7.3.2.4: an ID that is taken, or is none, is 4.00")
  func taken() {
    let device = device()
    #expect(device.create([0x08, 0, 0]).code == .badRequest)
    #expect(device.create([0x08, 2, 0]).code == .badRequest)
    #expect(device.create([0x28, 0xFF, 0xFF, 0]).code == .badRequest)
    #expect(device.takeConversation() == [])
  }

  @Test("A Create is TLV, anything else 4.15", arguments: [0, 42, 40, 50, 60, 110, 112, 11543])
  func notTLV(format: Int) {
    let device = device()
    let answer = device.ask(.post, "/16", [.format(format)], payload: [0x31])
    #expect(answer.code == .unsupportedContentFormat)
    #expect(device.takeConversation() == [])
  }

  @Test(
    "What is no TLV, or two instances at once, is 4.00 before anybody is asked",
    arguments: [
      [0xC1], [0xC9, 0, 4, 1], [0x08, 7, 9, 0xC1], [0x00, 7, 0x00, 8], [0xC1, 0, 104, 0x00, 8],
      [0x08, 7, 2, 0xC9, 0], [0x41, 0, 1],
    ] as [[UInt8]])
  func malformed(payload: [UInt8]) {
    let device = device()
    #expect(device.create(payload).code == .badRequest)
    #expect(device.takeConversation() == [])
  }

  @Test("A Create without values gets the application's")
  func empty() {
    for payload in [[], [0x00, 7]] as [[UInt8]] {
      let device = device()
      #expect(device.create(payload).code == .created)
      #expect(device.stored == [])
    }
  }

  @Test("LwM2M 1.0 7.3.2.4: values the device alone may set, and unknown ones, are passed over")
  func readOnly() {
    let device = device(Consultation(beforeWrite: true, creates: true))
    let payload: [UInt8] = [
      0xC1, 2, 1, 0xC3, 2, 1, 2, 3, 0xC1, 4, 1, 0xC1, 99, 1, 0x83, 98, 0x41, 0, 1, 0xC1, 1, 6,
    ]
    let answer = device.create(payload)
    #expect(answer.code == .created)
    #expect(device.takeConversation() == ["create /16/1", "write /16/1/1"])
    #expect(device.value(Path(16, 1, 2)) == .integer(9))
    #expect(device.value(Path(16, 1, 1)) == .integer(6))
  }

  @Test("LwM2M 1.0 7.3.2.4: a mandatory resource without a value is 4.00, and there is no instance")
  func mandatory() {
    let device = device { $0.bringPortfolio(at: $1, awaited: .awaited) }
    #expect(device.create([0xC1, 0, 104]).code == .badRequest)
    #expect(device.get("/16/1").code == .notFound)
    #expect(device.takeConversation() == ["create /16/1", "withdraw /16/1"])
    #expect(device.create([0xC1, 1, 104]).code == .created)
    // It has one now: a Write need not give it another.
    #expect(device.tlv(.put, "/16/1", [0xC1, 0, 104]).code == .changed)
  }
}

@Suite struct CreateFaultTests {
  @Test(
    "4.3-10, LwM2M 1.0 5.4.6: a wrong value is its code, and nothing of the instance remains",
    arguments: [
      ([0xC1, 0, 104, 0xC3, 1, 1, 2, 3], Code.badRequest),
      ([0xC1, 1, 7, 0xC1, 0, 0xFF], .badRequest), ([0x81, 0, 104], .badRequest),
      ([0xC1, 3, 1], .badRequest), ([0x83, 3, 0x41, 9, 1], .notFound),
      ([0xC1, 1, 7, 0xC8, 0, 9] + [UInt8](repeating: 97, count: 9), .requestEntityTooLarge),
    ] as [([UInt8], Code)])
  func wrongValue(payload: [UInt8], code: Code) {
    let device = device()
    let before = device.tree("/16")
    let sent = device.deliver(device.request(.post, "/16", [.format(11542)], payload: payload))
    // No Update: the object list is what it was.
    #expect(sent.map(\.code) == [code])
    #expect(device.takeConversation() == ["create /16/1", "withdraw /16/1"])
    #expect(device.tree("/16") == before)
    #expect(device.stored == [])
    #expect(device.create(bare).code == .created)
  }

  @Test("A refusal is the application's code, and what it had added is gone")
  func refused() {
    let device = device()
    let before = device.tree("/16")
    device.verdict = { [unowned device] question in
      device.bringPortfolio(at: question.resource.path)
      return .refused(.forbidden)
    }
    let message = device.request(.post, "/16", [.format(11542)], payload: bare)
    #expect(device.deliver(message).map(\.code) == [.forbidden])
    #expect(device.deliver(message).map(\.code) == [.forbidden])
    #expect(device.takeConversation() == ["create /16/1"])
    #expect(device.tree("/16") == before)
  }

  @Test("A Create cannot be deferred: 5.00")
  func pending() {
    let device = device()
    device.verdict = { [unowned device] question in
      device.bringPortfolio(at: question.resource.path)
      return .pending
    }
    #expect(device.create(bare).code == .internalServerError)
    #expect(device.get("/16/1").code == .notFound)
    #expect(device.respond(device.handles[0]) == nil)
    #expect(device.occupancy.deferred == 0)
  }

  @Test("Agreed to without a resource is 5.00")
  func nothing() {
    let device = device { _, _ in }
    #expect(device.create(bare).code == .internalServerError)
    #expect(device.takeConversation() == ["create /16/1", "withdraw /16/1"])
  }

  @Test("A refusal after a resource found no room: what was not agreed to is not withdrawn")
  func fullAndRefused() {
    let device = device()
    device.verdict = { [unowned device] question in
      var resource: UInt16 = 0
      while device.bring(.one(Path(16, 1, resource), .integer, .integer(0))) == nil {
        resource += 1
      }
      return .refused(.forbidden)
    }
    #expect(device.create([]).code == .forbidden)
    #expect(device.takeConversation() == ["create /16/1"])
    #expect(device.get("/16/1").code == .notFound)
  }

  @Test("A resource that finds no room is 5.03, counted, and nothing remains")
  func full() {
    let device = device { device, path in
      var resource: UInt16 = 0
      while device.bring(.one(Path(path.object, path.instance, resource), .integer, .integer(0)))
        == nil
      { resource += 1 }
    }
    let answer = device.create([])
    #expect(answer.code == .serviceUnavailable)
    #expect(device.statistics[.resources].refused == 1)
    #expect(device.takeConversation() == ["create /16/1", "withdraw /16/1"])
    #expect(device.get("/16/1").code == .notFound)
    device.verdict = { [unowned device] question in
      device.bringPortfolio(at: question.resource.path)
      return .agreed
    }
    #expect(device.create(bare).code == .created)
  }

  @Test("The write function is asked about each value; its refusal, or deferral, ends the instance")
  func writeRefused() {
    for (verdict, code) in [
      (Verdict.refused(.forbidden), Code.forbidden), (.pending, .internalServerError),
    ] {
      let device = device(
        Consultation(beforeWrite: true, mayDefer: true, creates: true, removes: true))
      device.verdict = { [unowned device] question in
        if question.kind == .create { device.bringPortfolio(at: question.resource.path) }
        return question.resource.path == Path(16, 1, 1) ? verdict : .agreed
      }
      #expect(device.create(bare).code == code)
      #expect(
        device.takeConversation()
          == ["create /16/1", "write /16/1/0", "write /16/1/1", "withdraw /16/1"])
      #expect(device.get("/16/1").code == .notFound)
      #expect(device.stored == [] && device.occupancy.deferred == 0)
    }
  }

  @Test("The classic write function is told what was stored, and only that")
  func told() {
    let device = device(Consultation(afterWrite: true, creates: true))
    #expect(device.create(bare + [0xC1, 2, 1]).code == .created)
    #expect(device.takeConversation() == ["create /16/1", "wrote /16/1/0", "wrote /16/1/1"])
  }

  @Test("An observer of the object is told of the new instance")
  func observed() {
    let device = device()
    device.observe("/16", token: [9])
    let sent = device.deliver(device.request(.post, "/16", [.format(11542)], payload: [0x00, 7]))
    #expect(sent.map(\.code) == [.created, .post, .content])
    #expect(sent[2].token == [9])
  }

  @Test("A Create that cannot be remembered is 5.03 and nobody is asked")
  func unremembered() {
    let device = device()
    for _ in 0..<6 { device.put("/16/0/0", text: "x") }
    #expect(device.create(bare).code == .serviceUnavailable)
    #expect(device.takeConversation() == [])
  }
}
