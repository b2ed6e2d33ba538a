import LwM2MModel
import NBIoTBytes

/// The bytes before the value of a TLV, at most six, in the low end of `bits`.
struct TLVHeader: BitwiseCopyable {
  let bits: UInt64
  let size: Int

  /// A length has at most 24 bits (LwM2M 1.0 section 6.4.3).
  static var maximumLength: Int { 0xFF_FFFF }

  @inline(__always)
  init?(_ kind: TLVKind, _ id: UInt16, length: Int) {
    if length < 8 {
      self.init(kind, id, shortLength: length)
      return
    }
    guard length <= TLVHeader.maximumLength else { return nil }
    let lengthSize = length <= 0xFF ? 1 : length <= 0xFFFF ? 2 : 3
    let short = TLVHeader(kind, id, shortLength: lengthSize &<< 3)
    let room = UInt64(truncatingIfNeeded: lengthSize &<< 3)
    self.init(
      bits: short.bits &<< room | UInt64(truncatingIfNeeded: length),
      size: short.size &+ lengthSize)
  }

  @inline(__always)
  private init(bits: UInt64, size: Int) {
    self.bits = bits
    self.size = size
  }

  /// `shortLength` is what goes into the low five bits of the first byte.
  @inline(__always)
  init(_ kind: TLVKind, _ id: UInt16, shortLength: Int) {
    let first = UInt64(kind.rawValue) | UInt64(truncatingIfNeeded: shortLength)
    if id <= 0xFF {
      bits = first &<< 8 | UInt64(id)
      size = 2
    } else {
      bits = (first | 0x20) &<< 16 | UInt64(id)
      size = 3
    }
  }
}

/// Writes TLVs (LwM2M 1.0 section 6.4.3, types as in Appendix C).
///
/// `false` means that the value has no such encoding; what was written for it is then worthless. Room that
/// is missing is remembered by the writer instead.
public enum TLVWriter {
  @inline(__always)
  public static func append(
    _ kind: TLVKind, _ id: UInt16, _ value: borrowing Value, to writer: inout ByteWriter
  ) -> Bool {
    switch copy value {
    case .integer(let number):
      append(kind, id, integer: number, to: &writer)
      return true
    case .float(let number):
      append(kind, id, float: number, to: &writer)
      return true
    case .boolean(let flag):
      append(kind, id, bits: flag ? 1 : 0, length: 1, to: &writer)
      return true
    case .string(let bytes), .opaque(let bytes):
      guard appendHeader(kind, id, length: bytes.count, to: &writer) else { return false }
      writer.append(bytes)
      return true
    case .hexString(let digits):
      return append(kind, id, hexDigits: digits, to: &writer)
    }
  }

  /// Where a TLV begins whose value is appended next and whose header `end` puts before it.
  @inline(__always)
  public static func begin(_ writer: borrowing ByteWriter) -> Int {
    writer.total
  }

  /// Makes everything since `start` the value of one TLV.
  public static func end(
    _ kind: TLVKind, _ id: UInt16, from start: Int, to writer: inout ByteWriter
  ) -> Bool {
    guard let header = TLVHeader(kind, id, length: writer.total &- start) else { return false }
    // Without room there is no gap to fill; the header counts nevertheless.
    writer.openGap(at: writer.overflowed ? writer.position : start, of: header.size)
    guard !writer.overflowed else { return true }
    var bits = header.bits
    var index = start &+ header.size
    while index > start {
      index &-= 1
      writer.replace(at: index, with: UInt8(truncatingIfNeeded: bits))
      bits &>>= 8
    }
    return true
  }

  @inline(__always)
  private static func append(
    _ kind: TLVKind, _ id: UInt16, integer number: Int64, to writer: inout ByteWriter
  ) {
    let bits = UInt64(bitPattern: number)
    if Int64(Int8(truncatingIfNeeded: number)) == number {
      append(kind, id, bits: bits & 0xFF, length: 1, to: &writer)
    } else if Int64(Int16(truncatingIfNeeded: number)) == number {
      append(kind, id, bits: bits & 0xFFFF, length: 2, to: &writer)
    } else if Int64(Int32(truncatingIfNeeded: number)) == number {
      append(kind, id, bits: bits & 0xFFFF_FFFF, length: 4, to: &writer)
    } else {
      append(kind, id, eightBytes: bits, to: &writer)
    }
  }

  @inline(__always)
  private static func append(
    _ kind: TLVKind, _ id: UInt16, float number: Double, to writer: inout ByteWriter
  ) {
    let narrow = Float(number)
    // Not equal either when it is not a number: then all of its bits are kept.
    if Double(narrow) == number {
      append(kind, id, bits: UInt64(narrow.bitPattern), length: 4, to: &writer)
    } else {
      append(kind, id, eightBytes: number.bitPattern, to: &writer)
    }
  }

  /// Header and value, at most seven bytes together, in one write.
  @inline(__always)
  private static func append(
    _ kind: TLVKind, _ id: UInt16, bits: UInt64, length: Int, to writer: inout ByteWriter
  ) {
    let header = TLVHeader(kind, id, shortLength: length)
    writer.append(
      bigEndian: header.bits &<< UInt64(truncatingIfNeeded: length &<< 3) | bits,
      length: header.size &+ length)
  }

  private static func append(
    _ kind: TLVKind, _ id: UInt16, eightBytes bits: UInt64, to writer: inout ByteWriter
  ) {
    let header = TLVHeader(kind, id, shortLength: 0x08)
    writer.append(bigEndian: header.bits &<< 8 | 8, length: header.size &+ 1)
    writer.append(bigEndian: bits, length: 8)
  }

  private static func append(
    _ kind: TLVKind, _ id: UInt16, hexDigits digits: Span<UInt8>, to writer: inout ByteWriter
  ) -> Bool {
    guard let length = HexDigits.decodedLength(digits),
      appendHeader(kind, id, length: length, to: &writer)
    else { return false }
    return HexDigits.appendDecoded(digits, to: &writer)
  }

  @inline(__always)
  static func appendHeader(
    _ kind: TLVKind, _ id: UInt16, length: Int, to writer: inout ByteWriter
  ) -> Bool {
    guard let header = TLVHeader(kind, id, length: length) else { return false }
    writer.append(bigEndian: header.bits, length: header.size)
    return true
  }
}
