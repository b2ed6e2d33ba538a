/// A line as it is written, parameter by parameter: a command, what answers one, or what comes unasked.
public struct Line: Equatable, Sendable {
  /// Without the ends of the line.
  public private(set) var bytes: [UInt8]
  private var isFirst = true

  /// `head`: what stands before the first parameter, such as `AT+NSOCL=`, `+CEREG:` or nothing.
  public init(_ head: String = "") {
    bytes = Array(head.utf8)
  }

  /// A decimal number.
  public mutating func add(_ number: some FixedWidthInteger) {
    add(word: String(number))
  }

  /// A hexadecimal number in capitals without leading zeros and without `0x`.
  public mutating func add(hexadecimalNumber number: some UnsignedInteger) {
    add(word: String(number, radix: 16, uppercase: true))
  }

  /// As it is.
  public mutating func add(word: String) {
    addOmitted()
    bytes += word.utf8
  }

  /// In quotes, with what cannot stand there escaped.
  public mutating func add(text: [UInt8]) {
    addOmitted()
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
        add(digitsOf: byte)
      } else {
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Two digits to a byte, in capitals, without quotes.
  public mutating func add(hexadecimal data: [UInt8]) {
    addOmitted()
    for byte in data { add(digitsOf: byte) }
  }

  /// A parameter that is left out.
  public mutating func addOmitted() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  private mutating func add(digitsOf byte: UInt8) {
    bytes.append((byte &>> 4).hexadecimalDigit)
    bytes.append((byte & 0x0F).hexadecimalDigit)
  }
}
