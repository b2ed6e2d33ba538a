import LwM2MModel
import NBIoTBytes
import Testing

@testable import LwM2MFormats

@Suite struct ReadEncoderTests {
  /// The device object of the example, LwM2M 1.0 section 6.4.3.
  private func device() -> ResourceFixture {
    var fixture = ResourceFixture()
    fixture.add(Path(3, 0, 0), .text("Open Mobile Alliance"))
    fixture.add(Path(3, 0, 1), .text("Lightweight M2M Client"))
    fixture.add(Path(3, 0, 2), .text("345000123"))
    fixture.add(Path(3, 0, 3), .text("1.0"))
    fixture.add(Path(3, 0, 4), .integer(0), access: .executable)
    fixture.addMultiple(Path(3, 0, 6), .integer, [(0, .integer(1)), (1, .integer(5))])
    fixture.addMultiple(Path(3, 0, 7), .integer, [(0, .integer(3800)), (1, .integer(5000))])
    fixture.addMultiple(Path(3, 0, 8), .integer, [(0, .integer(125)), (1, .integer(900))])
    fixture.add(Path(3, 0, 9), .integer(100), access: .readable | .builtIn)
    fixture.add(Path(3, 0, 10), .integer(15))
    fixture.addMultiple(Path(3, 0, 11), .integer, [(0, .integer(0))])
    fixture.add(Path(3, 0, 13), .integer(1_367_491_215))
    fixture.add(Path(3, 0, 14), .text("+02:00"))
    fixture.add(Path(3, 0, 16), .text("U"))
    return fixture
  }

  private let deviceTLV = hex(
    """
    C8 00 14 4F 70 65 6E 20 4D 6F 62 69 6C 65 20 41 6C 6C 69 61 6E 63 65
    C8 01 16 4C 69 67 68 74 77 65 69 67 68 74 20 4D 32 4D 20 43 6C 69 65 6E 74
    C8 02 09 33 34 35 30 30 30 31 32 33
    C3 03 31 2E 30
    86 06 41 00 01 41 01 05
    88 07 08 42 00 0E D8 42 01 13 88
    87 08 41 00 7D 42 01 03 84
    C1 09 64
    C1 0A 0F
    83 0B 41 00 00
    C4 0D 51 82 42 8F
    C6 0E 2B 30 32 3A 30 30
    C1 10 55
    """)

  @Test func lwm2m643DeviceInstanceGivesItsResources() {
    #expect(deviceTLV.count == 121)
    #expect(device().read(Path(3, 0)) == deviceTLV)
  }

  @Test func lwm2m643DeviceObjectWrapsThemInAnInstance() {
    #expect(device().read(Path(3)) == hex("08 00 79") + deviceTLV)
  }

  @Test func lwm2m643ResourceGivesItsOwnTLV() {
    #expect(device().read(Path(3, 0, 9)) == hex("C1 09 64"))
    #expect(device().read(Path(3, 0, 7)) == hex("88 07 08 42 00 0E D8 42 01 13 88"))
    #expect(device().read(Path(3, 0, 4)) == [])
  }

  @Test func lwm2m643AccessControlObjectGivesItsInstances() {
    var fixture = ResourceFixture()
    fixture.add(Path(2, 0, 0), .integer(1))
    fixture.add(Path(2, 0, 1), .integer(0))
    fixture.addMultiple(Path(2, 0, 2), .integer, [(127, .integer(7))])
    fixture.add(Path(2, 0, 3), .integer(127))
    fixture.add(Path(2, 2, 0), .integer(3))
    fixture.add(Path(2, 2, 1), .integer(0))
    fixture.addMultiple(Path(2, 2, 2), .integer, [(127, .integer(7)), (310, .integer(1))])
    fixture.add(Path(2, 2, 3), .integer(127))
    #expect(
      fixture.read(Path(2))
        == hex(
          """
          08 00 0E C1 00 01 C1 01 00 83 02 41 7F 07 C1 03 7F
          08 02 12 C1 00 03 C1 01 00 87 02 41 7F 07 61 01 36 01 C1 03 7F
          """))
  }

  /// The published text shows only the first byte of the string.
  @Test func onenetSPEC2ExampleOfAnObjectInstance() {
    var fixture = ResourceFixture()
    fixture.add(Path(3308, 0, 1), .boolean(true))
    fixture.add(Path(3308, 0, 2), .number(1))
    fixture.add(Path(3308, 0, 3), .integer(1))
    fixture.add(Path(3308, 0, 4), .text("TLV-1"))
    #expect(
      fixture.read(Path(3308))
        == hex("08 00 13 C1 01 01 C4 02 3F 80 00 00 C1 03 01 C5 04 54 4C 56 2D 31"))
  }

  @Test func anEmptyMultipleResourceHasNoLength() {
    var fixture = ResourceFixture()
    fixture.addMultiple(Path(3, 0, 6), .integer, [])
    fixture.addMultiple(Path(3, 0, 300), .string, [])
    #expect(fixture.read(Path(3, 0)) == hex("80 06 A0 01 2C"))
  }

  @Test func aMultipleResourceInsideAnInstanceInsideALongObject() {
    var fixture = ResourceFixture()
    let long = [UInt8](repeating: 0x61, count: 300)
    fixture.addMultiple(Path(9, 1, 6), .opaque, [(0, .opaque(long)), (1, .opaque([]))])
    fixture.add(Path(9, 400, 0), .boolean(false))
    let resource = hex("50 00 01 2C") + long + hex("40 01")
    let instance = hex("90 06 01 32") + resource
    #expect(
      fixture.read(Path(9))
        == hex("10 01 01 36") + instance + hex("23 01 90 C1 00 00"))
  }

  @Test func anInstanceWithoutAnythingReadableIsEmpty() {
    var fixture = ResourceFixture()
    fixture.add(Path(9, 0, 1), .integer(1), access: .writable)
    #expect(fixture.read(Path(9)) == hex("00 00"))
    #expect(fixture.read(Path(9, 0)) == [])
    #expect(fixture.read(Path(8)) == [])
  }

  @Test func aValueThatCannotBeEncodedRefusesTheWholeRead() {
    var fixture = device()
    fixture.add(Path(3, 0, 20), .digits("313"))
    fixture.addMultiple(Path(3, 0, 21), .hexString, [(0, .digits("3Z"))])
    #expect(fixture.read(Path(3)) == nil)
    #expect(fixture.read(Path(3, 0)) == nil)
    #expect(fixture.read(Path(3, 0, 20)) == nil)
    #expect(fixture.read(Path(3, 0, 21)) == nil)
    #expect(fixture.read(Path(3, 0, 9)) != nil)
  }

  @Test func everyLackOfRoomIsAnOverflowAndNothingElse() {
    let fixture = device()
    for capacity in 0..<124 {
      #expect(fixture.read(Path(3), into: capacity) == nil)
    }
    #expect(fixture.read(Path(3), into: 124)?.count == 124)
  }
}
