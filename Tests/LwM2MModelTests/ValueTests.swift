import Testing

@testable import LwM2MModel

@Suite struct ValueTests {
  @Test("Types are numbered as in the AT command sets: 1 string ... 6 hexadecimal string")
  func numbering() {
    let types: [ValueType] = [.string, .opaque, .integer, .float, .boolean, .hexString]
    #expect(types.map(\.rawValue) == [1, 2, 3, 4, 5, 6])
    for raw in UInt8.min...UInt8.max {
      #expect((ValueType(rawValue: raw) != nil) == (1...6).contains(raw))
    }
  }

  @Test("LwM2M 1.0 5.1.2: only integers and floats are compared with thresholds")
  func numericTypes() {
    let numeric = (UInt8(1)...6).filter { ValueType(rawValue: $0)?.isNumeric == true }
    #expect(numeric == [3, 4])
  }

  @Test("Strings, opaque and hexadecimal values live in buffers")
  func bufferTypes() {
    let buffers = (UInt8(1)...6).filter { ValueType(rawValue: $0)?.isBuffer == true }
    #expect(buffers == [1, 2, 6])
  }
}
