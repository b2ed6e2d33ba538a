import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation

@testable import LwM2MClient

extension FuzzTarget {
  /// Orders of a bootstrap server, one after the other (LwM2M 1.0 section 5.2.7). Each is answered; one that is refused
  /// changes nothing; what is agreed to leaves an account that is consistent, and Discover lists it; only a usable one is
  /// finished.
  ///
  /// An order: which method and path, which format, the length of the payload, the payload.
  static let bootstrap = FuzzTarget("bootstrap", maximumLength: 512) { bytes throws(Finding) in
    guard bytes.count > 0 else { return }
    let server = BootstrapOrders(bytes[0])
    var reader = ByteReader(bytes.extracting(1...))
    while server.isListened, let what = reader.byte(), let format = reader.byte(),
      let length = reader.byte()
    {
      let payload = Array(copying: reader.rest.extracting(first: Int(length)))
      _ = reader.skip(payload.count)
      try server.order(what, format, payload)
    }
  }
}

/// A device that is being bootstrapped, and what its server may ask of it.
private final class BootstrapOrders {
  private let world: World
  private static let paths = [
    "/0", "/0/0", "/0/1", "/0/2", "/0/0/0", "/0/0/1", "/0/0/2", "/0/0/3", "/0/0/5", "/0/0/10",
    "/0/1/0", "/0/1/1", "/0/1/11", "/1", "/1/0", "/1/1", "/1/0/0", "/1/0/1", "/1/0/6", "/1/0/7",
    "", "/3/0", "/3303", "/0/65535", "/x", "/0/0/9", "/1/1/2", "/1/0/5", "/0/2/0",
  ]
  private static let formats = [nil, 0, 42, 1542, 11542, 40]

  init(_ kind: UInt8) {
    world = World(
      profile: kind & 1 == 0 ? .standard : .onenet, bootstrap: "coap://bs.example",
      secures: kind & 2 != 0)
    world.connect()
    world.answer(.changed)
  }

  var isListened: Bool { world.engine.standing == .bootstrapping }

  func order(_ what: UInt8, _ format: UInt8, _ payload: [UInt8]) throws(Finding) {
    let kind = Int(what) % (BootstrapOrders.paths.count + 3)
    let formats = BootstrapOrders.formats
    let named = formats[Int(format) % formats.count]
    switch kind {
    case 0: try finish()
    case 1: try requireListed()
    case 2:
      try change(.delete, BootstrapOrders.paths[Int(format) % BootstrapOrders.paths.count], nil, [])
    default: try change(.put, BootstrapOrders.paths[kind - 3], named, payload)
    }
    let faults = world.timetable().filter { $0.contains("fault") }
    try require(faults.isEmpty, faults.joined(separator: "; "))
  }

  private func change(
    _ method: Code, _ path: String, _ format: Int?, _ payload: [UInt8]
  ) throws(Finding) {
    let before = world.account(.staged)
    let active = world.account(.active)
    let code = try ask(method, path, format.map { [.format($0)] } ?? [], payload).code
    let after = world.account(.staged)
    if !code.isSuccess {
      try require(after == before, "\(code.decimal), and changed: \(method) \(path) \(payload)")
    }
    try require(world.account(.active) == active, "changed before Finish: \(path) \(payload)")
    try after.requireConsistent()
  }

  /// POST /bs
  private func finish() throws(Finding) {
    let staged = world.account(.staged)
    let active = world.account(.active)
    let code = try ask(.post, "/bs", [], []).code
    guard code == .changed else {
      try require(code == .notAcceptable, "Finish is answered by \(code.decimal)")
      return try require(world.account(.active) == active, "Finish refused, and changed")
    }
    try require(world.engine.targetURI != nil, "finished without a server: \(staged)")
    try require(world.account(.active) == staged.asWritten, "something else was finished")
    try requireKept()
  }

  /// The account outlives a loss of power.
  private func requireKept() throws(Finding) {
    let record = world.snapshot()
    let other = World(
      profile: world.engine.configuration.profile, bootstrap: "coap://bs.example",
      secures: world.engine.configuration.secures)
    let isThere = other.command { engine, _ in engine.restore(record.span) }
    try require(isThere && other.snapshot() == record, "not restored: \(record)")
  }

  private func requireListed() throws(Finding) {
    let list = try ask(.get, "", [.accept(40)], []).text
    let account = world.account(.staged)
    let instances = account.listed + ["</3/0>", "</3303/0>"]
    let expected = (["lwm2m=\"1.0\""] + instances).joined(separator: ",")
    try require(list == expected, "listed: \(list), not \(expected)")
  }

  private func ask(
    _ method: Code, _ path: String, _ options: [Datagram.Field], _ payload: [UInt8]
  ) throws(Finding) -> Datagram {
    world.nextOrder += 1
    let before = world.sent.count
    world.deliver(
      Datagram(
        .confirmable, method, id: world.nextOrder, token: [7, UInt8(world.nextOrder & 0xFF)],
        options: Datagram.Field.path(path) + options, payload: payload))
    guard world.sent.count > before else { throw Finding("no answer: \(method) \(path)") }
    return world.sent[before]
  }
}
