import NBIoTBytes

/// The attributes a server attached to one path.
public struct AttributeEntry: Keyed, Sendable {
  public let path: Path
  /// The server they belong to: attributes are kept per server (LwM2M 1.0 section 5.1.2).
  public let server: UInt16
  public var attributes: Attributes

  public init(path: Path, server: UInt16, attributes: Attributes) {
    self.path = path
    self.server = server
    self.attributes = attributes
  }

  public var key: UInt64 { AttributeEntry.key(path, server) }

  public static func key(_ path: Path, _ server: UInt16) -> UInt64 {
    path.key &<< 16 | UInt64(truncatingIfNeeded: server)
  }
}

extension SortedTable where Element == AttributeEntry {
  /// What is attached to exactly this path.
  public func attached(to path: Path, server: UInt16) -> Attributes {
    var result = Attributes()
    inherit(&result, from: path, server)
    return result
  }

  /// What holds at `path`: its own attributes, then the instance's, then the object's.
  @inline(never)
  public func effective(at path: Path, server: UInt16) -> Attributes {
    var result = Attributes()
    guard count > 0 else { return result }
    var level = path
    while level.depth > 0 {
      inherit(&result, from: level, server)
      level = level.parent
    }
    return result
  }

  @inline(never)
  private func inherit(_ result: inout Attributes, from path: Path, _ server: UInt16) {
    guard let index = index(of: AttributeEntry.key(path, server)) else { return }
    result.inherit(self[index].attributes)
  }

  /// Attaches, replaces, or with empty attributes removes. `false` when the table is full.
  public mutating func attach(_ attributes: Attributes, to path: Path, server: UInt16) -> Bool {
    let entry = AttributeEntry(path: path, server: server, attributes: attributes)
    guard let index = index(of: entry.key) else {
      return attributes.isEmpty || insert(entry)
    }
    if attributes.isEmpty {
      remove(at: index)
    } else {
      self[index] = entry
    }
    return true
  }

  public mutating func removeAll(at path: Path) {
    let low = lowerBound(AttributeEntry.key(path, 0))
    while low < count, self[low].path == path { remove(at: low) }
  }
}
