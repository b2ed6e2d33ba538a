import LwM2MModel
import NBIoTBytes

/// Links as Register, Update and Discover carry them (RFC 6690 section 2, LwM2M 1.0 section 5.4.4).
public enum LinkFormat {
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
}

/// Links one after another, with the commas between them. Attributes of a link are appended before the next.
public struct LinkList: BitwiseCopyable, Sendable {
  public private(set) var isEmpty = true
  /// Object and instance of the link before, which the next one mostly has as well.
  private var last = Path()
  /// `,</3303`
  private var object = PathText()
  /// `/0`
  private var instance = PathText()

  public init() {}

  /// Starts the link of `path`: `</3303/0/5700>`.
  public mutating func append(_ path: Path, to writer: inout ByteWriter) {
    if path.object != last.object {
      object = PathText()
      object.prepend(path.object)
      object.prepend(UInt8(ascii: "<"))
      object.prepend(UInt8(ascii: ","))
    }
    if path.instance != last.instance {
      instance = PathText()
      if path.instance != Path.absent { instance.prepend(path.instance) }
    }
    last = path
    var resource = PathText()
    resource.prepend(UInt8(ascii: ">"))
    if path.resource != Path.absent { resource.prepend(path.resource) }
    var first = object
    if isEmpty { first.dropFirst() }
    isEmpty = false
    first.append(to: &writer)
    instance.append(to: &writer)
    resource.append(to: &writer)
  }

  /// Starts the link of the root, with its resource type.
  public mutating func appendRoot(to writer: inout ByteWriter) {
    if !isEmpty { writer.append(UInt8(ascii: ",")) }
    isEmpty = false
    LinkFormat.appendRoot(to: &writer)
  }
}

/// At most eight characters that are written in one go; they grow to the left.
private struct PathText: BitwiseCopyable, Sendable {
  /// In the high bytes.
  private var text: UInt64 = 0
  private var length = 0

  @inline(__always)
  mutating func prepend(_ byte: UInt8) {
    text = text &>> 8 | UInt64(truncatingIfNeeded: byte) &<< 56
    length &+= 1
  }

  /// `/3303`
  mutating func prepend(_ id: UInt16) {
    var rest = UInt32(truncatingIfNeeded: id)
    repeat {
      let tenth = rest / 10
      prepend(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest &- tenth &* 10))
      rest = tenth
    } while rest > 0
    prepend(UInt8(ascii: "/"))
  }

  mutating func dropFirst() {
    text = text &<< 8
    length &-= 1
  }

  @inline(__always)
  func append(to writer: inout ByteWriter) {
    writer.append(leading: text, length: length)
  }
}
