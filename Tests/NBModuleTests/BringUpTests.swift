import NBIoTBytes
import Testing

@testable import NBModule

@Suite struct BringUpTests {
  @Test("M5310 1: AT is answered by OK")
  func alive() {
    let now = Instant(milliseconds: 0)
    var module = NBModule(seed: 1, now: now)
    module.handle(Array("AT\r".utf8), now: now)
    let said = module.transmit(now: now)
    #expect(said == Array("\r\nOK\r\n".utf8))
  }
}
