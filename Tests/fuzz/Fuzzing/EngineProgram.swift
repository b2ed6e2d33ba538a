/// An input as a row of parts, each a length and as many bytes: the device first, then one action after the other. A part that
/// grows or shrinks leaves those behind it as they were.
struct EngineProgram {
  static let maximumParts = 120

  var parts: [[UInt8]] = []

  init(_ parts: [[UInt8]]) {
    self.parts = parts
  }

  init(_ bytes: Span<UInt8>) {
    var place = 0
    while place < bytes.count, parts.count < EngineProgram.maximumParts {
      let length = min(Int(bytes[place]), bytes.count - place - 1)
      parts.append((0..<length).map { bytes[place + 1 + $0] })
      place += 1 + length
    }
  }

  /// As many parts as `maximum` has room for.
  func bytes(_ maximum: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts.prefix(EngineProgram.maximumParts) {
      guard bytes.count + 1 + part.count <= maximum else { break }
      bytes += [UInt8(part.count)] + part
    }
    return bytes
  }
}

/// A part that is read from its beginning; beyond its end it is all zeros, so that every part means something.
struct ActionArguments {
  private var rest: ArraySlice<UInt8>

  init(_ part: [UInt8]) {
    rest = part[...]
  }

  var isEmpty: Bool { rest.isEmpty }
  var count: Int { rest.count }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  mutating func word() -> UInt16 { UInt16(byte()) << 8 | UInt16(byte()) }

  mutating func below(_ bound: Int) -> Int { Int(byte()) % bound }

  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<min(count, self.count)).map { _ in byte() } }
}
