import LwM2MModel
import NBIoTBytes

/// Links as Register, Update and Discover carry them (RFC 6690 section 2, LwM2M 1.0 section 5.4.4).
public enum LinkFormat {
  /// `</3303/0>`
  public static func appendPath(_ path: Path, to writer: inout ByteWriter) {
    let depth = path.depth
    guard depth > 0 else { return writer.append("</>") }
    writer.append("</")
    DecimalText.append(UInt32(path.object), to: &writer)
    if depth > 1 { appendSegment(path.instance, to: &writer) }
    if depth > 2 { appendSegment(path.resource, to: &writer) }
    writer.append(UInt8(ascii: ">"))
  }

  /// `</>;rt="oma.lwm2m"`: says that the objects are at the root (LwM2M 1.0 section 5.3.1).
  public static func appendRoot(to writer: inout ByteWriter) {
    writer.append("</>;rt=\"oma.lwm2m\"")
  }

  /// `;dim=8`: how many instances a multiple resource has (LwM2M 1.0 section 5.1.1).
  public static func appendDimension(_ count: Int, to writer: inout ByteWriter) {
    writer.append(";dim=")
    DecimalText.append(UInt32(clamping: count), to: &writer)
  }

  /// `;pmin=10;pmax=60;gt=50;lt=42.2;st=1`, what is set of it (LwM2M 1.0 section 5.1.2).
  @inline(never)
  public static func appendAttributes(_ attributes: Attributes, to writer: inout ByteWriter) {
    if let seconds = attributes.minimumPeriod {
      writer.append(";pmin=")
      DecimalText.append(seconds, to: &writer)
    }
    if let seconds = attributes.maximumPeriod {
      writer.append(";pmax=")
      DecimalText.append(seconds, to: &writer)
    }
    append(";gt=", attributes.greaterThan, to: &writer)
    append(";lt=", attributes.lessThan, to: &writer)
    append(";st=", attributes.step, to: &writer)
  }

  private static func append(
    _ name: StaticString, _ number: Double?, to writer: inout ByteWriter
  ) {
    guard let number else { return }
    writer.append(name)
    // `AttributeQuery` lets only finite numbers in, and those have text.
    DecimalText.append(number, to: &writer)
  }

  private static func appendSegment(_ id: UInt16, to writer: inout ByteWriter) {
    writer.append(UInt8(ascii: "/"))
    DecimalText.append(UInt32(id), to: &writer)
  }
}

/// Links one after another, with the commas between them. Attributes of a link are appended before the next.
public struct LinkList: BitwiseCopyable, Sendable {
  public private(set) var isEmpty = true

  public init() {}

  /// Starts the link of `path`.
  @inline(never)
  public mutating func append(_ path: Path, to writer: inout ByteWriter) {
    separate(&writer)
    LinkFormat.appendPath(path, to: &writer)
  }

  /// Starts the link of the root, with its resource type.
  public mutating func appendRoot(to writer: inout ByteWriter) {
    separate(&writer)
    LinkFormat.appendRoot(to: &writer)
  }

  private mutating func separate(_ writer: inout ByteWriter) {
    if !isEmpty { writer.append(UInt8(ascii: ",")) }
    isEmpty = false
  }
}
