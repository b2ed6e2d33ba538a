/// Why text is no link format.
public enum LinkFormatError: Error, Equatable, Sendable {
  case targetNotOpened
  case targetNotClosed
  case quoteNotClosed
  case separatorMissing
}

/// One link of RFC 6690 with its attributes in the order they came.
public struct Link: Equatable, Sendable {
  public struct Attribute: Equatable, Sendable {
    public let name: String
    /// Without quotes; `nil` for an attribute that has no value.
    public let value: String?

    public init(name: String, value: String?) {
      self.name = name
      self.value = value
    }
  }

  public let target: String
  public let attributes: [Attribute]

  public init(target: String, attributes: [Attribute] = []) {
    self.target = target
    self.attributes = attributes
  }

  /// Devices differ in their quoting: values with and without quotes, blanks around separators and
  /// a separator too many at the end are all taken.
  public static func list(parsing bytes: [UInt8]) throws(LinkFormatError) -> [Link] {
    var scanner = LinkScanner(bytes)
    return try scanner.links()
  }
}

/// The cursor behind `Link.list(parsing:)`.
private struct LinkScanner {
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func links() throws(LinkFormatError) -> [Link] {
    var result: [Link] = []
    while skipSeparators(), position < bytes.count {
      let target = try self.target()
      var attributes: [Link.Attribute] = []
      while accept(";") {
        if let attribute = try self.attribute() { attributes.append(attribute) }
      }
      skipBlanks()
      guard position == bytes.count || bytes[position] == UInt8(ascii: ",") else {
        throw .separatorMissing
      }
      result.append(Link(target: target, attributes: attributes))
    }
    return result
  }

  private mutating func target() throws(LinkFormatError) -> String {
    guard accept("<") else { throw .targetNotOpened }
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ">") { position += 1 }
    guard position < bytes.count else { throw .targetNotClosed }
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func attribute() throws(LinkFormatError) -> Link.Attribute? {
    let name = word()
    guard !name.isEmpty else { return nil }
    guard accept("=") else { return Link.Attribute(name: name, value: nil) }
    let value = accept("\"") ? try quoted() : word()
    return Link.Attribute(name: name, value: value)
  }

  private mutating func word() -> String {
    skipBlanks()
    let start = position
    while position < bytes.count, !LinkScanner.endsWord(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quoted() throws(LinkFormatError) -> String {
    var value: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
      value.append(bytes[position])
      position += 1
    }
    guard position < bytes.count else { throw .quoteNotClosed }
    position += 1
    return String(decoding: value, as: UTF8.self)
  }

  /// Always true: it stands in the condition of a loop.
  private mutating func skipSeparators() -> Bool {
    while accept(",") {}
    return true
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while position < bytes.count, LinkScanner.isBlank(bytes[position]) { position += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
      || byte == UInt8(ascii: "=")
  }
}
