import LwM2MModel

/// The objects and instances a device says it has.
public struct ObjectList: Equatable, Sendable {
  /// In the order the device listed them; objects without instances have a path of one ID.
  public private(set) var paths: [Path] = []
  /// The attributes of the link to the root, where a device states its formats.
  public private(set) var rootAttributes: [Link.Attribute] = []
  /// What stands in front of every path on the device; empty when nothing does (LwM2M 1.0 section
  /// 5.3.1, alternate path).
  public private(set) var prefix: [String] = []

  public init(paths: [Path] = []) {
    self.paths = paths
  }

  public init(parsing payload: [UInt8]) throws(LinkFormatError) {
    let links = try Link.list(parsing: payload)
    if let root = links.first(where: ObjectList.isRoot) {
      prefix = root.target.split(separator: "/").map(String.init)
      rootAttributes = root.attributes
    }
    for link in links {
      guard let path = path(of: link), path.depth <= 2, !paths.contains(path) else { continue }
      paths.append(path)
    }
  }

  /// The path of a link without the prefix; `nil` for a link that is none of LwM2M.
  public func path(of link: Link) -> Path? {
    var target = link.target.split(separator: "/")
    if !prefix.isEmpty, target.count > prefix.count, target.starts(with: prefix.map { $0[...] }) {
      target.removeFirst(prefix.count)
    }
    return Path(text: target.joined(separator: "/"))
  }

  private static func isRoot(_ link: Link) -> Bool {
    link.attributes.contains { attribute in
      attribute.name == "rt"
        && attribute.value?.split(separator: " ").contains("oma.lwm2m") == true
    }
  }
}
