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

/// Whether the device registered anew because what is stored had lost its observer; nothing stored was acknowledged since.
enum Doubt: UInt8, BitwiseCopyable, Sendable {
  case none
  case raised
  /// After that, too, nobody answered: the next answer to an Update is the time to try again.
  case unheard
}

/// A notification in the store: where it is, and how far it has come.
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

  /// Some of the states.
  enum Kind: UInt8, BitwiseCopyable {
    /// It may be taken out to make room.
    case yielding = 0b11
    case flying = 0b100
    /// It is still to be delivered.
    case owing = 0b111
    /// Nothing is left but how it ended, and the ID.
    case over = 0b111_1000
  }

  let start: Int
  /// Where the next entry is, or would be.
  let end: Int
  fileprivate let head: UInt8

  var state: State { State(rawValue: head &>> 3) ?? .dropped }
  /// Of one that is not over.
  var type: ValueType { ValueType(rawValue: head & 7) ?? .opaque }
  var value: Range<Int> { start &+ NotificationStore.overhead..<end }

  func `is`(_ kind: Kind) -> Bool { kind.rawValue &>> (head &>> 3) & 1 != 0 }
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
  func entry(at start: Int) -> StoredEntry? {
    guard start < end else { return nil }
    let head = bytes[start]
    var end = start &+ NotificationStore.least(head)
    if end &- start == NotificationStore.overhead { end &+= Int(number(at: start &+ 9)) }
    return StoredEntry(start: start, end: end, head: head)
  }

  /// Bytes of an entry that begins so, without its value.
  private static func least(_ head: UInt8) -> Int {
    head &>> 3 >= StoredEntry.State.acknowledged.rawValue ? tombstone : overhead
  }

  /// The first of this kind, at `place` or behind it, of what `path` covers.
  @inline(never)
  func first(
    _ kind: StoredEntry.Kind, below path: Path = Path(), from place: Int = headLength
  ) -> StoredEntry? {
    var place = place
    while let entry = entry(at: place) {
      if entry.is(kind), path.depth == 0 || path.covers(self.path(of: entry)) { return entry }
      place = entry.end
    }
    return nil
  }

  @inline(never)
  private func number(at index: Int) -> UInt16 {
    UInt16(bytes[index]) &<< 8 | UInt16(bytes[index &+ 1])
  }

  func acknowledgementID(of entry: StoredEntry) -> UInt16 { number(at: entry.start &+ 1) }

  /// What is notified. The entry is not over.
  @inline(never)
  func path(of entry: StoredEntry) -> Path {
    Path(
      number(at: entry.start &+ 3), number(at: entry.start &+ 5), number(at: entry.start &+ 7))
  }

  func contains(_ acknowledgementID: UInt16) -> Bool {
    var place = start
    while let entry = entry(at: place) {
      if self.acknowledgementID(of: entry) == acknowledgementID { return true }
      place = entry.end
    }
    return false
  }

  /// The one under way.
  var flying: StoredEntry? { first(.flying) }

  /// Writes a new entry behind the others, as far as there is room: it is none until `append`. Bytes that it takes.
  func write(
    _ value: borrowing Value, of type: ValueType, at path: Path, acknowledgementID: UInt16
  ) -> Int {
    let place = end
    return bytes.withMutableBytes {
      var whole = $0
      var writer = ByteWriter(whole.slice(place..<whole.count))
      writer.append(type.rawValue)
      writer.append(bigEndian: acknowledgementID)
      // The length is not known yet.
      writer.append(bigEndian: path.key &<< 16, length: 8)
      NotificationStore.append(value, to: &writer)
      return writer.total
    }
  }

  private static func append(_ value: borrowing Value, to writer: inout ByteWriter) {
    let bits: UInt64
    switch copy value {
    case .string(let bytes), .opaque(let bytes), .hexString(let bytes):
      return writer.append(bytes)
    case .boolean(let flag): return writer.append(flag ? 1 : 0)
    case .integer(let number): bits = UInt64(bitPattern: number)
    case .float(let number): bits = number.bitPattern
    }
    writer.append(leading: bits, length: 8)
  }

  /// Takes in what was written. There was room for its `size` bytes.
  mutating func append(_ size: Int) {
    precondition(size <= room)
    let length = size &- NotificationStore.overhead
    bytes[end &+ 9] = UInt8(truncatingIfNeeded: length &>> 8)
    bytes[end &+ 10] = UInt8(truncatingIfNeeded: length)
    resize(by: size)
  }

  /// Lends the value of an entry.
  func withValue<Result: ~Copyable>(
    of entry: StoredEntry, _ body: (borrowing Value) -> Result
  ) -> Result {
    bytes.withBytes(entry.value) { bytes in
      var reader = ByteReader(bytes)
      let value: Value
      switch entry.type {
      case .string: value = .string(bytes)
      case .opaque: value = .opaque(bytes)
      case .hexString: value = .hexString(bytes)
      case .boolean: value = .boolean(reader.byte() ?? 0 != 0)
      case .integer: value = .integer(Int64(bitPattern: reader.bigEndian(length: 8) ?? 0))
      case .float: value = .float(Double(bitPattern: reader.bigEndian(length: 8) ?? 0))
      }
      return body(value)
    }
  }

  // MARK: Changes

  mutating func mark(_ entry: StoredEntry, _ state: StoredEntry.State) {
    bytes[entry.start] = state.rawValue &<< 3 | entry.head & 7
  }

  /// What was under way is not any more.
  mutating func land() {
    if let entry = flying { mark(entry, .sent) }
  }

  /// Ends an entry: what the application gave an ID stays until it was told. Where the next one is from now on.
  @inline(never)
  @discardableResult
  mutating func end(_ entry: StoredEntry, as state: StoredEntry.State) -> Int {
    var next = entry.start
    if acknowledgementID(of: entry) != 0 {
      bytes[next] = state.rawValue &<< 3
      next &+= NotificationStore.tombstone
    }
    remove(next, entry.end)
    return next
  }

  private mutating func remove(_ from: Int, _ to: Int) {
    bytes.move(from: to, to: from, count: end &- to)
    resize(by: from &- to)
  }

  /// Takes out one that has ended, of which the application is told now.
  mutating func remove(_ entry: StoredEntry) { remove(entry.start, entry.end) }

  /// Whether there is room for `size` bytes, or can be made by taking out what yields.
  @inline(never)
  func canTake(_ size: Int, _ policy: StoringPolicy) -> Bool {
    var missing = size &- room
    guard policy != .newest, !isFrozen else { return missing <= 0 }
    var place = start
    while missing > 0, let entry = first(.yielding, from: place) {
      place = entry.end
      missing &-= place &- entry.start
      if acknowledgementID(of: entry) != 0 { missing &+= NotificationStore.tombstone }
    }
    return missing <= 0
  }

  /// The oldest of what `path` covers, and what yields, ends. `false` when there is none.
  @inline(never)
  mutating func giveWay(at path: Path, as state: StoredEntry.State) -> Bool {
    guard let entry = first(.yielding, below: path) else { return false }
    end(entry, as: state)
    return true
  }

  // MARK: After a loss of power

  /// Takes `count` bytes, which stand in their place, for entries. Of those that had left nobody knows what became: they
  /// have failed. `false`, and the store is empty, when they are no entries.
  @inline(never)
  mutating func adopt(_ count: Int) -> Bool {
    load = 0
    guard count <= capacity else { return false }
    resize(by: count)
    var place = start
    while let entry = soundEntry(at: place) {
      place = entry.end
      if entry.state == .sent || entry.state == .flying {
        isUnkept = true
        place = end(entry, as: .failed)
      }
    }
    if place != end { load = 0 }
    return place == end
  }

  /// The entry at `start`, if one is there, whole.
  private func soundEntry(at start: Int) -> StoredEntry? {
    guard start < end, bytes[start] &>> 3 <= StoredEntry.State.dropped.rawValue,
      end &- start >= NotificationStore.least(bytes[start]), let entry = entry(at: start),
      entry.end <= end, entry.is(.over) || path(of: entry).depth == 3
    else { return nil }
    return entry
  }
}
