import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let action = Path(3311, 0, 5605)
private let dimmer = Path(3311, 0, 5851)

private func device(
  _ profile: Profile = .standard, _ consultation: Consultation = Consultation(executes: true)
) -> ServedDevice {
  ServedDevice(
    [.action(action), .one(dimmer, .integer, .integer(10))], profile: profile,
    consultation: consultation)
}

@Suite struct ExecuteTests {
  @Test("Execute hands the arguments over", arguments: ["", "5", "2='10.3'", "7,0='https://x'"])
  func arguments(text: String) {
    let device = device()
    let answer = device.ask(.post, "/3311/0/5605", payload: Array(text.utf8))
    #expect(answer.code == .changed)
    #expect(answer.payload.isEmpty)
    #expect(device.takeConversation() == ["execute /3311/0/5605 \(text)"])
  }

  @Test(
    "Arguments against the grammar are 4.00, but OneNET's are anything", arguments: ["x", "12"])
  func malformedArguments(text: String) {
    let standard = device()
    #expect(
      standard.ask(.post, "/3311/0/5605", payload: Array(text.utf8)).code == .badRequest)
    #expect(standard.takeConversation() == [])
    let onenet = device(.onenet)
    #expect(onenet.ask(.post, "/3311/0/5605", payload: Array(text.utf8)).code == .changed)
    #expect(onenet.takeConversation() == ["execute /3311/0/5605 \(text)"])
  }

  @Test("What cannot be executed is 4.05, what is not there 4.04")
  func notExecutable() {
    let device = device()
    #expect(device.ask(.post, "/3311/0/5851").code == .methodNotAllowed)
    #expect(device.ask(.post, "/3/0/0").code == .methodNotAllowed)
    // Nobody said how to reboot.
    #expect(device.ask(.post, "/3/0/4").code == .notFound)
    #expect(device.ask(.post, "/3311/0/5").code == .notFound)
    #expect(device.takeConversation() == [])
    let deaf = ServedDevice([.action(action)])
    #expect(deaf.ask(.post, "/3311/0/5605").code == .methodNotAllowed)
  }

  @Test("Arguments are text")
  func contentFormat() {
    let device = device()
    let text = device.ask(.post, "/3311/0/5605", [.format(0)], payload: [0x35])
    #expect(text.code == .changed)
    let octets = device.ask(.post, "/3311/0/5605", [.format(42)], payload: [0x35])
    #expect(octets.code == .unsupportedContentFormat)
    #expect(device.takeConversation().count == 1)
  }

  @Test("The application may refuse")
  func refused() {
    let device = device()
    device.verdict = { _ in .refused(.forbidden) }
    #expect(device.ask(.post, "/3311/0/5605").code == .forbidden)
  }

  @Test("int-241: Reboot is answered before it happens")
  func reboot() {
    let device = device(.standard, Consultation(reboots: true))
    let answer = device.ask(.post, "/3/0/4")
    #expect(answer.code == .changed)
    #expect(device.takeEvents() == [[0, 0]])
    #expect(device.takeConversation() == [])
  }

  @Test("int-104, int-556: the Update Trigger leads to an Update without parameters")
  func updateTrigger() {
    let device = device()
    let sent = device.deliver(device.request(.post, "/1/0/8"))
    #expect(sent.map(\.code) == [.changed, .post])
    #expect(sent.last?.options == Datagram.Field.path("/rd"))
    #expect(sent.last?.payload == [])
  }
}

@Suite struct DuplicatesTests {
  private func full() -> ServedDevice {
    device(.standard, Consultation(beforeWrite: true, executes: true))
  }

  @Test(
    "4.1 RFC 7252 4.5: Execute and Write happen once however often they arrive, and are answered each time",
    arguments: [MessageType.confirmable, .nonConfirmable])
  func once(type: MessageType) {
    let device = full()
    for message in [
      device.request(.post, "/3311/0/5605", type: type),
      device.request(.put, "/3311/0/5851", [.format(0)], type: type, payload: [0x39]),
      device.request(.post, "/3311/0", type: type, payload: [0xE1, 0x16, 0xDB, 9]),
    ] {
      for _ in 0..<5 {
        let answers = device.deliver(message)
        #expect(answers.map(\.code) == [.changed])
        #expect(answers.first?.token == message.token)
        device.pass(40_000)
      }
    }
    #expect(
      device.takeConversation()
        == ["execute /3311/0/5605 ", "write /3311/0/5851", "write /3311/0/5851"])
    #expect(device.statistics[.duplicates] == 12)
    #expect(device.statistics[.requests] == 3)
  }

  @Test(
    "4.1 RFC 7252 4.5: a duplicate of what was refused is refused the same way, without a question")
  func refusedOnce() {
    let device = full()
    device.verdict = { _ in .refused(.forbidden) }
    let message = device.request(.post, "/3311/0/5605")
    #expect(device.deliver(message).map(\.code) == [.forbidden])
    device.verdict = { _ in .agreed }
    #expect(device.deliver(message).map(\.code) == [.forbidden])
    for (code, path, answer) in [
      (Code.post, "/3311/0/9", Code.notFound), (.delete, "/3311/0", .methodNotAllowed),
      (.put, "/0/0/0", .unauthorized),
    ] {
      let message = device.request(code, path)
      #expect(device.deliver(message) == device.deliver(message))
      #expect(device.deliver(message).map(\.code) == [answer])
    }
    #expect(device.takeConversation() == ["execute /3311/0/5605 "])
  }

  @Test("Write-Attributes twice is Write-Attributes once")
  func attributes() {
    let device = full()
    let message = device.request(.put, "/3311/0/5851", [.query("pmin=5")])
    #expect(device.deliver(message).map(\.code) == [.changed])
    #expect(device.attributes("/3311/0/5851", "pmin") == 204)
    #expect(device.deliver(message).map(\.code) == [.changed])
    #expect(device.occupancy.attributes == 0)
  }

  @Test("A read is done anew, and takes one place however often it arrives")
  func readAgain() {
    let device = full()
    let message = device.request(.get, "/3311/0/5851")
    #expect(device.deliver(message).map(\.text) == ["10"])
    device.set(dimmer, .integer(11))
    for _ in 0..<4 { #expect(device.deliver(message).map(\.text) == ["11"]) }
    #expect(device.occupancy.duplicates == 1)
  }

  @Test("An Observe that arrives twice makes one observation, with growing numbers")
  func observeAgain() {
    let device = full()
    let message = device.request(.get, "/3311/0/5851", [.observe(0)], token: [1])
    let first = device.deliver(message).first?.observe
    let second = device.deliver(message).first?.observe
    #expect(first != nil && second != nil && first! < second!)
    #expect(device.occupancy.observations == 1)
  }

  @Test(
    "4.1 RFC 7252 4.5: the same message ID with another token, or after 247 s, is another request")
  func another() {
    let device = full()
    var message = device.request(.post, "/3311/0/5605", token: [1])
    device.deliver(message)
    message.token = [2]
    device.deliver(message)
    #expect(device.takeConversation().count == 2)
    device.pass(246_999)
    device.deliver(message)
    #expect(device.takeConversation().count == 0)
    device.pass(1025)
    device.deliver(message)
    #expect(device.takeConversation().count == 1)
  }

  @Test(
    "4.1 RFC 7252 4.5: when all places for what must not be done twice are taken, it is not done: 5.03 for a while"
  )
  func tableFull() {
    let device = full()
    var messages: [Datagram] = []
    for _ in 0..<6 {
      messages.append(device.request(.post, "/3311/0/5605"))
      #expect(device.deliver(messages.last!).map(\.code) == [.changed])
      device.pass(2000)
    }
    #expect(device.takeConversation().count == 6)
    let refused = device.ask(.post, "/3311/0/5605")
    #expect(refused.code == .serviceUnavailable)
    #expect(refused.maxAge == 30)
    #expect(device.takeConversation().count == 0)
    #expect(device.statistics[.duplicateSlots].refused == 1)
    // Reads go on, and push out nothing that is pinned.
    for _ in 0..<20 { #expect(device.get("/3311/0/5851").code == .content) }
    for message in messages { #expect(device.deliver(message).map(\.code) == [.changed]) }
    #expect(device.takeConversation().count == 0)
    device.pass(234_999)
    #expect(device.ask(.post, "/3311/0/5605").code == .serviceUnavailable)
    device.pass(1025)
    #expect(device.ask(.post, "/3311/0/5605").code == .changed)
    #expect(device.ask(.post, "/3311/0/5605").code == .serviceUnavailable)
    #expect(device.takeConversation().count == 1)
  }

  @Test("Replacing twice is replacing once, so a Write needs no place")
  func writeWithoutPlace() {
    let device = full()
    for _ in 0..<6 { device.ask(.post, "/3311/0/5605") }
    #expect(device.put("/3311/0/5851", text: "3").code == .changed)
    #expect(device.value(dimmer) == .integer(3))
  }
}
