import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// A Portfolio (object 16) with instances 0 and 2, and an application that agrees to everything, or was never asked.
private func device(agrees: Bool = true) -> ServedDevice {
  ServedDevice(
    [
      .one(Path(16, 0, 0), .string, .text("a"), room: 16),
      .one(Path(16, 2, 0), .string, .text("b"), room: 16),
    ], consultation: Consultation(removes: agrees))
}

@Suite struct DeleteTests {
  @Test("int-1635, LwM2M 1.0 5.4.7: Delete takes the instance away, and the server is told")
  func delete() {
    let device = device()
    let sent = device.deliver(device.request(.delete, "/16/2"))
    #expect(sent.map(\.code) == [.deleted, .post])
    #expect(sent[1].text.contains("</16/0>") && !sent[1].text.contains("</16/2>"))
    #expect(device.takeConversation() == ["remove /16/2"])
    #expect(device.get("/16/2").code == .notFound)
    #expect(device.ask(.delete, "/16/2").code == .notFound)
    #expect(device.get("/16/0/0").text == "a")
    #expect(device.deliver(device.request(.delete, "/16/0")).first?.code == .deleted)
    #expect(device.get("/16").code == .notFound)
  }

  @Test("C Zephyr 4: what is no instance is not deleted, whatever is below or above it")
  func depth() {
    let device = device()
    for path in ["/16", "/16/0/0", "", "/3", "/3/0/0"] {
      #expect(device.ask(.delete, path).code == .methodNotAllowed)
    }
    for path in ["/17", "/16/1", "/16/0/1", "/16/0/0/0", "/", "/x"] {
      #expect(device.ask(.delete, path).code == .notFound)
    }
    #expect(device.takeConversation() == [])
    #expect(device.get("/16/0/0").text == "a")
  }

  @Test("int-685: the Device and Server objects stay, and the Security object is nobody's")
  func own() {
    let device = device()
    #expect(device.ask(.delete, "/3/0").code == .methodNotAllowed)
    #expect(device.ask(.delete, "/1/0").code == .methodNotAllowed)
    #expect(device.ask(.delete, "/0/0").code == .unauthorized)
    #expect(device.takeConversation() == [])
  }

  @Test("A refusal is the application's code, a deferral 5.00, and the instance stays")
  func refused() {
    for (verdict, code) in [
      (Verdict.refused(.forbidden), Code.forbidden), (.pending, .internalServerError),
    ] {
      let device = device()
      device.verdict = { _ in verdict }
      #expect(device.deliver(device.request(.delete, "/16/2")).map(\.code) == [code])
      #expect(device.get("/16/2/0").text == "b")
    }
    #expect(device(agrees: false).ask(.delete, "/16/2").code == .methodNotAllowed)
  }

  @Test("4.1 RFC 7252 4.5: a Delete that arrives twice is answered 2.02 twice and asked about once")
  func twice() {
    let device = device()
    let message = device.request(.delete, "/16/2")
    device.acknowledge(device.deliver(message)[1])
    #expect(device.deliver(message).map(\.code) == [.deleted])
    #expect(device.takeConversation() == ["remove /16/2"])
  }

  @Test("Observations of what is deleted end with 4.04, and the object's is told")
  func observed() {
    let device = device()
    device.observe("/16", token: [1])
    device.observe("/16/2", token: [2])
    device.observe("/16/2/0", token: [3])
    let sent = device.deliver(device.request(.delete, "/16/2"))
    #expect(Set(sent.filter { $0.code == .notFound }.map(\.token)) == [[2], [3]])
    #expect(sent.filter { $0.code == .content }.map(\.token) == [[1]])
    #expect(device.occupancy.observations == 1)
  }
}
