/// Cuts what arrives on standard input into lines.
public struct InputLines {
  private var rest: [UInt8] = []
  public private(set) var isAtEnd = false

  public init() {}

  /// The lines that are complete now. No bytes are the end of the input.
  public mutating func append(_ bytes: [UInt8]) -> [String] {
    isAtEnd = bytes.isEmpty
    rest += isAtEnd && !rest.isEmpty ? [UInt8(ascii: "\n")] : bytes
    var lines: [String] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    return lines
  }
}
