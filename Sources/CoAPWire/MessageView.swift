import NBIoTBytes

/// Message type (RFC 7252 section 3).
public enum MessageType: UInt8, BitwiseCopyable, Sendable {
  case confirmable = 0
  case nonConfirmable = 1
  case acknowledgement = 2
  case reset = 3
}

/// Why bytes are no CoAP message.
public enum MessageError: Error, Equatable, BitwiseCopyable, Sendable {
  case tooShort
  case versionUnknown
  case tokenLengthReserved
  case tokenTruncated
  case optionNibbleReserved
  case optionTruncated
  case optionNumberTooLarge
  case payloadMissing
  case codeClassReserved
  case emptyWithContent
}

/// The first four bytes: enough to reject a message whose rest is malformed.
public struct MessageHeader: BitwiseCopyable, Sendable {
  public let type: MessageType
  public let code: Code
  public let id: UInt16
  let tokenLength: UInt8

  public static var size: Int { 4 }

  @inline(__always)
  public init(parsing bytes: Span<UInt8>) throws(MessageError) {
    guard bytes.count >= MessageHeader.size else { throw .tooShort }
    guard bytes[0] >> 6 == 1 else { throw .versionUnknown }
    switch bytes[0] >> 4 & 3 {
    case 0: type = .confirmable
    case 1: type = .nonConfirmable
    case 2: type = .acknowledgement
    default: type = .reset
    }
    tokenLength = bytes[0] & 0x0F
    code = Code(rawValue: bytes[1])
    id = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
  }

  /// Where the options begin.
  public var optionsStart: Int {
    @inline(__always) get { MessageHeader.size &+ Int(truncatingIfNeeded: tokenLength) }
  }

  /// The token in `bytes`, whose first four this was made from, with the checks that concern the message as a whole.
  public func token(in bytes: Span<UInt8>) throws(MessageError) -> Token {
    guard Int(tokenLength) <= Token.maximumLength else { throw .tokenLengthReserved }
    if code == .empty {
      guard bytes.count == MessageHeader.size else { throw .emptyWithContent }
    } else {
      guard code.isRequest || code.isResponse else { throw .codeClassReserved }
    }
    var reader = ByteReader(bytes, at: MessageHeader.size)
    guard let bits = reader.bigEndian(length: Int(truncatingIfNeeded: tokenLength)) else {
      throw .tokenTruncated
    }
    return Token(checked: bits, length: tokenLength)
  }
}

/// A well-formed message: everything section 3 demands was checked, so its parts cannot fail.
public struct MessageView: ~Escapable {
  public let header: MessageHeader
  public let token: Token
  private let bytes: Span<UInt8>
  public let payload: Span<UInt8>

  public var type: MessageType { header.type }
  public var code: Code { header.code }
  public var id: UInt16 { header.id }

  @_lifetime(copy bytes)
  public init(parsing bytes: Span<UInt8>) throws(MessageError) {
    header = try MessageHeader(parsing: bytes)
    token = try header.token(in: bytes)
    var options = OptionReader(bytes, at: header.optionsStart)
    while try options.next() != nil {}
    self.bytes = bytes
    payload = bytes.extracting(options.position..<bytes.count)
  }

  public var options: OptionIterator {
    @_lifetime(copy self)
    get { OptionIterator(bytes, at: header.optionsStart) }
  }
}
