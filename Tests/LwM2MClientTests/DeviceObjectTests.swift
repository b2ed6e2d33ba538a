import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

@Suite("The Device object")
struct DeviceObjectTests {
  private func device(_ consultation: Consultation = Consultation()) -> ServedDevice {
    ServedDevice([], consultation: consultation)
  }

  @Test("int-656, LwM2M 1.0 E.4: Factory Reset is answered before it happens")
  func factoryReset() {
    let device = device(Consultation(resets: true))
    #expect(device.ask(.post, "/3/0/5").code == .changed)
    #expect(device.takeEvents() == [[255, 0]])
    #expect(device.get("/3/0", [.accept(40)]).text.contains("</3/0/5>"))
  }

  @Test("int-656, LwM2M 1.0 E.4: Factory Reset is not there when nobody does it")
  func noFactoryReset() {
    let device = device()
    #expect(device.ask(.post, "/3/0/5").code == .notFound)
    #expect(!device.get("/3/0", [.accept(40)]).text.contains("</3/0/5>"))
  }

  @Test(
    "int-657, E.4: Reset Error Code is executed, not read; without an error it changes nothing"
  )
  func errorReset() {
    let device = device()
    device.observe("/3/0/11", token: [3])
    #expect(device.get("/3/0/12").code == .methodNotAllowed)
    let sent = device.deliver(device.request(.post, "/3/0/12"))
    #expect(sent.map(\.code) == [.changed])
  }

  @Test("An order is not handed out before its answer has left, nor what is behind it")
  func order() {
    let world = World(consultation: Consultation(reboots: true))
    world.register()
    world.holdsEvents = true
    world.request(.post, "/3/0/4")
    let kinds = [false, true, true].map { hasAnswered in
      world.command { engine, _ in engine.nextEvent(hasAnswered: hasAnswered)?.kind }
    }
    #expect(kinds == [nil, .rebootRequested, nil])
  }
}
