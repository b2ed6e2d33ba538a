import Fixtures
import NBIoTBytes
import PlatformAccess

extension FuzzTarget {
  /// The local server, which reads what comes from any device: a length in front of each datagram, 0 for a while without
  /// one. All it sends are messages, it sends no end of them to no one, and what is due is done.
  static let platform = FuzzTarget("platform", maximumLength: 700) { bytes throws(Finding) in
    let peer = Peer(host: .ipv4(0x7F00_0001), port: 50_000)
    var server = AccessServer(seed: 1)
    var now = Instant(milliseconds: 1000)
    var reader = ByteReader(bytes)
    while let length = reader.byte() {
      now = now + Milliseconds(700)
      let datagram = Array(copying: reader.rest.extracting(first: Int(length)))
      _ = reader.skip(datagram.count)
      if !datagram.isEmpty { server.handle(datagram: datagram, from: peer, now: now) }
      server.handleTimeout(now: now)
      try drain(&server)
      try require(server.deadline > now, "due, and nothing happens")
    }
  }

  private static func drain(_ server: inout AccessServer) throws(Finding) {
    var count = 0
    while let datagram = server.transmit() {
      count += 1
      try require(count < 100, "sends without end")
      try require(PlainMessage(reference: datagram.bytes) != nil, "sent: \(datagram.bytes)")
    }
    while server.nextEvent() != nil {}
  }
}
