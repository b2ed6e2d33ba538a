import Foundation
import Fuzzing
import Testing

@Suite("Fuzzing: the engine")
struct EngineStateTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("corpora/engine")

  @Test("the committed programs reach every state there is")
  func states() throws {
    var inputs: [EngineState: Int] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: EngineStateTests.corpus.path) {
      let bytes = [UInt8](
        try Data(contentsOf: EngineStateTests.corpus.appendingPathComponent(name)))
      for state in try FuzzTarget.statesOfEngine(bytes.span) { inputs[state, default: 0] += 1 }
    }
    for state in EngineState.allCases {
      print("fuzz engine: \(inputs[state] ?? 0) inputs reach \(state)")
      #expect(inputs[state] != nil, "\(state)")
    }
  }
}
