import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

private let sensors = (0..<4).map { Path(3303, UInt16($0), 5700) }

/// A server that is late with everything, and notes how many confirmable messages are open at a time.
private final class SlowServer {
  let device: ServedDevice
  /// What the device waits for, by message ID.
  private var open: [UInt16: Datagram] = [:]
  /// A request whose acknowledgement has come, and whose response has not.
  private var acknowledged: [UInt16: Datagram] = [:]
  private(set) var most = 0
  private(set) var done = 0
  private var dice: SeededGenerator

  init(_ device: ServedDevice, seed: UInt64) {
    self.device = device
    dice = SeededGenerator(seed: seed)
  }

  var waiting: Int { open.count + acknowledged.count }

  func roll(_ sides: UInt64) -> UInt64 { dice.next() % sides }

  func take(_ sent: [Datagram]) {
    for datagram in sent where datagram.type == .confirmable { open[datagram.id] = datagram }
    most = max(most, waiting)
  }

  /// Time passes, in which the device may give up or send the same anew.
  func pass(_ milliseconds: UInt64) {
    for (_, datagram) in device.pass(milliseconds) where datagram.type == .confirmable {
      // Something new in the place of what was there: another content, or the last was given up.
      if open[datagram.id] == nil { (open, acknowledged) = ([:], [:]) }
      take([datagram])
    }
  }

  /// One message is answered, in one step or in two.
  func answer() {
    if let (id, datagram) = acknowledged.first {
      acknowledged[id] = nil
      done += 1
      return take(
        device.deliver(Datagram(.nonConfirmable, .changed, id: id, token: datagram.token)))
    }
    guard let (id, datagram) = open.first else { return }
    open[id] = nil
    if datagram.code.isRequest, roll(2) == 0 {
      acknowledged[id] = datagram
      return take(device.acknowledge(datagram))
    }
    done += 1
    guard datagram.code.isRequest else { return take(device.acknowledge(datagram)) }
    take(
      device.deliver(Datagram(.acknowledgement, .changed, id: id, token: datagram.token)))
  }
}

@Suite struct OneInteractionTests {
  private func device() -> ServedDevice {
    let device = ServedDevice(
      sensors.map { .one($0, .float, .float(1)) },
      consultation: Consultation(beforeRead: true, mayDefer: true), duplicates: 64,
      notifications: 8, lifetime: Lifetime.maximum)
    for (index, path) in sensors.enumerated() {
      device.observe("/\(path.object)/\(path.instance)/5700", token: [UInt8(index)])
    }
    return device
  }

  @Test("4.1 RFC 7252 4.7: when all there is wants to leave at once, one message at a time does")
  func atOnce() throws {
    let device = device()
    let server = SlowServer(device, seed: 7252)
    // Half a day later each observer is owed a confirmable notification.
    device.pass(13 * 3_600_000)
    device.verdict = { _ in .pending }
    for _ in 0..<2 { server.take(device.deliver(device.request(.get, "/3303/0/5700"))) }
    device.pass(1500)
    device.verdict = { _ in .agreed }
    for handle in device.handles.suffix(2) { server.take(device.respond(handle) ?? []) }
    for (index, path) in sensors.enumerated() {
      server.take(device.notify(path, ack: UInt16(index + 1)))
    }
    for (index, path) in sensors.enumerated() {
      server.take(device.change(path, .float(Double(index))))
    }
    server.take(device.deliver(device.request(.post, "/1/0/8")))
    var turns = 0
    while server.waiting > 0, turns < 100 {
      server.pass(500)
      server.answer()
      turns += 1
    }
    #expect(server.most == 1)
    // Two separate responses, four reports and an Update; and what the observers are owed besides.
    #expect(server.done >= 7)
    #expect(device.occupancy.reports == 0 && device.occupancy.deferred == 0)
    #expect(device.occupancy.observations == 4)
  }

  @Test(
    "4.1 RFC 7252 4.7, 4.1 RFC 7641 4.5.1: whatever happens, in whatever order, one message at a time",
    arguments: 1...8 as ClosedRange<UInt64>)
  func anyOrder(seed: UInt64) {
    let device = device()
    let server = SlowServer(device, seed: seed)
    for _ in 0..<2000 {
      let path = sensors[Int(server.roll(4))]
      switch server.roll(12) {
      case 0...2: server.answer()
      case 3: server.take(device.change(path, .float(Double(server.roll(100)))))
      case 4:
        if device.notifyError(path, ack: UInt16(1 + server.roll(20))) == nil {
          server.take(device.settle())
        }
      case 5: server.take(device.deliver(device.request(.post, "/1/0/8")))
      case 6:
        device.verdict = { _ in .pending }
        server.take(device.deliver(device.request(.get, "/3303/0/5700")))
        device.verdict = { _ in .agreed }
      case 7: if let handle = device.handles.last { server.take(device.respond(handle) ?? []) }
      case 8:
        server.take(
          device.deliver(
            device.request(
              .get, "/3303/\(path.instance)/5700", [.observe(0)], token: [UInt8(path.instance)])))
      default: server.pass(server.roll(3000))
      }
      device.pass(0)
    }
    #expect(server.most == 1)
    #expect(server.done > 100)
  }
}
