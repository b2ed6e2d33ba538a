import LwM2MModel
import NBIoTBytes

/// One value a device reported, decoded as well as can be done without its object definitions.
public struct ReportedValue: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case text(String)
    case opaque([UInt8])
    case links([Link])
  }

  public let path: Path
  /// The instance of a multiple-instance resource.
  public let instance: UInt16?
  public let content: Content
  /// The type is not known and was concluded from the bytes.
  public let isGuess: Bool

  public init(path: Path, instance: UInt16? = nil, content: Content, isGuess: Bool = false) {
    self.path = path
    self.instance = instance
    self.content = content
    self.isGuess = isGuess
  }

  /// The path with the instance behind it.
  public var place: String {
    instance.map { "\(path.text)/\($0)" } ?? path.text
  }
}
