import Fixtures
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

extension FuzzTarget {
  /// TLV (LwM2M 1.0 section 6.4.3) is read as a slow reader reads it. What is written is read back as it was, and is the
  /// shortest of all that say the same.
  static let tlv = FuzzTarget("tlv", maximumLength: 400) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    let records = PlainTLV.read(bytes)
    try require(records == PlainTLV.reference(input), "read differently: \(input)")
    guard let records else { return }
    guard let again = written({ writer in records.allSatisfy { $0.append(to: &writer) } }) else {
      throw Finding("not written: \(records)")
    }
    try require(again.count <= input.count, "longer than it was: \(records)")
    try require(PlainTLV.read(again.span) == records, "written differently: \(records)")
    let nested = written { writer in records.allSatisfy { $0.appendNested(to: &writer) } }
    try require(nested == again, "nested, written differently: \(records)")
  }
}

/// One TLV with bytes of its own.
struct PlainTLV: Equatable {
  var kind: TLVKind
  var id: UInt16
  var value: [UInt8]

  /// As the reader reads them; `nil` = malformed.
  static func read(_ bytes: Span<UInt8>) -> [PlainTLV]? {
    var reader = TLVReader(bytes)
    var records: [PlainTLV] = []
    do throws(TLVError) {
      while let record = try reader.next() {
        records.append(
          PlainTLV(kind: record.kind, id: record.id, value: Array(copying: record.value)))
      }
    } catch {
      return nil
    }
    return reader.position == bytes.count ? records : nil
  }

  /// Table 20 of the section, bit by bit.
  static func reference(_ bytes: [UInt8]) -> [PlainTLV]? {
    var rest = bytes
    var records: [PlainTLV] = []
    while !rest.isEmpty {
      let type = rest.removeFirst()
      let kinds: [TLVKind] = [.objectInstance, .resourceInstance, .multipleResource, .resource]
      guard let id = number(type / 32 % 2 + 1, &rest) else { return nil }
      let size = type / 8 % 4
      guard let length = size == 0 ? Int(type % 8) : number(size, &rest), length <= rest.count
      else { return nil }
      records.append(
        PlainTLV(
          kind: kinds[Int(type / 64)], id: UInt16(id), value: Array(rest.prefix(length))))
      rest.removeFirst(length)
    }
    return records
  }

  private static func number(_ size: UInt8, _ rest: inout [UInt8]) -> Int? {
    guard rest.count >= size else { return nil }
    defer { rest.removeFirst(Int(size)) }
    return rest.prefix(Int(size)).reduce(0) { $0 * 256 + Int($1) }
  }

  func append(to writer: inout ByteWriter) -> Bool {
    TLVWriter.append(kind, id, .opaque(value.span), to: &writer)
  }

  /// As what is not known to be so long before it was written.
  func appendNested(to writer: inout ByteWriter) -> Bool {
    let start = TLVWriter.begin(writer)
    writer.append(value.span)
    return TLVWriter.end(kind, id, from: start, to: &writer)
  }
}
