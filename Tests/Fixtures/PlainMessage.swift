import CoAPWire
import NBIoTBytes

public struct PlainOption: Equatable, Sendable {
  public var number: Int
  public var value: [UInt8]

  public init(number: Int, value: [UInt8]) {
    self.number = number
    self.value = value
  }
}

/// A message as arrays: what a `MessageView` says, and what the reference parser says.
public struct PlainMessage: Equatable, Sendable {
  public var type: UInt8
  public var code: UInt8
  public var id: UInt16
  public var token: [UInt8]
  public var options: [PlainOption]
  public var payload: [UInt8]

  public init(
    type: UInt8, code: UInt8, id: UInt16, token: [UInt8], options: [PlainOption], payload: [UInt8]
  ) {
    self.type = type
    self.code = code
    self.id = id
    self.token = token
    self.options = options
    self.payload = payload
  }
}

extension PlainMessage {
  /// RFC 7252 section 3 read word by word, on arrays, in plain arithmetic. `nil` is a format error.
  public init?(reference bytes: [UInt8]) {
    guard bytes.count >= 4, bytes[0] / 64 == 1 else { return nil }
    let tokenLength = Int(bytes[0] % 16)
    guard tokenLength <= 8, bytes.count >= 4 + tokenLength else { return nil }
    if bytes[1] == 0 && bytes.count > 4 { return nil }
    guard ![1, 3, 6, 7].contains(bytes[1] / 32) else { return nil }
    type = bytes[0] / 16 % 4
    code = bytes[1]
    id = UInt16(bytes[2]) * 256 + UInt16(bytes[3])
    token = Array(bytes[4..<4 + tokenLength])
    options = []
    payload = []
    var rest = Array(bytes[(4 + tokenLength)...])
    while !rest.isEmpty {
      let first = rest.removeFirst()
      if first == 255 {
        guard !rest.isEmpty else { return nil }
        payload = rest
        return
      }
      guard let delta = PlainMessage.extended(first / 16, &rest),
        let length = PlainMessage.extended(first % 16, &rest), length <= rest.count
      else { return nil }
      let number = (options.last?.number ?? 0) + delta
      guard number <= 65535 else { return nil }
      options.append(PlainOption(number: number, value: Array(rest.prefix(length))))
      rest.removeFirst(length)
    }
  }

  /// RFC 7252 section 3.1: the meaning of an option nibble.
  private static func extended(_ nibble: UInt8, _ rest: inout [UInt8]) -> Int? {
    switch nibble {
    case 0...12: return Int(nibble)
    case 13:
      guard rest.count >= 1 else { return nil }
      return Int(rest.removeFirst()) + 13
    case 14:
      guard rest.count >= 2 else { return nil }
      return Int(rest.removeFirst()) * 256 + Int(rest.removeFirst()) + 269
    default: return nil
    }
  }

  public init(_ view: borrowing MessageView) {
    type = view.type.rawValue
    code = view.code.rawValue
    id = view.id
    token = PlainMessage.bytes(of: view.token)
    options = []
    var walk = view.options
    while let option = walk.next() {
      options.append(
        PlainOption(number: Int(option.number.rawValue), value: Array(copying: option.value)))
    }
    payload = Array(copying: view.payload)
  }

  private static func bytes(of token: Token) -> [UInt8] {
    (0..<Int(token.length)).reversed().map { UInt8(truncatingIfNeeded: token.bits >> ($0 * 8)) }
  }
}

extension [UInt8] {
  public init(copying span: Span<UInt8>) {
    self = span.indices.map { span[$0] }
  }
}

/// What came of bytes that were parsed.
public enum Outcome: Equatable, Sendable {
  case message(PlainMessage)
  case rejected(MessageError)

  public init(parsing bytes: [UInt8]) {
    self.init(parsing: bytes.span)
  }

  public init(parsing bytes: Span<UInt8>) {
    do throws(MessageError) {
      let view = try MessageView(parsing: bytes)
      self = .message(PlainMessage(view))
    } catch {
      self = .rejected(error)
    }
  }

  public var message: PlainMessage? {
    if case .message(let message) = self { message } else { nil }
  }
}
