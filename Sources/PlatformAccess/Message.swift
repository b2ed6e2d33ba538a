import CoAPWire
import NBIoTBytes

/// One CoAP message that owns its parts, so that it can be kept and compared.
public struct Message: Equatable, Sendable {
  public struct Option: Equatable, Sendable {
    public let number: OptionNumber
    public let value: [UInt8]
  }

  public var type: MessageType
  public var code: Code
  public var id: UInt16
  public var token: Token
  public private(set) var options: [Option] = []
  public var payload: [UInt8] = []

  public init(type: MessageType, code: Code, id: UInt16, token: Token = Token()) {
    self.type = type
    self.code = code
    self.id = id
    self.token = token
  }

  public init(parsing bytes: [UInt8]) throws(MessageError) {
    let view = try MessageView(parsing: bytes.span)
    self.init(type: view.type, code: view.code, id: view.id, token: view.token)
    var iterator = view.options
    while let option = iterator.next() {
      options.append(Option(number: option.number, value: [UInt8](copying: option.value)))
    }
    payload = [UInt8](copying: view.payload)
  }

  /// Adds an option behind those with the same or a lower number.
  public mutating func add(_ number: OptionNumber, _ value: [UInt8]) {
    let end = options.firstIndex { $0.number.rawValue > number.rawValue } ?? options.endIndex
    options.insert(Option(number: number, value: value), at: end)
  }

  public mutating func remove(_ number: OptionNumber) {
    options.removeAll { $0.number == number }
  }

  public mutating func add(_ number: OptionNumber, text: String) {
    add(number, [UInt8](text.utf8))
  }

  /// Without leading zero bytes (RFC 7252 section 3.2).
  public mutating func add(_ number: OptionNumber, unsigned: UInt32) {
    let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: unsigned >> $0) }
    add(number, [UInt8](bytes.drop { $0 == 0 }))
  }

  public func values(of number: OptionNumber) -> [[UInt8]] {
    options.filter { $0.number == number }.map(\.value)
  }

  public func texts(of number: OptionNumber) -> [String] {
    values(of: number).map { String(decoding: $0, as: UTF8.self) }
  }

  /// `nil` when the option is absent or longer than four bytes.
  public func unsigned(_ number: OptionNumber) -> UInt32? {
    guard let value = values(of: number).first, value.count <= 4 else { return nil }
    return value.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// `nil` when Block1 or Block2 is absent or no block.
  public func block(_ number: OptionNumber) -> BlockOption? {
    unsigned(number).flatMap { BlockOption(rawValue: $0) }
  }

  public var contentFormat: ContentFormat? {
    guard let number = unsigned(.contentFormat), number <= 0xFFFF else { return nil }
    return ContentFormat(rawValue: UInt16(number))
  }

  public func encoded() -> [UInt8] {
    let size = options.reduce(16 + payload.count) { $0 + 5 + $1.value.count }
    var storage = [UInt8](repeating: 0, count: size)
    var writer = MessageWriter(
      storage.mutableSpan, type: type, code: code, id: id, token: token)
    for option in options { writer.option(option.number, bytes: option.value.span) }
    writer.beginPayload()
    writer.bytes.append(payload.span)
    writer.finish()
    let length = writer.bytes.position
    return [UInt8](storage[..<length])
  }
}

extension Array where Element == UInt8 {
  init(copying span: Span<UInt8>) {
    self.init()
    reserveCapacity(span.count)
    for index in span.indices { append(span[index]) }
  }
}

extension Code {
  /// The code as RFC 7252 prints it, with its name.
  public var title: String {
    let number = "\(group).\(rawValue & 0x1F < 10 ? "0" : "")\(rawValue & 0x1F)"
    guard let name = Code.names[rawValue] else { return number }
    return "\(number) \(name)"
  }

  private static let names: [UInt8: String] = [
    Code.created.rawValue: "Created", Code.deleted.rawValue: "Deleted",
    Code.changed.rawValue: "Changed", Code.content.rawValue: "Content",
    Code.continue.rawValue: "Continue",
    Code.badRequest.rawValue: "Bad Request", Code.unauthorized.rawValue: "Unauthorized",
    Code.badOption.rawValue: "Bad Option", Code.forbidden.rawValue: "Forbidden",
    Code.notFound.rawValue: "Not Found", Code.methodNotAllowed.rawValue: "Method Not Allowed",
    Code.notAcceptable.rawValue: "Not Acceptable",
    Code.requestEntityIncomplete.rawValue: "Request Entity Incomplete",
    Code.preconditionFailed.rawValue: "Precondition Failed",
    Code.requestEntityTooLarge.rawValue: "Request Entity Too Large",
    Code.unsupportedContentFormat.rawValue: "Unsupported Content-Format",
    Code.tooManyRequests.rawValue: "Too Many Requests",
    Code.internalServerError.rawValue: "Internal Server Error",
    Code.serviceUnavailable.rawValue: "Service Unavailable",
    Code.gatewayTimeout.rawValue: "Gateway Timeout",
  ]
}
