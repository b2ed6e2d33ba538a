import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Makes values of what a device sent.
///
/// Without the definition of an object the type is taken from the table of common resources. Where a
/// device uses another one, or the resource is not in the table, the bytes themselves decide.
enum PayloadReader {
  /// The values in the payload of `message`, which is about `path`.
  static func values(of message: Message, at path: Path) -> [ReportedValue] {
    guard message.code.isSuccess, !message.payload.isEmpty else { return [] }
    return values(of: message.payload, in: message.contentFormat ?? .text, at: path)
  }

  static func values(
    of bytes: [UInt8], in format: ContentFormat, at path: Path
  ) -> [ReportedValue] {
    switch format {
    case .text: return [text(bytes, at: path)]
    case .tlv, .oldTLV:
      return tlv(bytes, at: path) ?? [ReportedValue(path: path, content: .opaque(bytes))]
    case .linkFormat:
      // The answer to a Bootstrap-Discover begins with a version that is no link (LwM2M 1.0 5.2.7.3).
      guard let links = try? Link.list(parsing: bytes) else { return [text(bytes, at: path)] }
      return [ReportedValue(path: path, content: .links(links))]
    default: break
    }
    return [ReportedValue(path: path, content: .opaque(bytes))]
  }

  static func text(_ bytes: [UInt8], at path: Path) -> ReportedValue {
    let type = path.resourceDescription?.type
    if let type, let value = ValueDecoder.text(bytes.span, as: type) {
      return ReportedValue(path: path, content: ReportedValue.Content(value))
    }
    guard UTF8Text.isValid(bytes.span) else {
      return ReportedValue(path: path, content: .opaque(bytes))
    }
    let isNumber = type == nil
    if isNumber, let number = DecimalText.integer(bytes.span) {
      return ReportedValue(path: path, content: .integer(number))
    }
    if isNumber, let number = DecimalText.double(bytes.span) {
      return ReportedValue(path: path, content: .float(number))
    }
    return ReportedValue(path: path, content: .text(String(decoding: bytes, as: UTF8.self)))
  }

  /// `nil` when the bytes are no TLV.
  static func tlv(_ bytes: [UInt8], at path: Path) -> [ReportedValue]? {
    var values: [ReportedValue] = []
    guard append(bytes.span, at: path, level: 0, to: &values) else { return nil }
    return values
  }

  /// Instances, resources and resource instances: nothing can be nested deeper.
  private static let levels = 3

  private static func append(
    _ bytes: Span<UInt8>, at path: Path, level: Int, to values: inout [ReportedValue]
  ) -> Bool {
    guard level < levels else { return false }
    var reader = TLVReader(bytes)
    do {
      while let record = try reader.next() {
        guard append(record, at: path, level: level, to: &values) else { return false }
      }
      return true
    } catch {
      return false
    }
  }

  private static func append(
    _ record: borrowing TLVRecord, at path: Path, level: Int, to values: inout [ReportedValue]
  ) -> Bool {
    switch record.kind {
    case .objectInstance:
      let instance = Path(path.object, record.id)
      return append(record.value, at: instance, level: level + 1, to: &values)
    case .multipleResource:
      let resource = Path(path.object, instance(of: path), record.id)
      return append(record.value, at: resource, level: level + 1, to: &values)
    case .resource:
      let resource = Path(path.object, instance(of: path), record.id)
      values.append(value([UInt8](copying: record.value), at: resource, instance: nil))
    case .resourceInstance:
      // Outside a multiple resource some devices send a single value as its instance 0.
      values.append(value([UInt8](copying: record.value), at: path, instance: record.id))
    }
    return true
  }

  /// A device with one instance may leave the instance level out.
  private static func instance(of path: Path) -> UInt16 {
    path.instance == Path.absent ? 0 : path.instance
  }

  private static func value(
    _ bytes: [UInt8], at path: Path, instance: UInt16?
  ) -> ReportedValue {
    if let type = path.resourceDescription?.type,
      let value = ValueDecoder.tlv(bytes.span, as: type)
    {
      return ReportedValue(
        path: path, instance: instance, content: ReportedValue.Content(value))
    }
    return ReportedValue(
      path: path, instance: instance, content: BinaryGuess.content(of: bytes), isGuess: true)
  }
}

extension Content {
  /// What the bytes mean where they go.
  public func values(at path: Path) -> [ReportedValue] {
    PayloadReader.values(of: bytes, in: format, at: path)
  }
}

extension ReportedValue.Content {
  init(_ value: borrowing Value) {
    switch copy value {
    case .integer(let number): self = .integer(number)
    case .float(let number): self = .float(number)
    case .boolean(let flag): self = .boolean(flag)
    case .string(let bytes):
      self = .text(String(decoding: [UInt8](copying: bytes), as: UTF8.self))
    case .opaque(let bytes), .hexString(let bytes): self = .opaque([UInt8](copying: bytes))
    }
  }
}

/// What the bytes of a value of unknown type most likely mean.
enum BinaryGuess {
  static func content(of bytes: [UInt8]) -> ReportedValue.Content {
    if bytes.isEmpty { return .text("") }
    if bytes.count > 1, isPrintable(bytes) {
      return .text(String(decoding: bytes, as: UTF8.self))
    }
    if let number = plausibleFloat(bytes) { return .float(number) }
    if case .integer(let number)? = ValueDecoder.tlv(bytes.span, as: .integer) {
      return .integer(number)
    }
    return .opaque(bytes)
  }

  /// UTF-8 without control characters.
  private static func isPrintable(_ bytes: [UInt8]) -> Bool {
    UTF8Text.isValid(bytes.span) && !bytes.contains { $0 < 0x20 || $0 == 0x7F }
  }

  /// Small integers are no plausible floats: their exponent is far too small.
  private static func plausibleFloat(_ bytes: [UInt8]) -> Double? {
    guard case .float(let number)? = ValueDecoder.tlv(bytes.span, as: .float) else { return nil }
    return (1e-9...1e12).contains(abs(number)) ? number : nil
  }
}
