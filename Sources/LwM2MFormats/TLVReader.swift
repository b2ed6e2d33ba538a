import NBIoTBytes

/// What a TLV stands for: bits 7 and 6 of its first byte (LwM2M 1.0 section 6.4.3).
public enum TLVKind: UInt8, BitwiseCopyable, Sendable {
  case objectInstance = 0x00
  case resourceInstance = 0x40
  case multipleResource = 0x80
  case resource = 0xC0

  /// The kind that `first`, the first byte of a TLV, names.
  @inline(__always)
  init(of first: UInt8) {
    switch first & 0xC0 {
    case 0x00: self = .objectInstance
    case 0x40: self = .resourceInstance
    case 0x80: self = .multipleResource
    default: self = .resource
    }
  }
}

/// Why bytes are no sequence of TLVs.
public enum TLVError: Error, Equatable, BitwiseCopyable, Sendable {
  case headerTruncated
  case valueTruncated
}

/// One TLV: the value of a resource, or the TLVs inside an instance or a multiple resource.
public struct TLVRecord: ~Escapable {
  public let kind: TLVKind
  public let id: UInt16
  public let value: Span<UInt8>

  @inline(__always)
  @_lifetime(copy value)
  init(kind: TLVKind, id: UInt16, value: Span<UInt8>) {
    self.kind = kind
    self.id = id
    self.value = value
  }
}

/// A walk over the TLVs of one level.
///
/// IDs and lengths may be wider than they need to be: the section does not forbid it, and peers differ.
public struct TLVReader: ~Copyable, ~Escapable {
  private var reader: ByteReader

  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    reader = ByteReader(bytes)
  }

  /// How many bytes the records so far took.
  public var position: Int { reader.position }

  /// The next TLV, `nil` at the end. After an error the walk is over.
  @_lifetime(copy self)
  public mutating func next() throws(TLVError) -> TLVRecord? {
    guard let opening = try opening() else { return nil }
    guard let value = reader.take(opening.length) else { throw .valueTruncated }
    return TLVRecord(kind: opening.kind, id: opening.id, value: value)
  }

  /// What the next TLV is, whose value need not be there whole; `nil` at the end. Afterwards the walk is over.
  @inline(__always)
  public mutating func opening() throws(TLVError) -> TLVOpening? {
    guard let first = reader.byte() else { return nil }
    let idLength = first & 0x20 == 0 ? 1 : 2
    guard let id = reader.bigEndian(length: idLength) else { throw .headerTruncated }
    var length = Int(first & 0x07)
    let lengthSize = Int(first >> 3 & 0x03)
    if lengthSize > 0 {
      guard let number = reader.bigEndian(length: lengthSize) else { throw .headerTruncated }
      length = Int(truncatingIfNeeded: number)
    }
    return TLVOpening(
      kind: TLVKind(of: first), id: UInt16(truncatingIfNeeded: id), length: length)
  }
}

/// The header of a TLV.
public struct TLVOpening: BitwiseCopyable, Sendable {
  public let kind: TLVKind
  public let id: UInt16
  /// Of the value, in bytes.
  public let length: Int
}
