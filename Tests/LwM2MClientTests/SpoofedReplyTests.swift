import CoAPExchange
import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

private let strangers = [
  PeerAddress(family: 4, high: 0x7F00_0002, low: 0, port: 5683),
  PeerAddress(family: 4, high: 0x7F00_0001, low: 0, port: 5684),
  PeerAddress(family: 4, high: 0x7F00_0001, low: 1, port: 5683),
  PeerAddress(family: 6, high: 0x7F00_0001, low: 0, port: 5683),
]

/// A device that waits for the answer to an Update, and one that waits for that to a report.
private func waiting(forReport: Bool) throws -> (ServedDevice, Datagram) {
  let device = ServedDevice([.one(Path(3311, 0, 5851), .integer, .integer(10))])
  device.observe("/3311/0/5851", token: [1])
  let sent =
    forReport
    ? device.notify(Path(3311, 0, 5851), ack: 5) : device.deliver(device.request(.post, "/1/0/8"))
  return (device, try #require(sent.last))
}

@Suite struct SpoofedReplyTests {
  @Test(
    "4.1 RFC 7252 5.3.2, C Leshan 2, C Anjay 3: what comes from elsewhere is heard, counted and dropped, and gets no answer",
    arguments: strangers, [true, false])
  func answers(stranger: PeerAddress, forReport: Bool) throws {
    let (device, message) = try waiting(forReport: forReport)
    let forged = [
      Datagram(.acknowledgement, .empty, id: message.id), Datagram(.reset, .empty, id: message.id),
      Datagram(.acknowledgement, .notFound, id: message.id, token: message.token),
      Datagram(.acknowledgement, .changed, id: message.id, token: message.token),
      Datagram(.confirmable, .changed, id: 77, token: message.token),
      Datagram(.nonConfirmable, .notFound, id: 78, token: message.token),
      Datagram(.confirmable, .empty, id: 79), device.request(.get, "/3311/0/5851"),
      device.request(.get, "/3311/0/5851", [.observe(1)], token: [1]),
      device.request(.put, "/3311/0/5851", [.format(0)], payload: [0x39]),
    ]
    for datagram in forged { #expect(device.deliver(datagram.bytes, from: stranger).isEmpty) }
    #expect(device.dropped(.source) == UInt32(forged.count))
    #expect(device.takeEvents() == [] && device.stored == [])
    #expect(device.occupancy.observations == 1)
    #expect(device.pass(3000).map(\.sent) == [message], "it still waits")
    let answer =
      forReport
      ? Datagram(.acknowledgement, .empty, id: message.id)
      : Datagram(.acknowledgement, .changed, id: message.id, token: message.token)
    device.deliver(answer)
    #expect(device.takeEvents() == [forReport ? [26, 5] : [11, 0]])
  }
}
