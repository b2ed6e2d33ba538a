import CoAPWire

/// A CoAP message as a test writes and reads it, independent of the codec under test.
public struct Datagram: Equatable, Sendable, CustomStringConvertible {
  public struct Field: Equatable, Sendable {
    public var number: UInt16
    public var value: [UInt8]
  }

  public var type = MessageType.confirmable
  public var code = Code.empty
  public var id: UInt16 = 0
  public var token: [UInt8] = []
  public var options: [Field] = []
  public var payload: [UInt8] = []

  public init(
    _ type: MessageType, _ code: Code, id: UInt16, token: [UInt8] = [], options: [Field] = [],
    payload: [UInt8] = []
  ) {
    self.type = type
    self.code = code
    self.id = id
    self.token = token
    self.options = options
    self.payload = payload
  }

  /// Takes apart what the engine sent, which is well-formed.
  public init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    let first = rest.removeFirst()
    type = MessageType(rawValue: first >> 4 & 3)!
    code = Code(rawValue: rest.removeFirst())
    id = UInt16(rest.removeFirst()) << 8 | UInt16(rest.removeFirst())
    for _ in 0..<(first & 0x0F) { token.append(rest.removeFirst()) }
    var number: UInt16 = 0
    while let head = rest.popFirst() {
      if head == 0xFF {
        payload = Array(rest)
        return
      }
      number += Datagram.extended(head >> 4, &rest)
      let length = Datagram.extended(head & 0x0F, &rest)
      options.append(Field(number: number, value: Array(rest.prefix(Int(length)))))
      rest.removeFirst(Int(length))
    }
  }

  private static func extended(_ nibble: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt16 {
    switch nibble {
    case 13: return 13 + UInt16(rest.removeFirst())
    case 14: return 269 + (UInt16(rest.removeFirst()) << 8 | UInt16(rest.removeFirst()))
    default: return UInt16(nibble)
    }
  }

  public var bytes: [UInt8] {
    var out = [0x40 | type.rawValue << 4 | UInt8(token.count), code.rawValue]
    out += [UInt8(id >> 8), UInt8(id & 0xFF)] + token
    var number: UInt16 = 0
    for field in options.sorted(by: { $0.number < $1.number }) {
      let (delta, deltaTail) = Datagram.nibble(Int(field.number - number))
      let (length, lengthTail) = Datagram.nibble(field.value.count)
      out += [delta << 4 | length] + deltaTail + lengthTail + field.value
      number = field.number
    }
    return payload.isEmpty ? out : out + [0xFF] + payload
  }

  private static func nibble(_ value: Int) -> (UInt8, [UInt8]) {
    if value < 13 { return (UInt8(value), []) }
    if value < 269 { return (13, [UInt8(value - 13)]) }
    return (14, [UInt8((value - 269) >> 8), UInt8((value - 269) & 0xFF)])
  }

  public func option(_ number: OptionNumber) -> [UInt8]? {
    options.first { $0.number == number.rawValue }?.value
  }

  public func unsigned(_ number: OptionNumber) -> Int? {
    option(number).map { $0.reduce(0) { $0 << 8 | Int($1) } }
  }

  public var observe: Int? { unsigned(.observe) }
  public var format: Int? { unsigned(.contentFormat) }
  public var maxAge: Int? { unsigned(.maxAge) }
  public var text: String { String(decoding: payload, as: UTF8.self) }
  public var eTag: [UInt8]? { option(.eTag) }
  public var size2: Int? { unsigned(.size2) }
  /// NUM, M and SZX.
  public var block2: [Int]? { unsigned(.block2).map { [$0 >> 4, $0 >> 3 & 1, $0 & 7] } }
  public var isEmpty: Bool { code == .empty }

  public var description: String {
    "\(type) \(code.decimal) id \(id) token \(token) \(options.map { ($0.number, $0.value) }) "
      + "'\(text)'"
  }
}

extension Datagram.Field {
  public static func path(_ path: String) -> [Datagram.Field] {
    path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
      Datagram.Field(number: OptionNumber.uriPath.rawValue, value: Array($0.utf8))
    }
  }

  public static func number(_ number: OptionNumber, _ value: Int) -> Datagram.Field {
    var value = value
    var bytes: [UInt8] = []
    while value > 0 {
      bytes.insert(UInt8(value & 0xFF), at: 0)
      value >>= 8
    }
    return Datagram.Field(number: number.rawValue, value: bytes)
  }

  public static func accept(_ format: Int) -> Datagram.Field { .number(.accept, format) }
  public static func format(_ format: Int) -> Datagram.Field { .number(.contentFormat, format) }
  public static func observe(_ value: Int) -> Datagram.Field { .number(.observe, value) }
  /// Block2 of a request for the piece `number`, of 16 << `exponent` bytes.
  public static func block2(_ number: Int, _ exponent: Int, more: Bool = false) -> Datagram.Field {
    .number(.block2, number << 4 | (more ? 8 : 0) | exponent)
  }
  public static func query(_ text: String) -> Datagram.Field {
    Datagram.Field(number: OptionNumber.uriQuery.rawValue, value: Array(text.utf8))
  }
  public static func raw(_ number: UInt16, _ value: [UInt8] = []) -> Datagram.Field {
    Datagram.Field(number: number, value: value)
  }
}
