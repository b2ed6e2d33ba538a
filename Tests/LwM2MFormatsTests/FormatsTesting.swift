import LwM2MModel
import NBIoTBytes

@testable import LwM2MFormats

/// A value with storage of its own, to compare and to encode from. Floats are compared by their bits.
enum Kept: Equatable {
  case string([UInt8])
  case opaque([UInt8])
  case integer(Int64)
  case float(UInt64)
  case boolean(Bool)
  case hexString([UInt8])

  static func text(_ text: String) -> Kept { .string(Array(text.utf8)) }
  static func digits(_ text: String) -> Kept { .hexString(Array(text.utf8)) }
  static func number(_ number: Double) -> Kept { .float(number.bitPattern) }

  init(_ value: borrowing Value) {
    switch copy value {
    case .string(let bytes): self = .string(array(bytes))
    case .opaque(let bytes): self = .opaque(array(bytes))
    case .integer(let number): self = .integer(number)
    case .float(let number): self = .float(number.bitPattern)
    case .boolean(let flag): self = .boolean(flag)
    case .hexString(let bytes): self = .hexString(array(bytes))
    }
  }

  func withValue<Result>(_ body: (borrowing Value) -> Result) -> Result {
    switch self {
    case .string(let bytes): body(.string(bytes.span))
    case .opaque(let bytes): body(.opaque(bytes.span))
    case .integer(let number): body(.integer(number))
    case .float(let bits): body(.float(Double(bitPattern: bits)))
    case .boolean(let flag): body(.boolean(flag))
    case .hexString(let bytes): body(.hexString(bytes.span))
    }
  }

  var type: ValueType {
    switch self {
    case .string: .string
    case .opaque: .opaque
    case .integer: .integer
    case .float: .float
    case .boolean: .boolean
    case .hexString: .hexString
    }
  }
}

func array(_ bytes: Span<UInt8>) -> [UInt8] {
  bytes.indices.map { bytes[$0] }
}

func decodedTLV(_ bytes: [UInt8], as type: ValueType) -> Kept? {
  guard let value = ValueDecoder.tlv(bytes.span, as: type) else { return nil }
  return Kept(value)
}

func decodedText(_ bytes: [UInt8], as type: ValueType) -> Kept? {
  guard let value = ValueDecoder.text(bytes.span, as: type) else { return nil }
  return Kept(value)
}

func decodedOpaque(_ bytes: [UInt8], as type: ValueType) -> Kept? {
  guard let value = ValueDecoder.opaque(bytes.span, as: type) else { return nil }
  return Kept(value)
}

/// Two hexadecimal digits per byte, blanks ignored.
func hex(_ text: String) -> [UInt8] {
  let digits = text.utf8.compactMap(HexDigits.value(of:))
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// What `body` writes; `nil` when it refuses or does not fit.
func written(into capacity: Int = 4096, _ body: (inout ByteWriter) -> Bool) -> [UInt8]? {
  var storage = [UInt8](repeating: 0xEE, count: capacity)
  var writer = ByteWriter(storage.mutableSpan)
  guard body(&writer), !writer.overflowed else { return nil }
  return array(writer.written)
}

func writtenText(_ body: (inout ByteWriter) -> Bool) -> String? {
  written(body).map { String(decoding: $0, as: UTF8.self) }
}

/// SplitMix64: the same numbers on every run.
struct RepeatableNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(upTo maximum: Int) -> [UInt8] {
    let count = Int.random(in: 0...maximum, using: &self)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  /// Numbers of every magnitude alike.
  mutating func integer() -> Int64 {
    Int64(bitPattern: next()) >> Int64.random(in: 0...63, using: &self)
  }
}
