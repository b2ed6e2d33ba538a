import CoAPWire
import Fixtures
import NBIoTBytes
import Simulation

@testable import LwM2MClient

extension FuzzTarget {
  /// The answer to Register, its options as they are (RFC 7252 section 3.1): where the server has put the device is where
  /// De-register goes.
  static let location = FuzzTarget("location", maximumLength: 160) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    let world = World()
    world.connect()
    guard let register = world.sent.last else { throw Finding("no Register") }
    let head = [0x60 | UInt8(register.token.count), Code.created.rawValue]
    let id = [UInt8(register.id >> 8), UInt8(register.id & 0xFF)]
    let answer = head + id + register.token + input
    world.deliver(answer)
    guard world.engine.standing == .registered else { return }
    guard let message = PlainMessage(reference: answer) else {
      throw Finding("registered by what is no message: \(input)")
    }
    let segments = message.options.filter { $0.number == 8 }.map(\.value)
    world.deregister()
    guard let last = world.sent.last, last.code == .delete else {
      throw Finding("no De-register: \(input)")
    }
    let path = last.options.filter { $0.number == 11 }.map(\.value)
    try require(
      path == (segments.isEmpty ? [Array("rd".utf8)] : segments), "went elsewhere: \(path)")
  }
}
