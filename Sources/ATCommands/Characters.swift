import NBIoTBytes

/// The characters of the grammar.
extension UInt8 {
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  var isLetter: Bool { upperCased &- UInt8(ascii: "A") < 26 }

  var upperCased: UInt8 {
    self &- UInt8(ascii: "a") < 26 ? self &- 0x20 : self
  }

  /// What begins the name of an extended command: V.250's own, and those of vendors.
  var isExtensionPrefix: Bool {
    switch self {
    case UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "%"),
      UInt8(ascii: "*"), UInt8(ascii: "#"):
      true
    default: false
    }
  }

  /// V.250 section 5.4.1.
  var isNameCharacter: Bool {
    switch self {
    case UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "_"):
      true
    default: isDigit || isLetter
    }
  }

  /// Of a hexadecimal digit.
  var digitValue: UInt8? {
    if isDigit { return self &- UInt8(ascii: "0") }
    let value = upperCased &- UInt8(ascii: "A")
    return value < 6 ? value &+ 10 : nil
  }

  /// As a hexadecimal digit; below 16.
  var hexadecimalDigit: UInt8 {
    self < 10 ? self &+ UInt8(ascii: "0") : self &- 10 &+ UInt8(ascii: "A")
  }
}

extension ByteReader {
  /// Skips `expected` when it comes next.
  mutating func skip(_ expected: UInt8) -> Bool {
    peek() == expected && skip(1)
  }

  mutating func skip(while condition: (UInt8) -> Bool) {
    while let byte = peek(), condition(byte) { _ = skip(1) }
  }

  mutating func skipBlanks() {
    skip { $0 == UInt8(ascii: " ") }
  }
}
