import LwM2MModel
import NBIoTBytes

/// Links as Register, Update and Discover carry them (RFC 6690 section 2, LwM2M 1.0 section 5.4.4).
public enum LinkFormat {
  /// `</3303/0>`
  public static func appendPath(_ path: Path, to writer: inout ByteWriter) {
    appendPrefix(path, to: &writer)
    appendEnd(path, to: &writer)
  }

  /// `</3303/`
  fileprivate static func appendPrefix(_ path: Path, to writer: inout ByteWriter) {
    writer.append("</")
    if path.instance != Path.absent { appendSegment(path.object, to: &writer) }
    if path.resource != Path.absent { appendSegment(path.instance, to: &writer) }
  }

  /// `0>`
  @inline(__always)
  fileprivate static func appendEnd(_ path: Path, to writer: inout ByteWriter) {
    if path.depth > 0 { DecimalText.append(UInt32(path.lastID), to: &writer) }
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
    var index: UInt8 = 0
    while let name = AttributeName(rawValue: index) {
      index &+= 1
      guard attributes.has(name) else { continue }
      writer.append(UInt8(ascii: ";"))
      writer.append(bigEndian: UInt64(name.letters), length: name.length)
      writer.append(UInt8(ascii: "="))
      if name.isPeriod {
        DecimalText.append(attributes.period(name) ?? 0, to: &writer)
      } else {
        // `AttributeQuery` lets only finite numbers in, and those have text.
        DecimalText.append(attributes.threshold(name) ?? 0, to: &writer)
      }
    }
  }

  /// `3303/`
  private static func appendSegment(_ id: UInt16, to writer: inout ByteWriter) {
    DecimalText.append(UInt32(id), to: &writer)
    writer.append(UInt8(ascii: "/"))
  }
}

/// Links one after another, with the commas between them. Attributes of a link are appended before the next.
public struct LinkList: BitwiseCopyable, Sendable {
  public private(set) var isEmpty = true
  private var last = Path()
  /// Where all but the last ID of `last` was written.
  private var prefixStart = 0
  private var prefixLength = 0

  public init() {}

  /// Starts the link of `path`. Siblings, of which Discover has many, take over what they have in common.
  @inline(never)
  public mutating func append(_ path: Path, to writer: inout ByteWriter) {
    separate(&writer)
    let start = writer.position
    if path.isResource(besides: last) {
      writer.append(again: prefixStart, count: prefixLength)
    } else {
      LinkFormat.appendPrefix(path, to: &writer)
    }
    prefixStart = start
    prefixLength = writer.position &- start
    last = path
    LinkFormat.appendEnd(path, to: &writer)
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
