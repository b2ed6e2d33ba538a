import CoAPWire
import NBIoTBytes

/// The account the device lives by, and the one a bootstrap server works on, which takes its place at Finish.
///
/// Where no bootstrap is configured the tables have no room and nothing here is used.
struct Accounts: BitwiseCopyable {
  enum Copy: Int {
    case active = 0
    /// What the orders of the bootstrap server change.
    case staged = 1
  }

  /// What is known of the active account.
  enum Trust: UInt8, BitwiseCopyable {
    /// There is none, or it was written and refused: a bootstrap is needed.
    case none
    /// Written, and not tried yet.
    case fresh
    /// It was there at the start, or the server has accepted a registration with it.
    case proven
  }

  let accounts: LentTable<Account>
  private let texts: LentTable<UInt8>
  /// By `AccountText.rawValue`.
  private let capacities: InlineArray<3, UInt16>
  var trust = Trust.none
  /// The active account has changed, or what is known of it, since it was stored.
  var wantsStore = false
  /// A registration with the active account has succeeded.
  var isConfirmed = false

  init(_ capacities: Capacities, from block: inout MemoryBlock) {
    let copies = capacities.bootstraps ? 2 : 0
    let room = capacities.uri + capacities.identity + capacities.secret
    accounts = block.table(of: copies)
    texts = block.table(of: copies * 2 * room)
    self.capacities = [
      UInt16(truncatingIfNeeded: capacities.uri), UInt16(truncatingIfNeeded: capacities.identity),
      UInt16(truncatingIfNeeded: capacities.secret),
    ]
  }

  /// Whether there is a bootstrap server.
  var isConfigured: Bool { accounts.capacity > 0 }

  subscript(copy: Copy) -> Account {
    get { accounts[copy.rawValue] }
    nonmutating set { accounts[copy.rawValue] = newValue }
  }

  // MARK: Texts

  func capacity(_ text: AccountText) -> Int { Int(truncatingIfNeeded: capacities[text.index]) }

  func start(_ copy: Copy, _ target: Target, _ text: AccountText) -> Int {
    let place = copy.rawValue &* 2 &+ target.index
    var start = place &* (capacity(.uri) &+ capacity(.identity) &+ capacity(.secret))
    if text != .uri { start &+= capacity(.uri) }
    if text == .secret { start &+= capacity(.identity) }
    return start
  }

  func byte(at index: Int) -> UInt8 { texts[index] }

  func withText<Result: ~Copyable>(
    _ copy: Copy, _ target: Target, _ text: AccountText, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    guard isConfigured else { return texts.withBytes(0..<0, body) }
    let start = start(copy, target, text)
    let length = accounts[copy.rawValue][target][text]
    return texts.withBytes(start..<start &+ length, body)
  }

  /// Stores the bytes of a text; its length is the account's. They fit.
  func store(_ bytes: Span<UInt8>, _ copy: Copy, _ target: Target, _ text: AccountText) {
    precondition(bytes.count <= capacity(text))
    let start = start(copy, target, text)
    var index = 0
    while index < bytes.count {
      texts[start &+ index] = bytes[index]
      index &+= 1
    }
  }

  // MARK: Copies

  /// A bootstrap begins with what there is.
  func stage() {
    duplicate(.active, as: .staged)
    changeOrigins(.written, to: .given)
  }

  /// What was staged is lived by from now on.
  mutating func commit() {
    changeOrigins(.given, to: .written)
    duplicate(.staged, as: .active)
    trust = .fresh
    isConfirmed = false
    wantsStore = true
  }

  /// Of what there is one of: the server to register with.
  private func changeOrigins(_ old: Origin, to new: Origin) {
    let place = Copy.staged.rawValue
    if accounts[place].security[Target.access.index].origin == old {
      accounts[place].security[Target.access.index].origin = new
    }
    if accounts[place].server.origin == old { accounts[place].server.origin = new }
  }

  private func duplicate(_ source: Copy, as target: Copy) {
    let half = texts.capacity / 2
    texts.move(from: source.rawValue &* half, to: target.rawValue &* half, count: half)
    self[target] = self[source]
  }

  // MARK: What they are good for

  /// Where the server of `target` is; `nil` when there is no such server, or nothing this device can reach.
  func uri(_ copy: Copy, _ target: Target, secures: Bool) -> ServerURI? {
    let instance = accounts[copy.rawValue][target]
    guard instance.exists else { return nil }
    var isSecure: Bool?
    if let mode = instance.mode {
      guard let known = mode.isSecure else { return nil }
      isSecure = known
    }
    let found = withText(copy, target, .uri) { text -> ServerURI? in
      do throws(ServerURIError) {
        return try ServerURI(parsing: text, isSecure: isSecure)
      } catch {
        return nil
      }
    }
    guard let found, !found.isSecure || secures else { return nil }
    return found
  }

  /// Whether a device can register with this account (LwM2M 1.0 section 5.2.6). OneNET writes no Server instance.
  func isUsable(_ copy: Copy, _ configuration: EngineConfiguration) -> Bool {
    guard uri(copy, .access, secures: configuration.secures) != nil,
      uri(copy, .bootstrap, secures: configuration.secures) != nil
    else { return false }
    guard configuration.profile.needsServerInstance else { return true }
    let server = accounts[copy.rawValue].server
    let shortID = accounts[copy.rawValue][.access].shortID
    return server.exists && server.shortID == shortID && shortID != 0
  }
}
