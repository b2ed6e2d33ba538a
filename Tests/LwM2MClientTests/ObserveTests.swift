import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let temperature = Path(3303, 0, 5700)
private let label = Path(3303, 0, 5701)
private let other = Path(3303, 1, 5700)

private func device(_ profile: Profile = .standard, observations: Int = 8) -> ServedDevice {
  ServedDevice(
    [
      .one(temperature, .float, .float(20)), .one(label, .string, .text("Cel"), room: 8),
      .one(other, .float, .float(5)),
    ], profile: profile, observations: observations)
}

@Suite struct ObserveTests {
  @Test("int-301: resource, instance and object can be observed, each told in its own format")
  func levels() throws {
    let device = device()
    let formats = [("/3303", 11542), ("/3303/0", 11542), ("/3303/0/5700", 0)]
    for (index, (path, format)) in formats.enumerated() {
      let answer = device.observe(path, token: [UInt8(index)])
      #expect(answer.code == .content)
      #expect(answer.type == .acknowledgement)
      #expect(answer.format == format)
      #expect(answer.observe != nil)
    }
    let sent = device.change(temperature, .float(21))
    #expect(sent.count == 3)
    for (index, (_, format)) in formats.enumerated() {
      let notification = try #require(sent.first { $0.token == [UInt8(index)] })
      #expect(notification.type == .nonConfirmable)
      #expect(notification.code == .content)
      #expect(notification.format == format)
    }
    #expect(sent.first { $0.token == [2] }?.text == "21")
    #expect(device.change(other, .float(6)).map(\.token) == [[0]])
    #expect(device.change(label, .text("K")).count == 2)
    #expect(device.statistics[.notifications] == 6)
  }

  @Test(
    "4.1 RFC 7641 4.3: a notification keeps the format of the first answer",
    arguments: [0, 1542, 11542])
  func keepsFormat(format: Int) {
    let device = device()
    device.observe("/3303/0/5700", [.accept(format)], token: [1])
    #expect(device.change(temperature, .float(21)).map(\.format) == [format])
  }

  @Test("Several changes before a notification leaves are one notification")
  func coalesced() {
    let device = device()
    device.observe("/3303/0", token: [1])
    let payload: [UInt8] = [0xE4, 0x16, 0x44, 0x41, 0xA0, 0, 0, 0xE1, 0x16, 0x45, 75]
    let sent = device.deliver(
      device.request(.post, "/3303/0", [.format(11542)], payload: payload))
    #expect(sent.map(\.code) == [.changed, .content])
  }

  @Test("4.1 RFC 7641 4.4: the numbers grow, and wrap at 24 bits")
  func sequence() throws {
    let device = device()
    var last = try #require(device.observe("/3303/0/5700", token: [1]).observe)
    for value in 0..<50 {
      let next = try #require(device.change(temperature, .float(Double(value))).first?.observe)
      #expect(next > last)
      last = next
    }
    device.withObservations { $0.slots[0].sequence = 0xFF_FFFE }
    #expect(device.change(temperature, .float(1)).first?.observe == 0xFF_FFFF)
    #expect(device.change(temperature, .float(2)).first?.observe == 0)
    #expect(device.change(temperature, .float(3)).first?.observe == 1)
  }

  @Test("any → none: Observe 0 again; one observation, the new token, a later number")
  func again() throws {
    let device = device()
    let first = try #require(device.observe("/3303/0/5700", token: [1]).observe)
    let notified = try #require(device.change(temperature, .float(21)).first?.observe)
    let second = try #require(
      device.observe("/3303/0/5700", [.accept(11542)], token: [2]).observe)
    #expect(first < notified && notified < second)
    #expect(device.occupancy.observations == 1)
    let sent = device.change(temperature, .float(22))
    #expect(sent.map(\.token) == [[2]])
    #expect(sent.map(\.format) == [11542])
  }

  @Test("int-303: any → over: Observe 1; with the token it ends the observation, and reads")
  func cancel() {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    device.observe("/3303/0", token: [2])
    let answer = device.get("/3303/0/5700", [.observe(1)], token: [1])
    #expect(answer.code == .content)
    #expect(answer.observe == nil)
    #expect(device.change(temperature, .float(21)).map(\.token) == [[2]])
  }

  @Test("With another token it ends it for OneNET alone, and never at another level")
  func cancelByPath() {
    let standard = device()
    standard.observe("/3303/0/5700", token: [1])
    #expect(standard.get("/3303/0/5700", [.observe(1)], token: [9]).code == .content)
    #expect(standard.get("/3303/0", [.observe(1)], token: [1]).code == .content)
    #expect(standard.occupancy.observations == 1)
    let onenet = device(.onenet)
    onenet.observe("/3303/0/5700", token: [1])
    onenet.get("/3303/0", [.observe(1)], token: [9])
    #expect(onenet.occupancy.observations == 1)
    onenet.get("/3303/0/5700", [.observe(1)], token: [9])
    #expect(onenet.occupancy.observations == 0)
  }

  @Test("int-302: any → over: a Reset; to a notification it ends that observation only")
  func reset() throws {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    device.observe("/3303/0", token: [2])
    let sent = device.change(temperature, .float(21))
    device.reset(try #require(sent.first { $0.token == [1] }))
    #expect(device.change(temperature, .float(22)).map(\.token) == [[2]])
    #expect(device.dropped(.unmatched) == 0)
  }

  @Test("A Reset to what was sent before the observation was renewed leaves the new one")
  func staleReset() throws {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    let old = try #require(device.change(temperature, .float(21)).first)
    device.observe("/3303/0/5700", token: [2])
    device.reset(old)
    #expect(device.occupancy.observations == 1)
  }

  @Test("4.1 RFC 7641 4.1: when the table is full, the answer is a plain read")
  func tableFull() {
    let device = device(observations: 2)
    device.observe("/3303/0/5700", token: [1])
    device.observe("/3303/0/5701", token: [2])
    let answer = device.observe("/3303/0", token: [3])
    #expect(answer.code == .content)
    #expect(answer.observe == nil)
    #expect(device.statistics[.observations].refused == 1)
    #expect(device.change(temperature, .float(21)).map(\.token) == [[1]])
    #expect(device.observe("/3303/0/5700", token: [4]).observe != nil)
    device.get("/3303/0/5700", [.observe(1)], token: [4])
    #expect(device.observe("/3303/0", token: [3]).observe != nil)
  }

  @Test("4.1 RFC 7641 4.1: what cannot be read cannot be observed")
  func failed() {
    let device = device()
    #expect(device.observe("/3303/9", token: [1]).code == .notFound)
    #expect(device.observe("/3303/0", [.accept(0)], token: [1]).code == .notAcceptable)
    #expect(device.observe("/1/0/8", token: [1]).code == .methodNotAllowed)
    #expect(device.occupancy.observations == 0)
  }

  @Test("4.1 RFC 7641 4.1: any → over: the value has no encoding; told as 5.00")
  func error() {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    let sent = device.change(temperature, .float(.nan))
    #expect(sent.map(\.code) == [.internalServerError])
    #expect(sent.map(\.token) == [[1]])
    #expect(sent.first?.observe == nil)
    #expect(device.change(temperature, .float(1)).isEmpty)
    #expect(device.occupancy.observations == 0)
  }

  @Test("4.1 RFC 7641 4.1: any → over: the value is gone; a removed resource is told as 4.04")
  func removed() {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    device.observe("/3303/0", token: [2])
    device.observe("/3303", token: [3])
    let first = device.remove(temperature)
    #expect(first.map(\.code) == [.notFound])
    #expect(first.map(\.token) == [[1]])
    // The last of its instance: the instance goes too, and an Update tells so.
    let second = device.remove(label)
    #expect(second.filter { $0.code == .notFound }.map(\.token) == [[2]])
    #expect(second.filter { $0.code == .post }.count == 1)
    #expect(device.occupancy.observations == 1)
  }

  @Test("Nothing is told to a server that was left")
  func afterDeregistration() {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    device.deregister()
    #expect(device.change(temperature, .float(30)).isEmpty)
  }

  @Test("4.3-5: any → over: a new registration; it ends every observation, an Update none")
  func newRegistration() throws {
    let device = device()
    device.observe("/3303/0/5700", token: [1])
    func answerUpdate(_ code: Code) throws -> [Datagram] {
      let update = try #require(device.deliver(device.request(.post, "/1/0/8")).last)
      return device.deliver(
        Datagram(.acknowledgement, code, id: update.id, token: update.token))
    }
    #expect(try answerUpdate(.changed) == [])
    #expect(device.change(temperature, .float(21)).count == 1)
    let register = try #require(try answerUpdate(.notFound).first)
    #expect(device.change(temperature, .float(22)) == [])
    device.deliver(
      Datagram(.acknowledgement, .created, id: register.id, token: register.token))
    #expect(device.occupancy.observations == 0)
    #expect(device.change(temperature, .float(23)) == [])
  }

  @Test("The application refreshes the values of a notification before it leaves")
  func refreshed() {
    let device = ServedDevice(
      [.one(temperature, .float, .float(20)), .one(label, .string, .text("Cel"))],
      consultation: Consultation(beforeRead: true, mayDefer: true))
    device.observe("/3303/0/5700", token: [1])
    _ = device.takeConversation()
    device.verdict = { [unowned device] _ in
      device.set(temperature, .float(33))
      return .pending
    }
    #expect(device.notify(temperature).map(\.text) == ["33"])
    #expect(device.takeConversation() == ["read /3303/0/5700"])
    #expect(device.occupancy.deferred == 0)
  }
}

@Suite struct ConfirmationTests {
  private let hour: UInt64 = 3_600_000

  private func longLived() -> ServedDevice {
    ServedDevice(
      [.one(temperature, .float, .float(20)), .one(label, .string, .text("Cel"))],
      lifetime: Lifetime.maximum)
  }

  @Test(
    "4.1 RFC 7641 4.3, RFC 7641 4.5: the first notification in the second half of a day is confirmable"
  )
  func daily() throws {
    let device = longLived()
    device.observe("/3303/0/5700", token: [1])
    var confirmed: [Int] = []
    for quarter in 1...16 {
      device.pass(6 * hour)
      for sent in device.change(temperature, .float(Double(quarter))) where sent.code == .content {
        guard sent.type == .confirmable else { continue }
        #expect(sent.text == "\(quarter)")
        confirmed.append(quarter * 6)
        device.acknowledge(sent)
      }
    }
    #expect(confirmed == [12, 24, 36, 48, 60, 72, 84, 96])
    #expect(device.takeEvents().filter { $0[0] >= 25 } == [])
    #expect(device.occupancy.observations == 1 && device.occupancy.reports == 0)
  }

  @Test("4.1 RFC 7641 4.3: an observer that does not acknowledge it is gone, without an event")
  func gone() {
    let device = longLived()
    device.observe("/3303/0", token: [1])
    device.pass(24 * hour - 60_000)
    #expect(device.change(temperature, .float(21)).map(\.type) == [.confirmable])
    #expect(device.pass(hour).count == 4)
    #expect(device.occupancy.observations == 0)
    #expect(device.takeEvents().filter { $0[0] >= 25 } == [])
  }

  @Test("A report that was acknowledged confirms too")
  func reportConfirms() throws {
    let device = longLived()
    device.observe("/3303/0/5700", token: [1])
    device.pass(11 * hour)
    device.acknowledge(try #require(device.notify(temperature, ack: 1).last))
    device.pass(11 * hour)
    #expect(device.change(temperature, .float(21)).last?.type == .nonConfirmable)
  }
}

@Suite struct ObservationTableTests {
  @Test("With a thousand observations a notify finds its own without a walk")
  func thousand() {
    let givens = (0..<1000).map { index in
      Given.one(Path(3303, 0, UInt16(index)), .integer, .integer(0))
    }
    let device = ServedDevice(givens, observations: 1000)
    for index in 0..<1000 {
      device.observe("/3303/0/\(index)", token: [UInt8(index & 0xFF), UInt8(index >> 8)])
    }
    #expect(device.occupancy.observations == 1000)
    #expect(device.nextDue == .never)
    for index in [0, 499, 999] {
      let sent = device.change(Path(3303, 0, UInt16(index)), .integer(1))
      #expect(sent.map(\.token) == [[UInt8(index & 0xFF), UInt8(index >> 8)]])
      // The others are not due because of it: no look through the table is scheduled.
      #expect(device.nextDue == .never)
    }
    device.withObservations { table in
      let index = table.find(Path(3303, 0, 500))!
      table.settle(index, .changedReady)
      #expect(table.nextReady() == index)
      table.settle(index, .none)
      #expect(table.hasReady == false)
    }
  }

  @Test("Those that are ready notify in turn, whichever of them ends")
  func turn() {
    let givens = (0..<4).map { Given.one(Path(9, UInt16($0), 1), .integer, .integer(0)) }
    for leaving in 0..<4 {
      let device = ServedDevice(givens)
      for index in 0..<4 { device.observe("/9/\(index)/1", token: [UInt8(index)]) }
      device.withObservations { table in
        for index in 0..<4 { table.settle(index, .changedReady) }
        table.remove(at: leaving)
        #expect(table.find(Path(9, UInt16(leaving), 1)) == nil)
      }
      let left = (0..<4).filter { $0 != leaving }
      #expect(device.settle().map(\.token) == left.map { [UInt8($0)] })
      device.withObservations { #expect($0.hasReady == false) }
    }
  }

  @Test("One that is ready again and again does not keep the others from their turn")
  func fairness() {
    let givens = (0..<3).map { Given.one(Path(9, UInt16($0), 1), .integer, .integer(0)) }
    let device = ServedDevice(givens)
    for index in 0..<3 { device.observe("/9/\(index)/1", token: [UInt8(index)]) }
    device.withObservations { table in
      for index in 0..<3 { table.settle(index, .changedReady) }
      var order: [Int] = []
      for _ in 0..<4 {
        let index = table.nextReady()
        order.append(index)
        table.settle(index, .none)
        table.settle(0, .changedReady)
      }
      #expect(order == [0, 1, 2, 0])
    }
  }
}
