import NBIoTBytes

/// What may be done with a resource, and what kind it is.
public struct Access: Equatable, BitwiseCopyable, Sendable {
  public let rawValue: UInt8

  @inline(__always)
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static var readable: Access { Access(rawValue: 0x01) }
  public static var writable: Access { Access(rawValue: 0x02) }
  public static var executable: Access { Access(rawValue: 0x04) }
  /// What a server writes goes to the application piece by piece and is kept nowhere.
  public static var streamed: Access { Access(rawValue: 0x08) }
  /// A buffer resource with room of its own, which a server may fill.
  public static var storage: Access { Access(rawValue: 0x10) }
  /// A multiple-instance resource.
  public static var multiple: Access { Access(rawValue: 0x20) }
  /// One of the SDK's own, not the application's.
  public static var builtIn: Access { Access(rawValue: 0x40) }
  /// A Create has to give it a value, and has not yet.
  public static var awaited: Access { Access(rawValue: 0x80) }

  @inline(__always)
  public func contains(_ other: Access) -> Bool {
    rawValue & other.rawValue == other.rawValue
  }

  public func without(_ other: Access) -> Access {
    Access(rawValue: rawValue & ~other.rawValue)
  }

  @inline(__always)
  public static func | (left: Access, right: Access) -> Access {
    Access(rawValue: left.rawValue | right.rawValue)
  }
}

/// One resource: where it is, what it is, and under which slot the `ValueStore` keeps its value.
public struct Resource: Keyed, Sendable {
  public let path: Path
  public let type: ValueType
  public let access: Access
  public let slot: UInt16

  @inline(__always)
  public init(path: Path, type: ValueType, access: Access, slot: UInt16) {
    precondition(path.depth == 3)
    self.path = path
    self.type = type
    self.access = access
    self.slot = slot
  }

  public var key: UInt64 {
    @inline(__always) get { path.key }
  }
}

extension SortedTable where Element == Resource {
  /// The indices of everything `path` covers.
  public func range(coveredBy path: Path) -> Range<Int> {
    if path.resource != Path.absent {
      let low = lowerBound(path.key)
      return low..<(low < count && self[low].key == path.key ? low &+ 1 : low)
    }
    // The path itself sorts behind everything below it.
    return lowerBound(path.firstCoveredKey)..<lowerBound(path.key)
  }
}
