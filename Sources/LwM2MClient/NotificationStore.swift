import LwM2MModel
import NBIoTBytes

/// What gives way when there is no room for another notification; numbered as NBIOT_STORED_*.
public enum StoringPolicy: UInt8, BitwiseCopyable, Sendable {
  case oldest
  /// The new one is refused.
  case newest
  /// The older ones of the same resource, always; then the oldest.
  case latest
}

/// A notification in the store.
struct StoredEntry: BitwiseCopyable {
  enum State: UInt8, BitwiseCopyable {
    /// It has not left yet.
    case waiting
    /// It left, and nobody acknowledged it.
    case sent
    /// It is the message under way.
    case flying
    // What has ended stays until the application was told.
    case acknowledged
    case failed
    case replaced
    case dropped
  }

  let start: Int
  let state: State
  let acknowledgementID: UInt16
  /// What is notified; of one that has ended nothing is left but how, and the ID.
  let path: Path
  let type: ValueType
  /// Where its value begins.
  private let valueStart: Int
  /// Where the next entry is, or would be.
  let end: Int

  init(
    start: Int, state: State, acknowledgementID: UInt16, path: Path, type: ValueType,
    value: Range<Int>
  ) {
    self.start = start
    self.state = state
    self.acknowledgementID = acknowledgementID
    self.path = path
    self.type = type
    valueStart = value.lowerBound
    end = value.upperBound
  }

  var value: Range<Int> { valueStart..<end }
  var isOver: Bool { state.rawValue >= State.acknowledged.rawValue }
  /// Whether it may be taken out to make room.
  var yields: Bool { state.rawValue < State.flying.rawValue }
}

/// Notifications that are kept until the server has acknowledged them, oldest first, in one lent table: room for the
/// head of a record, which is the ring's, and the entries without a gap.
///
/// An entry: state and type in a byte, ID (2 bytes); unless it is over, object, instance, resource (2 each), length of
/// the value (2), value. The most significant byte comes first; numbers have 8 bytes, a boolean one.
public struct NotificationStore: BitwiseCopyable {
  let bytes: LentTable<UInt8>
  /// Bytes of the entries, and duties below them: one word tells that there is nothing to do.
  private var load: UInt32 = 0

  /// Bytes in front of the entries.
  public static var headLength: Int { 14 }
  /// Bytes of an entry that is over.
  static var tombstone: Int { 3 }
  /// Bytes in front of a value.
  static var overhead: Int { 11 }

  init(_ bytes: LentTable<UInt8>) {
    self.bytes = bytes
  }

  var capacity: Int { max(0, bytes.capacity &- NotificationStore.headLength) }
  var length: Int { Int(truncatingIfNeeded: load &>> 8) }
  var room: Int { capacity &- length }
  /// There is no entry, and nothing else to do.
  var isIdle: Bool {
    @inline(__always) get { load == 0 }
  }

  // MARK: Duties

  /// It is to be kept over a loss of power, and has changed.
  var isUnkept: Bool {
    get { load & 1 != 0 }
    set { load = newValue ? load | 1 : load & ~1 }
  }
  /// Other notifications were held back, so that none overtakes an entry.
  var isHolding: Bool {
    get { load & 2 != 0 }
    set { load = newValue ? load | 2 : load & ~2 }
  }
  /// The record is being written: what is there stays as it is, and only room behind it is used.
  var isFrozen: Bool {
    get { load & 4 != 0 }
    set { load = newValue ? load | 4 : load & ~4 }
  }

  private mutating func resize(by count: Int) {
    load = load & 0xFF | UInt32(truncatingIfNeeded: length &+ count) &<< 8
  }

  // MARK: Entries

  /// Where the first entry is, if there is one.
  var start: Int { NotificationStore.headLength }
  private var end: Int { start &+ length }

  /// The entry at `start`, which is where the first is or one ends; `nil` behind the last.
  @inline(never)
  func entry(at start: Int) -> StoredEntry? {
    guard start < end else { return nil }
    let head = bytes[start]
    let state = StoredEntry.State(rawValue: head &>> 3) ?? .dropped
    let id = number(at: start &+ 1)
    guard state.rawValue < StoredEntry.State.acknowledged.rawValue else {
      let end = start &+ NotificationStore.tombstone
      return StoredEntry(
        start: start, state: state, acknowledgementID: id, path: Path(), type: .opaque,
        value: end..<end)
    }
    let value = start &+ NotificationStore.overhead
    return StoredEntry(
      start: start, state: state, acknowledgementID: id,
      path: Path(number(at: start &+ 3), number(at: start &+ 5), number(at: start &+ 7)),
      type: ValueType(rawValue: head & 7) ?? .opaque,
      value: value..<value &+ Int(number(at: start &+ 9)))
  }

  private func number(at index: Int) -> UInt16 {
    UInt16(bytes[index]) &<< 8 | UInt16(bytes[index &+ 1])
  }

  func contains(_ acknowledgementID: UInt16) -> Bool {
    var place = start
    while let entry = entry(at: place) {
      if entry.acknowledgementID == acknowledgementID { return true }
      place = entry.end
    }
    return false
  }

  /// The one under way.
  var flying: StoredEntry? {
    var place = start
    while let entry = entry(at: place) {
      if entry.state == .flying { return entry }
      place = entry.end
    }
    return nil
  }

  /// Something is still to be delivered.
  var isOwing: Bool {
    var place = start
    while let entry = entry(at: place) {
      if !entry.isOver { return true }
      place = entry.end
    }
    return false
  }

  /// Bytes that an entry with this value takes.
  static func size(of value: borrowing Value) -> Int {
    switch copy value {
    case .string(let bytes), .opaque(let bytes), .hexString(let bytes): overhead &+ bytes.count
    case .integer, .float: overhead &+ 8
    case .boolean: overhead &+ 1
    }
  }

  /// Puts an entry behind the others. There is room for it.
  mutating func append(
    _ value: borrowing Value, of type: ValueType, at path: Path, acknowledgementID: UInt16
  ) {
    let size = NotificationStore.size(of: value)
    let place = end
    precondition(size <= room)
    resize(by: size)
    bytes.withMutableBytes {
      var whole = $0
      var writer = ByteWriter(whole.slice(place..<place &+ size))
      writer.append(type.rawValue)
      writer.append(bigEndian: acknowledgementID)
      writer.append(bigEndian: path.key, length: 6)
      writer.append(
        bigEndian: UInt16(truncatingIfNeeded: size &- NotificationStore.overhead))
      NotificationStore.append(value, to: &writer)
    }
  }

  private static func append(_ value: borrowing Value, to writer: inout ByteWriter) {
    switch copy value {
    case .string(let bytes), .opaque(let bytes), .hexString(let bytes): writer.append(bytes)
    case .integer(let number): writer.append(bigEndian: UInt64(bitPattern: number), length: 8)
    case .float(let number): writer.append(bigEndian: number.bitPattern, length: 8)
    case .boolean(let flag): writer.append(flag ? 1 : 0)
    }
  }

  /// Lends the value of an entry.
  func withValue<Result: ~Copyable>(
    of entry: StoredEntry, _ body: (borrowing Value) -> Result
  ) -> Result {
    bytes.withBytes(entry.value) { bytes in
      switch entry.type {
      case .string: return body(.string(bytes))
      case .opaque: return body(.opaque(bytes))
      case .hexString: return body(.hexString(bytes))
      case .boolean: return body(.boolean(bytes.count > 0 && bytes[0] != 0))
      case .integer, .float:
        var reader = ByteReader(bytes)
        let bits = reader.bigEndian(length: 8) ?? 0
        return entry.type == .integer
          ? body(.integer(Int64(bitPattern: bits))) : body(.float(Double(bitPattern: bits)))
      }
    }
  }

  // MARK: Changes

  mutating func mark(_ entry: StoredEntry, _ state: StoredEntry.State) {
    bytes[entry.start] = state.rawValue &<< 3 | entry.type.rawValue
  }

  /// What was under way is not any more.
  mutating func land() {
    if let entry = flying { mark(entry, .sent) }
  }

  /// Ends an entry: what the application gave an ID stays until it was told. Where the next one is from now on.
  @discardableResult
  mutating func end(_ entry: StoredEntry, as state: StoredEntry.State) -> Int {
    let isTold = entry.acknowledgementID != 0
    if isTold { bytes[entry.start] = state.rawValue &<< 3 }
    let next = isTold ? entry.start &+ NotificationStore.tombstone : entry.start
    remove(next..<entry.end)
    return next
  }

  private mutating func remove(_ range: Range<Int>) {
    bytes.move(from: range.upperBound, to: range.lowerBound, count: end &- range.upperBound)
    resize(by: 0 &- range.count)
  }

  /// Takes out one that has ended.
  mutating func takeEnded() -> StoredEntry? {
    var place = start
    while let entry = entry(at: place) {
      if entry.isOver {
        remove(entry.start..<entry.end)
        return entry
      }
      place = entry.end
    }
    return nil
  }

  /// Whether there is room for `size` bytes, or can be made by taking out what yields.
  @inline(never)
  func canTake(_ size: Int, _ policy: StoringPolicy) -> Bool {
    if size <= room { return true }
    guard policy != .newest, !isFrozen else { return false }
    var gain = room
    var place = start
    while let entry = entry(at: place) {
      place = entry.end
      guard entry.yields else { continue }
      gain &+= entry.end &- entry.start
      if entry.acknowledgementID != 0 { gain &-= NotificationStore.tombstone }
    }
    return size <= gain
  }

  /// The oldest of what `path` covers, and what yields, ends. `false` when there is none.
  @inline(never)
  mutating func giveWay(at path: Path, as state: StoredEntry.State) -> Bool {
    var place = start
    while let entry = entry(at: place) {
      if entry.yields, path.covers(entry.path) {
        end(entry, as: state)
        return true
      }
      place = entry.end
    }
    return false
  }

  // MARK: After a loss of power

  /// Takes `count` bytes, which stand in their place, for entries. Of those that had left nobody knows what became: they
  /// have failed. `false`, and the store is empty, when they are no entries.
  mutating func adopt(_ count: Int) -> Bool {
    load = 0
    guard count <= capacity, areEntries(count) else { return false }
    resize(by: count)
    var place = start
    while let entry = entry(at: place) {
      let hasLeft = entry.state == .sent || entry.state == .flying
      if hasLeft { isUnkept = true }
      place = hasLeft ? end(entry, as: .failed) : entry.end
    }
    return true
  }

  private func areEntries(_ count: Int) -> Bool {
    bytes.withBytes(start..<start &+ count) { bytes in
      var reader = ByteReader(bytes)
      while reader.position < count {
        guard NotificationStore.skipEntry(&reader) else { return false }
      }
      return true
    }
  }

  private static func skipEntry(_ reader: inout ByteReader) -> Bool {
    guard let head = reader.byte(), let state = StoredEntry.State(rawValue: head &>> 3),
      let id = reader.bigEndian(length: 2)
    else { return false }
    guard state.rawValue < StoredEntry.State.acknowledged.rawValue else {
      return id != 0 && head & 7 == 0
    }
    guard let type = ValueType(rawValue: head & 7), let object = reader.bigEndian(length: 2),
      let instance = reader.bigEndian(length: 2), let resource = reader.bigEndian(length: 2),
      object != 0xFFFF, instance != 0xFFFF, resource != 0xFFFF,
      let length = reader.bigEndian(length: 2)
    else { return false }
    switch type {
    case .integer, .float: guard length == 8 else { return false }
    case .boolean: guard length == 1 else { return false }
    case .string, .opaque, .hexString: break
    }
    return reader.skip(Int(truncatingIfNeeded: length))
  }
}
