import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

@Suite struct DamagedDatagramTests {
  @Test(arguments: [UInt64](1...4))
  func damagedDatagramsLeaveTheServerAbleToRegister(seed: UInt64) {
    var bench = Bench()
    _ = bench.prepare()
    var random = RandomNumbers(seed: seed)
    let token = bench.token(of: Path(3303, 0))
    for round in 0..<1500 {
      var message = bench.notification(token, sequence: UInt32(round))
      switch round % 3 {
      case 0:
        message = bench.request(
          .post, ["rd"], query: ["ep=\(round % 7);1", "lt=60"], payload: Bench.objects)
      case 1: message = bench.request(.post, ["rd", "867725030106226"], payload: "</3303/0>")
      default: break
      }
      let bytes = damaged(message, &random)
      bench.server.handle(datagram: bytes, from: bench.peer, now: bench.now)
      _ = bench.collect()
      _ = bench.pass(50)
    }
    bench.peer = Peer(host: .ipv4(0x7F00_0001), port: 50_000)
    #expect(bench.register("last").first?.code == .created)
  }

  @Test(arguments: [UInt64](1...4))
  func damagedDatagramsLeaveTheBootstrapServerAbleToBootstrap(seed: UInt64) {
    var bench = BootstrapBench(.lwm2m)
    var random = RandomNumbers(seed: seed)
    var order: Message?
    for round in 0..<1500 {
      var message = bench.request(round % 5 == 0 ? Bench.endpoint : "\(round % 7);1")
      if round % 3 > 0, let order {
        message = Message(
          type: .acknowledgement, code: .changed, id: order.id, token: order.token)
      }
      let bytes = damaged(message, &random)
      bench.server.handle(datagram: bytes, from: bench.peer, now: bench.now)
      order = bench.collect().last { $0.type == .confirmable } ?? order
      bench.now = bench.now + Milliseconds(50)
      bench.server.handleTimeout(now: bench.now)
      _ = bench.collect()
    }
    bench.server.restart()
    #expect(bench.run().last == "POST /bs")
  }

  /// Some bytes are others, some are missing at the end.
  private func damaged(_ message: Message, _ random: inout RandomNumbers) -> [UInt8] {
    var bytes = message.encoded()
    for _ in 0...Int.random(in: 0..<4, using: &random) {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      bytes[index] = UInt8.random(in: .min ... .max, using: &random)
    }
    bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 8)
    return bytes
  }
}
