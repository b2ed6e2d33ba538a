import CShims
import CoAPExchange
import Testing

@Suite struct PlatformTests {
  @Test("an address of the hooks is an address of the core, byte for byte")
  func layout() {
    #expect(MemoryLayout<PeerAddress>.size == MemoryLayout<nbiot_address_t>.size)
    #expect(MemoryLayout<PeerAddress>.alignment >= MemoryLayout<nbiot_address_t>.alignment)
    var address = nbiot_address_t()
    address.family = UInt8(NBIOT_FAMILY_IPV6)
    address.reserved = 1
    address.port = 5684
    address.bytes = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
    let peer = unsafe unsafeBitCast(address, to: PeerAddress.self)
    #expect(
      peer
        == PeerAddress(
          family: 6, high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10, port: 5684))
  }
}
