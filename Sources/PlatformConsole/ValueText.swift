import CoAPWire
import LwM2MModel
import PlatformAccess

extension ReportedValue.Content {
  /// For people.
  var text: String {
    switch self {
    case .integer(let number): String(number)
    case .float(let number): String(number)
    case .boolean(let flag): flag ? "true" : "false"
    case .text(let text): [UInt8](text.utf8).digest ?? JSON.string(text).text
    case .opaque(let bytes): bytes.digest ?? bytes.hexText + bytes.printableText
    case .links(let links): links.map(\.text).abridgedList
    }
  }

  var typeName: String {
    switch self {
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .text: "string"
    case .opaque: "opaque"
    case .links: "links"
    }
  }

  var json: JSON {
    switch self {
    case .integer(let number): .integer(number)
    case .float(let number): .number(number)
    case .boolean(let flag): .boolean(flag)
    case .text(let text): .string(text)
    case .opaque(let bytes): .string(bytes.hexText)
    case .links(let links): .array(links.map { .string($0.text) })
    }
  }
}

extension Link {
  var text: String {
    attributes.reduce("<\(target)>") { text, attribute in
      text + ";" + attribute.name + (attribute.value.map { "=\($0)" } ?? "")
    }
  }
}

extension ReportedValue {
  /// The value, with what of its place `path` does not say already.
  func text(below path: Path) -> String {
    if case .links = content { return content.text }
    var ids = self.path.identifiers.dropFirst(path.depth).map { String($0) }
    if let instance { ids.append(String(instance)) }
    let place = ids.joined(separator: "/")
    let name = self.path.resourceDescription.map { " " + $0.name } ?? ""
    let label = place.isEmpty ? String(name.dropFirst()) : place + name
    let note = isGuess ? " (type guessed)" : ""
    return (label.isEmpty ? "" : label + " = ") + content.text + note
  }

  var json: JSON {
    .object([
      .init("path", .string(place)),
      .init("name", self.path.resourceDescription.map { .string($0.name) } ?? .null),
      .init("type", .string(content.typeName)),
      .init("value", content.json),
      .init("guess", .boolean(isGuess)),
    ])
  }
}

extension ContentFormat {
  var name: String {
    switch self {
    case .text: "text"
    case .linkFormat: "links"
    case .opaque: "opaque"
    case .tlv: "TLV"
    case .oldTLV: "TLV(1542)"
    default: "format \(rawValue)"
    }
  }
}

extension MessageType {
  var name: String {
    switch self {
    case .confirmable: "CON"
    case .nonConfirmable: "NON"
    case .acknowledgement: "ACK"
    case .reset: "RST"
    }
  }
}

extension [String] {
  /// The elements, but only the first ones of many.
  var abridgedList: String {
    guard count > 24 else { return joined(separator: ",") }
    return prefix(20).joined(separator: ",") + ",... (\(count) in all)"
  }
}

extension [UInt8] {
  /// What is too long for a line is known by its length and CRC-32; `nil` for what is not.
  var digest: String? {
    count > 128 ? "\(count) bytes, CRC-32 \(crc32Text)" : nil
  }

  var crc32Text: String {
    let digits = String(CRC32.of(self), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  var hexText: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The characters behind the hexadecimal digits; nothing when few of them can be printed.
  fileprivate var printableText: String {
    let printable = filter { (0x20..<0x7F).contains($0) }
    guard !isEmpty, printable.count * 2 >= count else { return "" }
    let text = map { (0x20..<0x7F).contains($0) ? Character(Unicode.Scalar($0)) : "." }
    return " \"\(String(text))\""
  }
}
