import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Storing while offline")
struct StoringTests {
  @Test("int-560: waiting → flying: observed and pmin is over; flying → over: acknowledged")
  func delivered() {
    let world = observedWorld()
    #expect(world.report(22, ack: 7) == nil)
    #expect(world.timetable() == ["0 CON 205 22"])
    world.advance(to: 100)
    world.acknowledge()
    #expect(world.timetable() == ["100 [notificationDelivered 7]"])
    world.advance(to: 500_000)
    #expect(world.timetable() == [])
    #expect(world.engine.occupancy(of: .stored, now: .never).used == 0)
  }

  @Test(
    "int-560, LwM2M 1.0 E.2: what is reported in an outage arrives when the server observes again")
  func outlivesAnOutage() {
    let world = observedWorld()
    breakLink(world)
    #expect(world.report(22, ack: 1) == nil)
    world.advance(to: 5000)
    #expect(world.report(23, ack: 2) == nil)
    #expect(world.report(24, ack: 3) == nil)
    #expect(world.timetable() == [])
    reconnect(world)
    #expect(world.timetable() == [])
    world.watch()
    #expect(
      acknowledgeAll(world) == [
        "205 24", "CON 205 22", "[notificationDelivered 1]", "CON 205 23",
        "[notificationDelivered 2]", "CON 205 24", "[notificationDelivered 3]",
      ])
    world.advance(to: 500_000)
    #expect(world.timetable() == [])
  }

  @Test("int-560: what changes in an outage without a word arrives too, and makes no event")
  func history() {
    let world = observedWorld()
    breakLink(world)
    world.report(22)
    world.report(23)
    reconnect(world)
    world.watch()
    #expect(acknowledgeAll(world) == ["205 23", "CON 205 22", "CON 205 23"])
  }

  @Test("int-560: with rebind by Update the history of an outage comes before what is new")
  func rebound() {
    let world = observedWorld(rebinding: .update)
    world.watch("/3303", token: [5])
    _ = world.timetable()
    breakLink(world)
    world.report(22)
    world.report(23)
    world.connect()
    world.answer(.changed)
    // The object's observer gets the values of now.
    let lines = acknowledgeAll(world)
    #expect(lines.filter { $0.hasPrefix("CON") } == ["CON 205 22", "CON 205 23"])
    #expect(lines.filter { $0.hasPrefix("205") }.count == 1)
  }

  @Test("LwM2M 1.0 5.1.2: pmin holds in an outage; the value at its end is stored")
  func minimum() {
    let world = observedWorld(attributes: ["pmin=10"])
    breakLink(world)
    world.advance(to: 2000)
    world.report(22)
    world.advance(to: 3000)
    world.report(23)
    world.advance(to: 11_000)
    world.report(24)
    world.advance(to: 25_000)
    world.report(25)
    _ = world.timetable()
    reconnect(world)
    world.watch()
    #expect(acknowledgeAll(world) == ["205 25", "CON 205 23", "CON 205 24"])
  }

  @Test("LwM2M 1.0 5.1.2: thresholds hold in an outage")
  func thresholds() {
    let world = observedWorld(attributes: ["st=2"])
    breakLink(world)
    for value in [22, 23, 24, 25, 26] { world.report(Double(value)) }
    reconnect(world)
    world.watch()
    #expect(acknowledgeAll(world) == ["205 26", "CON 205 24", "CON 205 26"])
  }

  @Test("LwM2M 1.0 E.2: what happens while the device is disabled is stored")
  func disabled() {
    let world = observedWorld()
    world.request(.put, "/1/0/5", [.format(0)], payload: "60")
    world.disable()
    world.answer(.deleted)
    _ = world.timetable()
    world.report(22)
    world.report(23, ack: 9)
    world.advance(to: 59_000)
    #expect(world.timetable() == [])
    world.advance(to: 60_000)
    #expect(world.timetable() == ["60000 [connected]", "60000 Register"])
    world.accept()
    #expect(world.timetable() == ["60000 [registered 201]"])
    world.watch()
    #expect(
      acknowledgeAll(world) == ["205 23", "CON 205 22", "CON 205 23", "[notificationDelivered 9]"])
  }

  @Test("int-560: /1/0/6 false ends the storing, not the delivery of what is stored")
  func switchedOff() {
    let world = observedWorld()
    breakLink(world)
    world.report(22, ack: 1)
    reconnect(world)
    world.request(.put, "/1/0/6", [.format(0)], payload: "0")
    #expect(world.report(23, ack: 2) == .notObserved)
    _ = world.timetable()
    world.watch()
    #expect(acknowledgeAll(world) == ["205 23", "CON 205 22", "[notificationDelivered 1]"])
    breakLink(world)
    #expect(world.report(24, ack: 3) == .notObserved)
    world.report(24)
    reconnect(world)
    world.watch()
    #expect(acknowledgeAll(world) == ["205 24"])
  }

  @Test("int-560: /1/0/6 false and true again: nothing that is stored is lost")
  func switchedOffAndOn() {
    let world = observedWorld()
    breakLink(world)
    world.report(22, ack: 1)
    reconnect(world)
    world.request(.put, "/1/0/6", [.format(0)], payload: "0")
    #expect(world.report(23, ack: 2) == .notObserved)
    world.request(.put, "/1/0/6", [.format(0)], payload: "1")
    #expect(world.report(24, ack: 3) == nil)
    breakLink(world)
    world.report(25, ack: 4)
    reconnect(world)
    world.watch()
    #expect(
      acknowledgeAll(world).filter { !$0.hasPrefix("205") } == [
        "CON 205 22", "[notificationDelivered 1]", "CON 205 24", "[notificationDelivered 3]",
        "CON 205 25", "[notificationDelivered 4]",
      ])
  }

  @Test(
    "int-560, D 12, RFC 7641 4.5: flying → sent: a Reset; a server that was started anew gets it all the same",
    arguments: [Profile.standard, .onenet])
  func refused(profile: Profile) {
    let world = observedWorld(profile: profile)
    world.report(22, ack: 7)
    world.reset()
    #expect(world.timetable() == ["0 CON 205 22", "0 Register"])
    world.accept()
    #expect(world.report(23, ack: 8) == nil)
    #expect(world.timetable() == ["0 [registered 201]"])
    world.watch()
    #expect(
      acknowledgeAll(world) == [
        "205 23", "CON 205 22", "[notificationDelivered 7]", "CON 205 23",
        "[notificationDelivered 8]",
      ])
  }

  @Test(
    "D 12: a Reset to any notification, while something is stored, makes the server observe again")
  func refusedOther() {
    let world = observedWorld()
    world.add(Path(3303, 0, 5701), .integer, .integer(1))
    world.notify(Path(3303, 0, 5701), ack: 1)
    world.report(22)
    #expect(world.timetable().last == "0 205 22")
    world.reset()
    #expect(world.timetable() == ["0 Register"])
    world.accept()
    world.watch("/3303/0/5701", token: [5])
    #expect(acknowledgeAll(world).last == "[notificationDelivered 1]")
    // Nothing is stored: a Reset is a cancellation.
    world.watch()
    world.report(23)
    _ = world.timetable()
    world.reset()
    #expect(world.timetable() == [])
  }

  @Test("D 12: a server that resets whatever it observes causes one registration")
  func refusedAlways() {
    let world = observedWorld()
    world.report(22, ack: 7)
    world.reset()
    world.accept()
    _ = world.timetable()
    for _ in 0..<5 {
      world.watch()
      #expect(world.timetable() == ["0 205 22", "0 CON 205 22"])
      world.reset()
      #expect(world.timetable() == [])
    }
    // It is within reach, and does not want it: no Update changes that.
    world.request(.post, "/1/0/8")
    world.answer(.changed)
    #expect(world.timetable().last == "0 [updated 204]")
    world.watch()
    world.acknowledge()
    #expect(world.timetable().last == "0 [notificationDelivered 7]")
    // What was acknowledged shows that it is well: the next Reset counts again.
    world.report(23, ack: 8)
    world.reset()
    #expect(world.timetable() == ["0 CON 205 23", "0 Register"])
  }

  @Test(
    "RFC 7641 4.5: flying → sent: no answer; registered → registering: what is stored has no observer"
  )
  func silent() {
    let world = observedWorld()
    world.report(22, ack: 7)
    world.advance(to: 62_000)
    let lines = world.timetable()
    #expect(lines.first == "0 CON 205 22")
    #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasSuffix("CON 205 22 again") })
    #expect(lines.last == "62000 Register")
    world.accept()
    #expect(world.timetable() == ["62000 [registered 201]"])
    world.watch()
    #expect(acknowledgeAll(world) == ["205 22", "CON 205 22", "[notificationDelivered 7]"])
  }

  @Test("A server that never acknowledges causes one registration, not one after the other")
  func deaf() {
    let world = observedWorld()
    world.report(22, ack: 7)
    world.advance(to: 62_000)
    world.accept()
    world.watch()
    _ = world.timetable()
    world.advance(to: 1_000_000)
    let lines = world.timetable()
    #expect(lines.count == 4)
    #expect(lines.allSatisfy { $0.hasSuffix("CON 205 22 again") })
    #expect(world.engine.standing == .registered)
  }

  @Test("D 12, RFC 7641 4.5: what found no answer twice is not left without an observer for ever")
  func deafForAWhile() {
    let world = observedWorld()
    world.report(22, ack: 7)
    world.advance(to: 62_000)
    world.accept()
    world.watch()
    world.advance(to: 1_000_000)
    _ = world.timetable()
    // An answered Update shows that the server is within reach.
    world.request(.post, "/1/0/8")
    world.answer(.changed)
    #expect(Array(world.timetable().suffix(2)) == ["1000000 [updated 204]", "1000000 Register"])
    world.accept()
    world.watch()
    #expect(acknowledgeAll(world).last == "[notificationDelivered 7]")
    world.request(.post, "/1/0/8")
    world.answer(.changed)
    #expect(world.timetable().last == "1000000 [updated 204]")
  }

  @Test("flying → sent: the link or the registration goes; sent → flying: observed again")
  func interrupted() {
    let world = observedWorld()
    world.report(22, ack: 7)
    breakLink(world)
    world.report(23, ack: 8)
    reconnect(world)
    world.watch()
    #expect(
      acknowledgeAll(world) == [
        "205 23", "CON 205 22", "[notificationDelivered 7]", "CON 205 23",
        "[notificationDelivered 8]",
      ])
  }

  @Test("flying → sent: Observe 0 again; it starts again with the new token")
  func observedAgain() {
    let world = observedWorld()
    world.report(22, ack: 7)
    _ = world.timetable()
    world.lawGaveUp()
    world.watch(token: [9])
    #expect(world.timetable() == ["0 205 22", "0 CON 205 22"])
    #expect(world.sent.last?.token == [9])
    world.acknowledge()
    #expect(world.timetable() == ["0 [notificationDelivered 7]"])
  }

  @Test("The closest observer gets it, with the stored value among the live ones")
  func closest() throws {
    let world = observedWorld()
    world.add(Path(3303, 0, 5701), .integer, .integer(1))
    world.watch("/3303/0", token: [5])
    world.watch("/3303", token: [6])
    breakLink(world)
    world.report(22, ack: 1)
    world.report(23, ack: 2)
    reconnect(world)
    world.watch("/3303/0", token: [5])
    let first = try #require(world.sent.last)
    #expect(first.token == [5])
    #expect(first.type == .confirmable)
    // 22 as a float of four bytes, and what 5701 is now.
    #expect(first.payload == [0xE4, 0x16, 0x44, 0x41, 0xB0, 0, 0, 0xE1, 0x16, 0x45, 1])
    // The resource's own observer comes: the next goes there.
    world.watch(token: [4])
    _ = world.timetable()
    world.deliver(Datagram(.acknowledgement, .empty, id: first.id))
    #expect(world.timetable() == ["0 [notificationDelivered 1]", "0 CON 205 23"])
    #expect(world.sent.last?.token == [4])
  }

  @Test("What nobody observes waits, and keeps back nothing behind it")
  func unobserved() {
    let world = observedWorld()
    world.add(Path(3303, 0, 5701), .integer, .integer(1))
    _ = world.timetable()
    #expect(world.notify(Path(3303, 0, 5701), ack: 1) == nil)
    #expect(world.report(22, ack: 2) == nil)
    #expect(acknowledgeAll(world) == ["CON 205 22", "[notificationDelivered 2]"])
    world.watch("/3303/0/5701", token: [5])
    #expect(acknowledgeAll(world) == ["205 1", "CON 205 1", "[notificationDelivered 1]"])
  }

  @Test("RFC 7641 4.4: no notification of now overtakes a stored one of then")
  func order() {
    let world = observedWorld()
    world.report(22, ack: 1)
    world.report(23, ack: 2)
    world.report(24)
    #expect(world.timetable() == ["0 CON 205 22"])
    world.acknowledge()
    #expect(world.timetable() == ["0 [notificationDelivered 1]", "0 CON 205 23"])
    world.acknowledge()
    #expect(world.timetable() == ["0 [notificationDelivered 2]", "0 205 24"])
  }

  @Test("LwM2M 1.0 5.1.2: pmin holds for what is stored, thresholds do not")
  func spaced() {
    let world = observedWorld(attributes: ["pmin=10", "gt=100"])
    world.report(22, ack: 1)
    world.report(23, ack: 2)
    #expect(world.timetable() == [])
    world.advance(to: 10_000)
    #expect(world.timetable() == ["10000 CON 205 22"])
    world.acknowledge()
    world.advance(to: 20_000)
    #expect(world.timetable() == ["10000 [notificationDelivered 1]", "20000 CON 205 23"])
  }
}
