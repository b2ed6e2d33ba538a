import LwM2MModel

extension Path {
  /// `/3303/0/5700`, with one to three IDs of 0 ... 65534; the first slash may be missing.
  public init?(text: some StringProtocol) {
    var parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.first?.isEmpty == true { parts.removeFirst() }
    self.init()
    guard (1...3).contains(parts.count) else { return nil }
    for part in parts {
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = UInt16(part),
        id != Path.absent, append(id)
      else { return nil }
    }
  }

  /// The IDs that are there.
  public var identifiers: [UInt16] {
    [object, instance, resource].filter { $0 != Path.absent }
  }

  public var text: String {
    depth == 0 ? "/" : identifiers.map { "/\($0)" }.joined()
  }
}
