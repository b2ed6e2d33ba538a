import CoAPWire
import NBIoTBytes

/// The active account as bytes, for the time without power.
///
/// Version 1, numbers with the most significant byte first: version, confirmed; for the access server and the bootstrap
/// server whether it follows, and if so its ID, short ID, hold-off and mode, then URI, identity and secret, each behind
/// its length; the same for the Server instance. A bootstrap server that was only configured does not follow.
extension Accounts {
  private static var version: UInt8 { 1 }
  /// Everything but the texts.
  private static var fixedSize: Int { 2 + 2 * (1 + 9 + 6) + 1 + 22 }

  var snapshotSize: Int {
    Accounts.fixedSize &+ 2 &* (capacity(.uri) &+ capacity(.identity) &+ capacity(.secret))
  }

  func encode(into buffer: inout MutableSpan<UInt8>) -> Int {
    guard isConfigured, self[.active][.access].exists else { return 0 }
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
    append(target, .uri, to: &writer)
    append(target, .identity, to: &writer)
    append(target, .secret, to: &writer)
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
    writer.append(bigEndian: server.shortID)
    writer.append(word: server.lifetime)
    writer.append(word: server.minimumPeriod)
    writer.append(word: server.maximumPeriod)
    writer.append(word: server.disableTimeout)
    writer.append(server.dropsNotifications ? 1 : 0)
    writer.append(server.binding?.rawValue ?? 0)
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
    guard restore(.uri, of: target, &instance, from: &reader),
      restore(.identity, of: target, &instance, from: &reader),
      restore(.secret, of: target, &instance, from: &reader)
    else { return false }
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
      guard let id = reader.bigEndian(length: 2), id < 0xFFFF,
        let shortID = reader.bigEndian(length: 2), shortID < 0xFFFF,
        let lifetime = reader.bigEndian(length: 4),
        lifetime == 0 || Lifetime.range.contains(Int64(lifetime)),
        let minimum = reader.bigEndian(length: 4), let maximum = reader.bigEndian(length: 4),
        let disable = reader.bigEndian(length: 4), let drops = reader.byte(), drops <= 1,
        let binding = reader.byte(), binding == 0 || Binding(rawValue: binding) != nil
      else { return false }
      server = ServerInstance(id: UInt16(truncatingIfNeeded: id))
      server.shortID = UInt16(truncatingIfNeeded: shortID)
      server.lifetime = UInt32(truncatingIfNeeded: lifetime)
      server.minimumPeriod = UInt32(truncatingIfNeeded: minimum)
      server.maximumPeriod = UInt32(truncatingIfNeeded: maximum)
      server.disableTimeout = UInt32(truncatingIfNeeded: disable)
      server.dropsNotifications = drops == 1
      server.binding = Binding(rawValue: binding)
    default: return false
    }
    accounts[Copy.staged.rawValue].server = server
    return true
  }
}
