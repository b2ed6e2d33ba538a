import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// How a value given as text goes to the device.
public enum WriteFormat: String, CaseIterable, Sendable {
  case text
  case tlv
  /// TLV under the number it had before it was registered.
  case oldTLV = "old-tlv"
  /// The characters themselves, as application/octet-stream.
  case opaque
  /// The bytes the hexadecimal digits stand for, as application/octet-stream.
  case hex
}

/// Why a value cannot be written as it was asked.
public enum WriteError: Error, Equatable, Sendable {
  case notHexadecimal
  case instanceNeedsTLV
  case assignmentMissing(String)
  case valueNotOfType(String)
  case tooLong
}

/// Makes the payload of a Write.
public enum PayloadWriter {
  public static func content(
    _ text: String, as format: WriteFormat, at path: Path
  ) throws(WriteError) -> Content {
    guard path.depth == 3 || format == .tlv || format == .oldTLV else { throw .instanceNeedsTLV }
    switch format {
    case .text: return Content(format: .text, bytes: plain(text, at: path))
    case .opaque: return Content(format: .opaque, bytes: [UInt8](text.utf8))
    case .hex: return Content(format: .opaque, bytes: try hexadecimal(text))
    case .tlv: return Content(format: .tlv, bytes: try tlv(text, at: path))
    case .oldTLV: return Content(format: .oldTLV, bytes: try tlv(text, at: path))
    }
  }

  /// Bytes as they are: in TLV as the opaque value of the resource.
  public static func content(
    bytes: [UInt8], as format: WriteFormat, at path: Path
  ) throws(WriteError) -> Content {
    guard path.depth == 3 else { throw .instanceNeedsTLV }
    switch format {
    case .text: return Content(format: .text, bytes: bytes)
    case .opaque, .hex: return Content(format: .opaque, bytes: bytes)
    case .tlv: return Content(format: .tlv, bytes: try record(bytes, at: path))
    case .oldTLV: return Content(format: .oldTLV, bytes: try record(bytes, at: path))
    }
  }

  private static func record(_ bytes: [UInt8], at path: Path) throws(WriteError) -> [UInt8] {
    var storage = [UInt8](repeating: 0, count: bytes.count + 16)
    var writer = ByteWriter(storage.mutableSpan)
    guard TLVWriter.append(.resource, path.resource, .opaque(bytes.span), to: &writer)
    else { throw .tooLong }
    let length = writer.position
    return [UInt8](storage[..<length])
  }

  /// What creates an instance: its resources, in a record of the instance when `path` names it
  /// (LwM2M 1.0 section 5.4.7).
  public static func instance(_ text: String, at path: Path) throws(WriteError) -> Content {
    let isNamed = path.depth == 2
    let bytes = try tlv(text, at: isNamed ? path : Path(path.object, 0))
    guard isNamed else { return Content(format: .tlv, bytes: bytes) }
    var storage = [UInt8](repeating: 0, count: bytes.count + 16)
    var writer = ByteWriter(storage.mutableSpan)
    guard TLVWriter.append(.objectInstance, path.instance, .opaque(bytes.span), to: &writer)
    else { throw .tooLong }
    let length = writer.position
    return Content(format: .tlv, bytes: [UInt8](storage[..<length]))
  }

  /// A boolean travels as one digit.
  private static func plain(_ text: String, at path: Path) -> [UInt8] {
    guard path.resourceDescription?.type == .boolean, let flag = boolean(text) else {
      return [UInt8](text.utf8)
    }
    return [UInt8(ascii: flag ? "1" : "0")]
  }

  static func hexadecimal(_ text: String) throws(WriteError) -> [UInt8] {
    let digits = [UInt8](text.utf8)
    guard let length = HexDigits.decodedLength(digits.span) else { throw .notHexadecimal }
    var storage = [UInt8](repeating: 0, count: length)
    var writer = ByteWriter(storage.mutableSpan)
    guard HexDigits.appendDecoded(digits.span, to: &writer) else { throw .notHexadecimal }
    return storage
  }

  /// One value for a resource; `ID=VALUE,ID=VALUE` for an instance.
  private static func tlv(_ text: String, at path: Path) throws(WriteError) -> [UInt8] {
    guard path.depth == 2 else {
      return try record(text, at: path)
    }
    var bytes: [UInt8] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let id = UInt16(sides[0]), id != Path.absent else {
        throw .assignmentMissing(String(part))
      }
      bytes += try record(String(sides[1]), at: Path(path.object, path.instance, id))
    }
    return bytes
  }

  private static func record(_ text: String, at path: Path) throws(WriteError) -> [UInt8] {
    let type = path.resourceDescription?.type ?? guess(text)
    let bytes = type == .opaque ? try hexadecimal(text) : [UInt8](text.utf8)
    var storage = [UInt8](repeating: 0, count: bytes.count + 16)
    var writer = ByteWriter(storage.mutableSpan)
    let isWritten: Bool
    switch type {
    case .opaque:
      isWritten = TLVWriter.append(.resource, path.resource, .opaque(bytes.span), to: &writer)
    case .boolean:
      guard let flag = boolean(text) else { throw .valueNotOfType("boolean") }
      isWritten = TLVWriter.append(.resource, path.resource, .boolean(flag), to: &writer)
    default:
      guard let value = ValueDecoder.text(bytes.span, as: type) else {
        throw .valueNotOfType("\(type)")
      }
      isWritten = TLVWriter.append(.resource, path.resource, value, to: &writer)
    }
    guard isWritten else { throw .tooLong }
    let length = writer.position
    return [UInt8](storage[..<length])
  }

  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "1", "true": true
    case "0", "false": false
    default: nil
    }
  }

  /// The type of a value for a resource that is not in the table.
  private static func guess(_ text: String) -> ValueType {
    let bytes = [UInt8](text.utf8)
    if text == "true" || text == "false" { return .boolean }
    if DecimalText.integer(bytes.span) != nil { return .integer }
    return DecimalText.double(bytes.span) != nil ? .float : .string
  }
}
