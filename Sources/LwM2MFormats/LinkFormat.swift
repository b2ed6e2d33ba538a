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
  /// The object and instance links are in.
  public private(set) var place = Path()
  /// `,</3303`; the first has no comma.
  private var object = ShortText()
  /// `/0`
  private var instance = ShortText()

  public init() {}

  /// Starts the link of `path`: `</3303/0/5700>`.
  @inline(never)
  public mutating func append(_ path: Path, to writer: inout ByteWriter) {
    enter(path)
    append(sibling: path.resource, to: &writer)
    if isEmpty {
      isEmpty = false
      object.prepend(UInt8(ascii: ","))
    }
  }

  /// Starts the link of the resource with this ID, which is where the link before was, or of the instance itself.
  public func append(sibling resource: UInt16, to writer: inout ByteWriter) {
    writer.append(
      object, instance, resource == Path.absent ? .end : ShortText(segment: resource))
  }

  /// Whether `path` is in the object and instance of the links before.
  @inline(__always)
  public func contains(_ path: Path) -> Bool {
    path.instance == place.instance && path.object == place.object
  }

  /// The links that follow are in the object and the instance of `path`.
  @inline(never)
  private mutating func enter(_ path: Path) {
    if path.object != place.object {
      object = ShortText(segment: path.object)
      object.dropLast()
      object.prepend(UInt8(ascii: "<"))
      if !isEmpty { object.prepend(UInt8(ascii: ",")) }
    }
    if path.instance != place.instance {
      instance = ShortText()
      if path.instance != Path.absent {
        instance = ShortText(segment: path.instance)
        instance.dropLast()
      }
    }
    place = path
  }

  /// `lwm2m="1.0"`: what a Bootstrap-Discover begins with, though it is no link (LwM2M 1.0 section 5.2.7.3).
  public mutating func appendVersion(to writer: inout ByteWriter) {
    isEmpty = false
    writer.append("lwm2m=\"1.0\"")
  }

  /// Starts the link of the root, with its resource type.
  public mutating func appendRoot(to writer: inout ByteWriter) {
    if !isEmpty { writer.append(UInt8(ascii: ",")) }
    isEmpty = false
    LinkFormat.appendRoot(to: &writer)
  }
}
