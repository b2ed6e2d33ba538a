import LwM2MClient
import NBIoTBytes

/// What stands in front of stored notifications, in the block and in a slot of the platform's storage.
///
/// Version 1, numbers with the most significant byte first: CRC-32 of all behind it (4 bytes), "NQ", version, 0, sequence
/// number (4), length of the entries (2). What a platform gives back behind them is not looked at.
struct NotificationRecord: Equatable, BitwiseCopyable {
  let sequence: UInt32
  /// Bytes of the entries.
  let count: Int

  /// "NQ", version, 0.
  private static var mark: UInt32 { 0x4E51_0100 }

  init(sequence: UInt32, count: Int) {
    self.sequence = sequence
    self.count = count
  }

  var length: Int { NotificationStore.headLength &+ count }
  /// Where it is kept: in turns, so that a power cut leaves the one before.
  var slot: UInt8 { 2 &+ UInt8(truncatingIfNeeded: sequence & 1) }

  /// `nil` for anything but a whole record.
  @inline(never)
  init?(_ bytes: Span<UInt8>) {
    var reader = ByteReader(bytes)
    guard let sum = reader.bigEndian(length: 4), let head = reader.bigEndian(length: 8),
      UInt32(truncatingIfNeeded: head &>> 32) == NotificationRecord.mark,
      let length = reader.bigEndian(length: 2), reader.skip(Int(truncatingIfNeeded: length))
    else { return nil }
    guard sum == UInt64(NotificationRecord.checkSum(bytes.extracting(4..<reader.position))) else {
      return nil
    }
    self.init(
      sequence: UInt32(truncatingIfNeeded: head), count: Int(truncatingIfNeeded: length))
  }

  /// Completes a record whose entries are in their place, and for which there is room.
  func seal(_ bytes: inout MutableSpan<UInt8>) {
    var head = ByteWriter(bytes.slice(4..<NotificationStore.headLength))
    head.append(bigEndian: UInt64(NotificationRecord.mark) &<< 32 | UInt64(sequence), length: 8)
    head.append(bigEndian: UInt16(truncatingIfNeeded: count))
    let sum = NotificationRecord.checkSum(bytes.span.extracting(4..<length))
    var first = ByteWriter(bytes.slice(0..<4))
    first.append(word: sum)
  }

  /// That of a record that is known to be whole.
  static func sequence(in head: Span<UInt8>) -> UInt32 {
    var reader = ByteReader(head, at: 8)
    return UInt32(truncatingIfNeeded: reader.bigEndian(length: 4) ?? 0)
  }

  func isLater(than other: NotificationRecord) -> Bool {
    Int32(bitPattern: sequence &- other.sequence) > 0
  }

  private static func checkSum(_ bytes: Span<UInt8>) -> UInt32 {
    AccountRecord.checkSum(bytes, count: bytes.count)
  }
}
