import NBIoTBytes

/// `/object`, `/object/instance` or `/object/instance/resource` (LwM2M 1.0 section 6.1).
///
/// An absent ID is 65535, which no object, instance or resource may have.
public struct Path: Equatable, BitwiseCopyable, Sendable {
  // In this order all three are one number in memory.
  public var resource: UInt16
  public var instance: UInt16
  public var object: UInt16

  public static var absent: UInt16 { 0xFFFF }

  /// The root: no ID at all.
  @inline(__always)
  public init() {
    object = Path.absent
    instance = Path.absent
    resource = Path.absent
  }

  @inline(__always)
  public init(_ object: UInt16, _ instance: UInt16 = absent, _ resource: UInt16 = absent) {
    self.object = object
    self.instance = instance
    self.resource = resource
  }

  /// Of the IDs that came in.
  @inline(__always)
  public init(_ list: IdentifierList) {
    let key = list.key
    object = UInt16(truncatingIfNeeded: key &>> 32)
    instance = UInt16(truncatingIfNeeded: key &>> 16)
    resource = UInt16(truncatingIfNeeded: key)
  }

  @inline(__always)
  public static func == (left: Path, right: Path) -> Bool {
    left.key == right.key
  }

  /// How many IDs there are, 0 ... 3.
  public var depth: Int {
    @inline(__always)
    get {
      if resource != Path.absent { return 3 }
      if instance != Path.absent { return 2 }
      return object != Path.absent ? 1 : 0
    }
  }

  /// Orders paths by object, instance, resource; a path sorts behind everything below it.
  public var key: UInt64 {
    @inline(__always)
    get {
      UInt64(truncatingIfNeeded: object) &<< 32
        | UInt64(
          truncatingIfNeeded: UInt32(truncatingIfNeeded: instance) &<< 16
            | UInt32(truncatingIfNeeded: resource))
    }
  }

  /// The least key of what this path covers, itself included.
  public var firstCoveredKey: UInt64 {
    @inline(__always)
    get {
      // An absent ID is above all that there are, as 0 is below them.
      var first = self
      if resource == Path.absent { first.resource = 0 }
      if instance == Path.absent { first.instance = 0 }
      if object == Path.absent { first.object = 0 }
      return first.key
    }
  }

  /// One level up; the root is its own parent.
  public var parent: Path {
    switch depth {
    case 3: Path(object, instance)
    case 2: Path(object)
    default: Path()
    }
  }

  /// Whether `other` is this path or below it.
  @inline(__always)
  public func covers(_ other: Path) -> Bool {
    if depth == 0 { return true }
    return object == other.object
      && (instance == Path.absent || instance == other.instance)
      && (resource == Path.absent || resource == other.resource)
  }

  /// Adds the next ID. `false`, and nothing changed, when three are there already or `id` is 65535.
  @inline(__always)
  public mutating func append(_ id: UInt16) -> Bool {
    guard id != Path.absent else { return false }
    switch depth {
    case 0: object = id
    case 1: instance = id
    case 2: resource = id
    default: return false
    }
    return true
  }
}
