import CoAPWire
import NBIoTBytes

/// The active account as bytes, for the time without power.
///
/// Version 1, numbers with the most significant byte first: version, confirmed; for the access server and the bootstrap
/// server whether it follows, and if so its ID, short ID, hold-off and mode, then URI, identity and secret, each behind
/// its length; the same for the Server instance. A bootstrap server that was only configured does not follow.
extension Accounts {
  private static var version: UInt8 { 1 }

  func encode(into buffer: inout MutableSpan<UInt8>) -> Int {
    guard isConfigured, accounts[Copy.active.rawValue][.access].exists else { return 0 }
    let account = self[.active]
    var writer = ByteWriter(buffer.slice(0..<buffer.count))
    writer.append(Accounts.version)
    writer.append(isConfirmed ? 1 : 0)
    encode(account, .access, to: &writer)
    encode(account, .bootstrap, to: &writer)
    encode(account.server, to: &writer)
    return writer.overflowed ? 0 : writer.position
  }

  private func encode(_ account: Account, _ target: Target, to writer: inout ByteWriter) {
    let instance = account[target]
    guard instance.origin == .written else { return writer.append(0) }
    writer.append(1)
    writer.append(bigEndian: instance.id)
    writer.append(bigEndian: instance.shortID)
    writer.append(word: instance.holdOff)
    writer.append(instance.mode?.rawValue ?? 0xFF)
    var number: UInt8 = 0
    while let text = AccountText(rawValue: number) {
      append(target, text, to: &writer)
      number &+= 1
    }
  }

  private func append(_ target: Target, _ text: AccountText, to writer: inout ByteWriter) {
    let start = start(.active, target, text)
    let length = self[.active][target][text]
    writer.append(bigEndian: UInt16(truncatingIfNeeded: length))
    var index = start
    while index < start &+ length {
      writer.append(byte(at: index))
      index &+= 1
    }
  }

  private func encode(_ server: ServerInstance, to writer: inout ByteWriter) {
    guard server.exists else { return writer.append(0) }
    writer.append(1)
    writer.append(bigEndian: server.id)
    var resource: UInt16 = 0
    while resource < 8 {
      writer.append(bigEndian: UInt64(server[resource]), length: Int(Accounts.width(resource)))
      resource &+= 1
    }
  }

  /// Bytes of a resource of the Server instance.
  private static func width(_ resource: UInt16) -> UInt8 {
    switch resource {
    case 0: 2
    case 4: 0
    case 6, 7: 1
    default: 4
    }
  }

  // MARK: Back

  /// `false`, and nothing changed, when the bytes are no usable account.
  mutating func restore(_ bytes: Span<UInt8>, _ configuration: EngineConfiguration) -> Bool {
    stage()
    var reader = ByteReader(bytes)
    guard reader.byte() == Accounts.version, let confirmed = reader.byte(), confirmed <= 1,
      restore(.access, from: &reader), restore(.bootstrap, from: &reader),
      restoreServer(from: &reader), reader.isAtEnd, isUsable(.staged, configuration)
    else { return false }
    accounts[Copy.staged.rawValue].separate(keeping: .access)
    commit()
    trust = .proven
    wantsStore = false
    isConfirmed = confirmed == 1
    return true
  }

  private func restore(_ target: Target, from reader: inout ByteReader) -> Bool {
    switch reader.byte() {
    case 0: return target == .bootstrap
    case 1: break
    default: return false
    }
    guard let id = reader.bigEndian(length: 2), id < 0xFFFF,
      let shortID = reader.bigEndian(length: 2), shortID < 0xFFFF,
      let holdOff = reader.bigEndian(length: 4), let mode = reader.byte(),
      mode == 0xFF || SecurityMode(rawValue: mode) != nil
    else { return false }
    var instance = SecurityInstance(.written, id: UInt16(truncatingIfNeeded: id))
    instance.shortID = UInt16(truncatingIfNeeded: shortID)
    instance.holdOff = UInt32(truncatingIfNeeded: holdOff)
    instance.mode = SecurityMode(rawValue: mode)
    var number: UInt8 = 0
    while let text = AccountText(rawValue: number) {
      guard restore(text, of: target, &instance, from: &reader) else { return false }
      number &+= 1
    }
    accounts[Copy.staged.rawValue].security[target.index] = instance
    return true
  }

  private func restore(
    _ text: AccountText, of target: Target, _ instance: inout SecurityInstance,
    from reader: inout ByteReader
  ) -> Bool {
    guard let length = reader.bigEndian(length: 2), length <= UInt64(capacity(text)),
      let bytes = reader.take(Int(truncatingIfNeeded: length))
    else { return false }
    store(bytes, .staged, target, text)
    instance[text] = bytes.count
    return true
  }

  private func restoreServer(from reader: inout ByteReader) -> Bool {
    var server = ServerInstance()
    switch reader.byte() {
    case 0: break
    case 1:
      guard let id = reader.bigEndian(length: 2), id < 0xFFFF else { return false }
      server = ServerInstance(id: UInt16(truncatingIfNeeded: id))
      var resource: UInt16 = 0
      while resource < 8 {
        guard let number = reader.bigEndian(length: Int(Accounts.width(resource))) else {
          return false
        }
        let value = UInt32(truncatingIfNeeded: number)
        guard value == 0 || ServerInstance.range(resource).contains(value) else { return false }
        server[resource] = value
        resource &+= 1
      }
    default: return false
    }
    accounts[Copy.staged.rawValue].server = server
    return true
  }
}
