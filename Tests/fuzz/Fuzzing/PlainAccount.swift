import CoAPWire
import Fixtures
import Simulation

@testable import LwM2MClient

/// An account with texts of its own.
struct PlainAccount: Equatable {
  struct Server: Equatable {
    var id: UInt16
    var origin: Origin
    var shortID: UInt16
    var holdOff: UInt32
    var mode: SecurityMode?
    /// URI, identity, secret.
    var texts: [[UInt8]]
  }

  var access: Server?
  var bootstrap: Server?
  /// Instance of the Server object.
  var instance: UInt16?
  var origin: Origin
  var numbers: [UInt32]

  init(_ accounts: Accounts, _ copy: Accounts.Copy) {
    let account = accounts[copy]
    access = PlainAccount.server(accounts, copy, .access)
    bootstrap = PlainAccount.server(accounts, copy, .bootstrap)
    instance = account.server.exists ? account.server.id : nil
    origin = account.server.origin
    numbers = (0..<8).map { account.server[$0] }
  }

  private static func server(
    _ accounts: Accounts, _ copy: Accounts.Copy, _ target: Target
  ) -> Server? {
    let instance = accounts[copy][target]
    guard instance.exists else { return nil }
    let texts = [AccountText.uri, .identity, .secret].map {
      accounts.withText(copy, target, $0) { Array(copying: $0) }
    }
    return Server(
      id: instance.id, origin: instance.origin, shortID: instance.shortID,
      holdOff: instance.holdOff, mode: instance.mode, texts: texts)
  }

  /// As Finish makes it the device's.
  var asWritten: PlainAccount {
    var copy = self
    if copy.access?.origin == .given { copy.access?.origin = .written }
    if copy.origin == .given { copy.origin = .written }
    return copy
  }

  /// What Bootstrap-Discover says of it, in the order of the IDs.
  var listed: [String] {
    var links: [(UInt16, String)] = []
    if let access {
      links.append((access.id, PlainAccount.link(0, access.id, access.shortID)))
    }
    if let bootstrap { links.append((bootstrap.id, "</0/\(bootstrap.id)>")) }
    let servers = instance.map { [PlainAccount.link(1, $0, UInt16(numbers[0]))] } ?? []
    return links.sorted { $0.0 < $1.0 }.map(\.1) + servers
  }

  private static func link(_ object: Int, _ id: UInt16, _ shortID: UInt16) -> String {
    "</\(object)/\(id)>" + (shortID > 0 ? ";ssid=\(shortID)" : "")
  }

  /// There is a bootstrap server, no two instances have one ID, and every value is one its resource may have.
  func requireConsistent() throws(Finding) {
    guard let bootstrap else { throw Finding("the bootstrap server is lost: \(self)") }
    try require(access?.id != bootstrap.id, "two instances of one ID: \(self)")
    for server in [access, bootstrap].compactMap(\.self) {
      try require(server.shortID < 65535 && server.id < 65535, "an ID that is none: \(self)")
      let uri = server.texts[0]
      try require(uri.isEmpty || PlainURI(uri.span, isSecure: nil) != nil, "a URI: \(self)")
      try require(
        server.texts[1].count <= 32 && server.texts[2].count <= 32 && uri.count <= 64,
        "a text without room: \(self)")
    }
    try require(numbers[0] < 65535 && numbers[6] <= 1 && numbers[7] <= 2, "a value: \(self)")
    try require(numbers[1] == 0 || numbers[1] >= 15, "a lifetime: \(self)")
  }
}

extension World {
  func account(_ copy: Accounts.Copy) -> PlainAccount { PlainAccount(engine.accounts, copy) }

  /// The account as bytes; none without an account.
  func snapshot() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    var span = bytes.mutableSpan
    let length = engine.encodeAccount(into: &span)
    return Array(bytes.prefix(length))
  }
}
