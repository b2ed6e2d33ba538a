import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("Register")
struct RegisterTests {
  @Test("connecting → registering → registered: Register leaves at once, 2.01 registers (int-101)")
  func registers() {
    let world = World()
    world.connect()
    #expect(world.timetable() == ["0 [connected]", "0 Register"])
    world.advance(to: 1500)
    world.accept()
    #expect(world.timetable() == ["1500 [registered 201]"])
    #expect(world.engine.standing == .registered)
  }
}
