import Testing

@testable import CoAPWire

@Suite struct ContentFormatTests {
  @Test("RFC 7252 12.3 and LwM2M 1.0 6.4: the formats have their registered numbers")
  func registeredNumbers() {
    let formats: [ContentFormat] = [.text, .linkFormat, .opaque, .tlv, .oldTLV]
    #expect(formats.map(\.rawValue) == [0, 40, 42, 11542, 1542])
  }
}
