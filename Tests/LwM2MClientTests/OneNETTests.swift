import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)
private let label = Path(3303, 0, 5701)
private let action = Path(3303, 0, 5605)

private func device(
  _ profile: Profile = .onenet, consultation: Consultation = Consultation(executes: true)
) -> ServedDevice {
  ServedDevice(
    [
      .one(temperature, .float, .float(20)), .one(label, .string, .text("Cel"), room: 8),
      .one(Path(3303, 0, 5750), .opaque, .bytes([1]), room: 8), .action(action),
    ], profile: profile, consultation: consultation)
}

extension ServedDevice {
  /// A notification leaves, and the server answers it with a Reset.
  fileprivate func resetNotification(_ number: Double) throws -> [Datagram] {
    let sent = change(temperature, .float(number))
    return reset(try #require(sent.first { $0.code == .content }))
  }

  fileprivate func answer(_ request: Datagram, _ code: Code) -> [Datagram] {
    deliver(Datagram(.acknowledgement, code, id: request.id, token: request.token))
  }
}

@Suite struct OneNETDoubtTests {
  @Test("4.3-15: a session lost by the platform is noticed with the first Reset; one Register")
  func lostSession() throws {
    let device = device()
    device.observe("/3303/0", token: [1])
    device.pass(3_600_000)
    let update = try #require(device.resetNotification(21).first)
    #expect(update.code == .post && update.payload == [] && update.option(.uriQuery) == nil)
    let register = device.answer(update, .notFound)
    #expect(register.map(\.queries.isEmpty) == [false])
    #expect(device.takeEvents() == [[12, 0]])
    #expect(device.answer(register[0], .created) == [])
    #expect(device.takeEvents() == [[6, 0]])
    #expect(device.occupancy.observations == 0)
  }

  @Test("A Reset to that Update says the same")
  func resetUpdate() throws {
    let device = device()
    device.observe("/3303/0", token: [1])
    device.pass(3_600_000)
    let update = try #require(device.resetNotification(21).first)
    #expect(device.reset(update).map(\.queries.isEmpty) == [false])
  }

  @Test("A cancellation costs one Update, and the other observations go on")
  func cancellation() throws {
    let device = device()
    device.observe("/3303/0", token: [1])
    device.observe("/3303/0/5700", token: [2])
    device.pass(3_600_000)
    let sent = device.change(temperature, .float(21))
    let cancelled = try #require(sent.first { $0.token == [1] })
    let update = try #require(device.reset(cancelled).first)
    #expect(device.answer(update, .changed) == [])
    #expect(device.change(temperature, .float(22)).map(\.token) == [[2]])
    #expect(device.pass(3_600_000).isEmpty)
  }

  @Test("Many cancellations within half a minute cost one Update, whatever comes in between")
  func burst() throws {
    let device = device()
    var updates = 0
    for round in 0..<60 {
      device.observe("/3303/0", token: [UInt8(round)])
      let sent = try device.resetNotification(Double(round)) + device.pass(1000).map(\.sent)
      for update in sent where update.code == .post {
        updates += 1
        #expect(device.answer(update, .changed) == [])
      }
    }
    // After 30 s and, because the last answer counts, once more at the end.
    #expect((1...2).contains(updates))
  }

  @Test("Soon after the registration the Update waits until 30 s have passed")
  func soon() throws {
    let device = device()
    device.observe("/3303/0", token: [1])
    device.pass(10_000)
    #expect(try device.resetNotification(21).isEmpty)
    let later = device.pass(25_000)
    #expect(later.first.map { $0.at } == 20_000)
    #expect(later.first.map { $0.sent.code } == .post)
  }

  @Test("A Reset to a confirmable notification does the same, once")
  func report() throws {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    device.pass(3_600_000)
    let report = try #require(device.notify(temperature, ack: 9).first)
    #expect(report.type == .confirmable)
    #expect(device.reset(report).map(\.code) == [.post])
    #expect(device.takeEvents() == [[25, 9]])
  }

  @Test("int-302: elsewhere a Reset is a cancellation and nothing more")
  func standard() throws {
    let device = device(.standard)
    device.observe("/3303/0", token: [1])
    device.pass(3_600_000)
    #expect(try device.resetNotification(21).isEmpty)
    #expect(device.pass(3_600_000).isEmpty)
  }
}

@Suite struct OneNETRequestTests {
  @Test(
    "4.3-15, OneNET 8.5: the Content-Format of a GET chooses the TLV, for notifications as well")
  func contentFormat() {
    for format in [1542, 11542] {
      let device = device()
      #expect(device.get("/3303/0/5700", [.format(format)]).format == format)
      #expect(device.observe("/3303/0", [.format(format)], token: [1]).format == format)
      #expect(device.change(temperature, .float(21)).map(\.format) == [format])
      // An Accept says it better.
      #expect(device.get("/3303/0/5700", [.format(format), .accept(0)]).format == 0)
      // It never makes a read fail.
      #expect(device.get("/3303/0", [.format(0)]).format == 11542)
      #expect(device.get("/3303/0/5700", [.format(40)]).format == 0)
      let other = OneNETRequestTests.standard()
      #expect(other.get("/3303/0/5700", [.format(format)]).format == 0)
      #expect(other.get("/3303/0", [.format(1542)]).format == 11542)
    }
  }

  private static func standard() -> ServedDevice { device(.standard) }

  @Test("4.3-15, OneNET 8.3: options 19 and 28 change nothing, whatever the request")
  func strangeOptions() {
    let requests: [(Code, String, [Datagram.Field], [UInt8])] = [
      (.get, "/3303/0/5700", [], []), (.get, "/3303/0", [], []),
      (.get, "/3303", [.accept(40)], []), (.get, "/3303/0/5700", [.observe(0)], []),
      (.get, "/3303/0/5700", [.observe(1)], []), (.put, "/3303/0/5700", [.format(0)], [0x37]),
      (.post, "/3303/0", [.format(11542)], [0xE1, 0x16, 0x45, 97]),
      (.post, "/3303/0/5605", [], []), (.put, "/3303/0", [.query("pmin=1")], []),
      (.get, "/9", [], []), (.delete, "/3303/0", [], []), (.post, "/3303", [], []),
    ]
    for (code, path, options, payload) in requests {
      let plain = device().ask(code, path, options, payload: payload)
      let strange: [Datagram.Field] = [.raw(19, [1, 2, 3, 4]), .raw(28, [2, 0])]
      let answer = device().ask(code, path, options + strange, payload: payload)
      #expect(answer.code == plain.code)
      #expect(answer.options == plain.options && answer.payload == plain.payload)
    }
  }

  @Test("4.3-15, OneNET 8.3: in its answers as well, but for other servers 19 is critical")
  func strangeAnswers() throws {
    for profile in [Profile.onenet, .standard] {
      let device = device(profile)
      let update = try #require(device.deliver(device.request(.post, "/1/0/8")).last)
      let strange: [Datagram.Field] = [.raw(19, [1]), .raw(28, [2, 0])]
      device.deliver(
        Datagram(
          .acknowledgement, .changed, id: update.id, token: update.token, options: strange))
      #expect(device.takeEvents() == (profile == .onenet ? [[11, 0]] : []))
    }
  }

  @Test("4.3-15, OneNET 8.5: st and stp are the step; elsewhere stp is nothing")
  func step() {
    let device = device()
    #expect(device.attributes("/3303/0/5700", "stp=5") == 204)
    #expect(device.get("/3303/0/5700", [.accept(40)]).text.hasSuffix(";st=5"))
    #expect(device.attributes("/3303/0/5700", "st=2") == 204)
    #expect(device.get("/3303/0/5700", [.accept(40)]).text.hasSuffix(";st=2"))
    #expect(OneNETRequestTests.standard().attributes("/3303/0/5700", "stp=5") == 400)
  }

  @Test("4.3-15, OneNET 8.4: Read /3/0, the sign that all is observed, is answered")
  func startSignal() {
    let answer = device().get("/3/0")
    #expect(answer.code == .content && answer.format == 11542)
  }
}

@Suite struct OneNETRegistrationTests {
  @Test("4.3-15, OneNET 8.1: imei;imsi goes out as it is")
  func endpoint() {
    let world = World(profile: .onenet, endpoint: "869975030012345;460040983204901")
    world.connect()
    #expect(world.sent.last?.queries.first == "ep=869975030012345;460040983204901")
  }

  @Test(
    "4.3-15, OneNET 8.3: the Auth-Code goes with each of the three, and to no other server with any"
  )
  func authCode() {
    for profile in [Profile.onenet, .standard] {
      let world = World(profile: profile, authCode: "7c4a8d09")
      world.register()
      world.command { engine, _ in engine.update(lifetime: 60, withObjects: true) }
      world.answer(.changed)
      world.deregister()
      let own = world.sent.filter { $0.type == .confirmable }
      #expect(own.map(\.code) == [.post, .post, .delete])
      for message in own {
        let code = message.options.filter { $0.number == 63 }.map(\.value)
        #expect(code == (profile == .onenet ? [Array("7c4a8d09".utf8)] : []))
      }
    }
  }

  @Test(
    "4.3-15, OneNET 8.3: 4.03, a wrong pair or Auth-Code, is told with its code, and not repeated soon"
  )
  func forbidden() {
    let world = World(profile: .onenet, authCode: "wrong")
    world.connect()
    _ = world.timetable()
    world.answer(.forbidden)
    world.advance(to: 44_000)
    #expect(world.timetable() == ["0 [registrationRefused 403]"])
  }
}
