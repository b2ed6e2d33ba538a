import CoAPExchange
import LwM2MClient
import LwM2MModel
import NBIoTBytes
import Testing

@testable import NBIoT

@Suite struct OwnValuesTests {
  private let configuration = EngineConfiguration(
    profile: .standard,
    parameters: TransmissionParameters(
      acknowledgementTimeout: Milliseconds(2000), maximumRetransmissions: 4), lifetime: 300,
    acknowledgementDelay: Milliseconds(1000), answerTimeout: Milliseconds(10_000),
    consultation: Consultation())

  @Test("LwM2M 1.0 E.2: the short server ID is 1, or what a bootstrap server wrote")
  func serverID() {
    var own = OwnValues(configuration)
    #expect(own.number(BuiltInSlot.serverID, at: 0) == 1)
    own.store(Value.integer(101), in: BuiltInSlot.serverID)
    #expect(own.number(BuiltInSlot.serverID, at: 0) == 101)
  }

  @Test("LwM2M 1.0 E.4: eight errors have room, each once; 0 ends all")
  func errors() {
    var own = OwnValues(configuration)
    #expect(own.errorCount == 1)
    for code in UInt8(1)...8 {
      let noting = [own.note(error: code), own.note(error: code)]
      #expect(noting == [.changed, .nothingNew])
      #expect(own.errorCount == Int(code))
      #expect(own.number(BuiltInSlot.errorCode, at: Int(code) - 1) == UInt32(code))
    }
    let more = [own.note(error: 9), own.note(error: 0), own.note(error: 0)]
    #expect(more == [.noRoom, .changed, .nothingNew])
    #expect(own.errorCount == 1)
    #expect(own.number(BuiltInSlot.errorCode, at: 0) == 0)
  }
}
