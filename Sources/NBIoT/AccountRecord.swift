import NBIoTBytes

/// What stands in a slot of the platform's storage: an account, and what tells which of two slots counts.
///
/// Version 1, numbers with the most significant byte first: "NB", version, 1 when a registration with the account has
/// succeeded, sequence number (4 bytes), length of the account (2), the account, CRC-32 of all before (4). What a
/// platform gives back behind that is not looked at.
struct AccountRecord: Equatable, BitwiseCopyable {
  let sequence: UInt32
  let isConfirmed: Bool
  private let accountLength: UInt16

  static var headLength: Int { 10 }
  /// Bytes of a record that are not the account's.
  static var overhead: Int { headLength + 4 }
  private static var version: UInt8 { 1 }

  init(sequence: UInt32, isConfirmed: Bool, accountLength: Int) {
    self.sequence = sequence
    self.isConfirmed = isConfirmed
    self.accountLength = UInt16(clamping: accountLength)
  }

  /// The account's place in the record.
  var account: Range<Int> {
    AccountRecord.headLength..<AccountRecord.headLength &+ Int(accountLength)
  }

  var length: Int { account.count &+ AccountRecord.overhead }

  /// `nil` for anything but a whole record.
  init?(_ bytes: Span<UInt8>) {
    var reader = ByteReader(bytes)
    guard reader.byte() == UInt8(ascii: "N"), reader.byte() == UInt8(ascii: "B"),
      reader.byte() == AccountRecord.version, let confirmed = reader.byte(), confirmed <= 1,
      let sequence = reader.bigEndian(length: 4), let length = reader.bigEndian(length: 2),
      length > 0, length < 0xFFFF, reader.skip(Int(truncatingIfNeeded: length))
    else { return nil }
    let sum = AccountRecord.checkSum(bytes, count: reader.position)
    guard reader.bigEndian(length: 4) == UInt64(sum) else { return nil }
    self.init(
      sequence: UInt32(truncatingIfNeeded: sequence), isConfirmed: confirmed == 1,
      accountLength: Int(truncatingIfNeeded: length))
  }

  /// Completes a record whose account is in its place. `false` when the bytes have no room for it.
  func seal(_ bytes: inout MutableSpan<UInt8>) -> Bool {
    guard length <= bytes.count, accountLength < .max else { return false }
    var head = ByteWriter(bytes.slice(0..<AccountRecord.headLength))
    head.append(UInt8(ascii: "N"), UInt8(ascii: "B"))
    head.append(AccountRecord.version, isConfirmed ? 1 : 0)
    head.append(word: sequence)
    head.append(bigEndian: accountLength)
    let sum = AccountRecord.checkSum(bytes.span, count: account.upperBound)
    var tail = ByteWriter(bytes.slice(account.upperBound..<length))
    tail.append(word: sum)
    return true
  }

  /// Whether this is the account to live by: one that has registered once before any that has not, and then the later.
  /// So a new account replaces the old one no sooner than it is known to be good.
  func counts(before other: AccountRecord) -> Bool {
    isConfirmed == other.isConfirmed
      ? Int32(bitPattern: sequence &- other.sequence) > 0 : isConfirmed
  }

  /// CRC-32 as Ethernet has it, bit by bit: it is needed a few times in a device's life, and a table is a kilobyte.
  static func checkSum(_ bytes: Span<UInt8>, count: Int) -> UInt32 {
    var sum = UInt32.max
    var index = 0
    while index < count {
      sum ^= UInt32(bytes[index])
      index &+= 1
      var bit = 0
      while bit < 8 {
        sum = sum & 1 == 0 ? sum &>> 1 : sum &>> 1 ^ 0xEDB8_8320
        bit &+= 1
      }
    }
    return ~sum
  }
}

/// Where a record is kept.
enum AccountSlot: UInt8, BitwiseCopyable {
  case first = 0
  case second = 1

  var other: AccountSlot { self == .first ? .second : .first }
}

/// What is in both slots.
struct AccountRecords: BitwiseCopyable {
  let first: AccountRecord?
  let second: AccountRecord?

  subscript(slot: AccountSlot) -> AccountRecord? { slot == .first ? first : second }

  /// The slot a device without memory lives by.
  var best: AccountSlot? {
    guard let first else { return second == nil ? nil : .second }
    guard let second else { return .first }
    return first.counts(before: second) ? .first : .second
  }

  /// Later than both.
  var nextSequence: UInt32 {
    guard let first else { return (second?.sequence ?? 0) &+ 1 }
    guard let second else { return first.sequence &+ 1 }
    let isFirstLater = Int32(bitPattern: first.sequence &- second.sequence) > 0
    return (isFirstLater ? first : second).sequence &+ 1
  }

  /// Where an account goes, so that a power cut there leaves another whole. `held` is where the same account is kept
  /// already, before it was confirmed.
  func target(confirming held: AccountSlot?) -> AccountSlot {
    if let held, self[held] != nil { return held.other }
    return best?.other ?? .first
  }
}
