import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

/// The two ends of a transfer against each other.
@Suite struct BlockwisePairTests {
  private let peer = Peer(host: .ipv4(0x7F00_0001), port: 40_000)

  /// Sends `body` in blocks of `sent` to a side that asks for blocks of `taken`.
  private func arrived(_ body: [UInt8], sent: UInt8, taken: UInt8) throws -> [UInt8]? {
    var sizes = BlockSizes()
    sizes.taken = taken
    sizes.limit = body.count
    guard var upload = BlockwiseUpload(body, exponent: sent) else { return body }
    var assemblies = BodyAssemblies()
    for id in 0..<UInt16(body.count) {
      var message = Message(type: .confirmable, code: .post, id: id)
      upload.shape(&message)
      var answer = Message(type: .acknowledgement, code: .continue, id: id)
      switch try assemblies.take(message, from: peer, sizes, now: Instant(milliseconds: 0)) {
      case .whole(let bytes): return bytes
      case .more(_, _, let reply): answer.add(.block1, unsigned: reply.rawValue)
      }
      guard case .proceed = upload.take(answer) else { return nil }
    }
    return nil
  }

  @Test(
    "RFC 7959 2.3, 2.5: what leaves in blocks comes together as it was, whatever the sizes",
    arguments: [17, 31, 32, 33, 100, 1023, 1024, 1025, 2047, 4096, 5000])
  func everySize(count: Int) throws {
    let body = Bench.body(count)
    for sent in 0...BlockOption.maximumExponent {
      for taken in 0...BlockOption.maximumExponent {
        #expect(try arrived(body, sent: sent, taken: taken) == body, "\(sent) \(taken)")
      }
    }
  }
}
