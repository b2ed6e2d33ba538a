import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// A Write of the bootstrap server (LwM2M 1.0 section 5.2.7.1), applied to a copy of the account's numbers. The texts are
/// lent, so they are stored in a second walk over the payload, when all of it was found to be good.
struct AccountOrder: BitwiseCopyable {
  private(set) var account: Account
  private let accounts: Accounts
  private let storesTexts: Bool

  init(_ accounts: Accounts, storesTexts: Bool) {
    account = accounts[.staged]
    self.accounts = accounts
    self.storesTexts = storesTexts
  }

  /// Whether `path` is a resource whose text is base64.
  static func isOpaque(_ path: Path) -> Bool {
    path.object == 0 && path.resource >= 3 && path.resource <= 5
  }

  mutating func write(
    _ payload: Span<UInt8>, at path: Path, _ encoding: WriteEncoding
  ) throws(RequestRefusal) {
    switch path.depth {
    case 1: try writeObject(path.object, payload)
    case 2: try writeInstance(path, unwrapped(payload, path.instance))
    default: try writeResource(path, payload, encoding)
    }
  }

  private mutating func writeObject(
    _ object: UInt16, _ payload: Span<UInt8>
  ) throws(RequestRefusal) {
    var records = TLVReader(payload)
    while let record = try records.record() {
      guard record.kind == .objectInstance else { throw RequestRefusal(.badRequest) }
      try writeInstance(Path(object, record.id), record.value)
    }
  }

  /// What is written to an instance may stand in that instance's record.
  @_lifetime(copy payload)
  private func unwrapped(
    _ payload: Span<UInt8>, _ id: UInt16
  ) throws(RequestRefusal) -> Span<UInt8> {
    var records = TLVReader(payload)
    guard let record = try records.record(), record.kind == .objectInstance else { return payload }
    guard record.id == id, records.position == payload.count else {
      throw RequestRefusal(.badRequest)
    }
    return record.value
  }

  /// Takes the place of what was there.
  private mutating func writeInstance(
    _ path: Path, _ values: Span<UInt8>
  ) throws(RequestRefusal) {
    guard path.instance != Path.absent else { throw RequestRefusal(.badRequest) }
    var target = account.target(of: path.instance) ?? .access
    if path.object == 0, let isBootstrap = try bootstrapFlag(values) {
      target = isBootstrap ? .bootstrap : .access
    }
    try begin(path, target)
    var records = TLVReader(values)
    while let record = try records.record() {
      guard record.kind == .resource else {
        // Unknown optional resources are passed over (section 5.4.3); those that are known have one value.
        guard record.kind == .multipleResource, !AccountOrder.isKnown(path.object, record.id)
        else { throw RequestRefusal(.badRequest) }
        continue
      }
      _ = try set(Path(path.object, path.instance, record.id), target, record.value, .tlv)
    }
  }

  private mutating func writeResource(
    _ path: Path, _ payload: Span<UInt8>, _ encoding: WriteEncoding
  ) throws(RequestRefusal) {
    guard AccountOrder.isKnown(path.object, path.resource) else { throw RequestRefusal(.notFound) }
    let found = account.target(of: path.instance)
    let target = found ?? .access
    let isThere =
      path.object == 0
      ? found != nil : account.server.exists && account.server.id == path.instance
    if !isThere { try begin(path, target) }
    guard encoding == .tlv else {
      _ = try set(path, target, payload, encoding)
      return
    }
    var records = TLVReader(payload)
    guard let record = try records.record(), record.kind == .resource, record.id == path.resource,
      records.position == payload.count
    else { throw RequestRefusal(.badRequest) }
    _ = try set(path, target, record.value, .tlv)
  }

  /// Resource 1 of a Security instance; `nil` when it is not written.
  private func bootstrapFlag(_ values: Span<UInt8>) throws(RequestRefusal) -> Bool? {
    var records = TLVReader(values)
    var flag: Bool?
    while let record = try records.record() {
      guard record.kind == .resource, record.id == 1 else { continue }
      guard case .boolean(let isBootstrap) = ValueDecoder.tlv(record.value, as: .boolean) else {
        throw RequestRefusal(.badRequest)
      }
      flag = isBootstrap
    }
    return flag
  }

  /// A blank instance with the ID of `path`. There is room for one server that is not the bootstrap server: what an
  /// earlier bootstrap wrote gives way, what this one wrote does not.
  private mutating func begin(_ path: Path, _ target: Target) throws(RequestRefusal) {
    let id = path.instance
    guard path.object == 0 else {
      guard account.server.origin != .written || account.server.id == id else {
        throw RequestRefusal(.internalServerError)
      }
      account.server = ServerInstance(id: id)
      return
    }
    if target == .access, account.isWritten(.access), !account.is(.access, id) {
      throw RequestRefusal(.internalServerError)
    }
    // An access server whose ID the bootstrap server takes is overwritten; the bootstrap server itself only moves.
    if target == .bootstrap, account.is(.access, id) { account.clear(.access) }
    account.begin(target, id)
    account.separate(keeping: target)
  }

  // MARK: Values

  private static func isKnown(_ object: UInt16, _ resource: UInt16) -> Bool {
    object == 0
      ? resource <= 5 || resource == 10 || resource == 11
      : resource <= 3 || resource >= 5 && resource <= 7
  }

  /// Sets one resource. `false` when there is no such resource.
  private mutating func set(
    _ path: Path, _ target: Target, _ bytes: Span<UInt8>, _ encoding: WriteEncoding
  ) throws(RequestRefusal) -> Bool {
    guard AccountOrder.isKnown(path.object, path.resource) else { return false }
    if path.object == 0 {
      try setSecurity(path.resource, target, bytes, encoding)
    } else {
      try setServer(path.resource, bytes, encoding)
    }
    return true
  }

  private mutating func setSecurity(
    _ resource: UInt16, _ target: Target, _ bytes: Span<UInt8>, _ encoding: WriteEncoding
  ) throws(RequestRefusal) {
    account.security[target.index].origin = .written
    switch resource {
    case 0: try setText(.uri, target, bytes, encoding)
    case 1:
      guard case .boolean(let isBootstrap) = encoding.decode(bytes, as: .boolean),
        isBootstrap == (target == .bootstrap)
      else { throw RequestRefusal(.badRequest) }
    case 2:
      let number = try integer(bytes, encoding, 0...3)
      account.security[target.index].mode = SecurityMode(
        rawValue: UInt8(truncatingIfNeeded: number))
    case 3: try setText(.identity, target, bytes, encoding)
    case 5: try setText(.secret, target, bytes, encoding)
    case 10:
      account.security[target.index].shortID = UInt16(
        truncatingIfNeeded: try integer(bytes, encoding, target == .access ? 1...65534 : 0...65535))
    case 11: account.security[target.index].holdOff = try integer(bytes, encoding, 0...0xFFFF_FFFF)
    default: break
    }
  }

  private mutating func setText(
    _ text: AccountText, _ target: Target, _ bytes: Span<UInt8>, _ encoding: WriteEncoding
  ) throws(RequestRefusal) {
    guard encoding.decode(bytes, as: text == .uri ? .string : .opaque) != nil else {
      throw RequestRefusal(.badRequest)
    }
    guard bytes.count <= accounts.capacity(text) else {
      throw RequestRefusal(.requestEntityTooLarge)
    }
    if text == .uri, !ServerURI.isOne(bytes) { throw RequestRefusal(.badRequest) }
    account.security[target.index][text] = bytes.count
    if storesTexts { accounts.store(bytes, .staged, target, text) }
  }

  private mutating func setServer(
    _ resource: UInt16, _ bytes: Span<UInt8>, _ encoding: WriteEncoding
  ) throws(RequestRefusal) {
    account.server.origin = .written
    switch resource {
    case 6:
      guard case .boolean(let keeps) = encoding.decode(bytes, as: .boolean) else {
        throw RequestRefusal(.badRequest)
      }
      account.server[resource] = keeps ? 0 : 1
    case 7:
      guard encoding != .opaque, let binding = Binding(bytes) else {
        throw RequestRefusal(.badRequest)
      }
      account.server[resource] = UInt32(truncatingIfNeeded: binding.rawValue)
    default:
      account.server[resource] = try integer(bytes, encoding, ServerInstance.range(resource))
    }
  }

  private func integer(
    _ bytes: Span<UInt8>, _ encoding: WriteEncoding, _ range: ClosedRange<UInt32>
  ) throws(RequestRefusal) -> UInt32 {
    guard case .integer(let number) = encoding.decode(bytes, as: .integer),
      let small = UInt32(exactly: number), range.contains(small)
    else { throw RequestRefusal(.badRequest) }
    return small
  }
}

extension Accounts {
  /// All of an order or nothing of it. Returns what the bootstrap server is answered.
  func write(_ payload: Span<UInt8>, at path: Path, _ encoding: WriteEncoding) -> Code {
    do throws(RequestRefusal) {
      try apply(payload, at: path, encoding, storesTexts: false)
      try apply(payload, at: path, encoding, storesTexts: true)
      return .changed
    } catch {
      return error.code
    }
  }

  /// Not inlined: the stack holds one account, not two.
  @inline(never)
  private func apply(
    _ payload: Span<UInt8>, at path: Path, _ encoding: WriteEncoding, storesTexts: Bool
  ) throws(RequestRefusal) {
    var order = AccountOrder(self, storesTexts: storesTexts)
    try order.write(payload, at: path, encoding)
    if storesTexts { self[.staged] = order.account }
  }
}

extension ServerURI {
  /// Whether a bootstrap server may write this, as `init(parsing:isSecure:)` reads it.
  fileprivate static func isOne(_ text: Span<UInt8>) -> Bool {
    do throws(ServerURIError) {
      _ = try ServerURI(parsing: text, isSecure: nil)
      return true
    } catch {
      return false
    }
  }
}

extension TLVReader {
  /// The next TLV; bytes that are none are a bad request.
  @_lifetime(copy self)
  fileprivate mutating func record() throws(RequestRefusal) -> TLVRecord? {
    do throws(TLVError) {
      return try next()
    } catch {
      throw RequestRefusal(.badRequest)
    }
  }
}
