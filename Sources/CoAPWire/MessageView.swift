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
}

/// A well-formed message: everything section 3 demands was checked, so its parts cannot fail.
public struct MessageView: ~Escapable {
  public let header: MessageHeader
  public let token: Token
  let optionBytes: Span<UInt8>
  public let payload: Span<UInt8>

  public var type: MessageType { @inline(__always) get { header.type } }
  public var code: Code { @inline(__always) get { header.code } }
  public var id: UInt16 { @inline(__always) get { header.id } }

  /// Checks the whole of `bytes`, whose first four `header` was made from.
  @_lifetime(copy bytes)
  public init(_ header: MessageHeader, parsing bytes: Span<UInt8>) throws(MessageError) {
    guard header.tokenLength <= Token.maximumLength else { throw .tokenLengthReserved }
    if header.code == .empty {
      guard bytes.count == MessageHeader.size else { throw .emptyWithContent }
    } else {
      guard header.code.isRequest || header.code.isResponse else { throw .codeClassReserved }
    }
    var reader = ByteReader(bytes, at: MessageHeader.size)
    guard let bits = reader.bigEndian(length: Int(header.tokenLength)) else {
      throw .tokenTruncated
    }
    self.header = header
    token = Token(bits: bits, length: header.tokenLength)
    let start = reader.position
    let end = try MessageView.checkOptions(&reader)
    optionBytes = bytes.extracting(start..<end)
    payload = bytes.extracting(reader.position..<bytes.count)
  }

  @_lifetime(copy bytes)
  public init(parsing bytes: Span<UInt8>) throws(MessageError) {
    self = try MessageView(MessageHeader(parsing: bytes), parsing: bytes)
  }

  public var options: OptionIterator {
    @inline(__always)
    @_lifetime(copy self)
    get { OptionIterator(optionBytes) }
  }

  /// Walks the options up to the payload and returns where they end.
  @inline(__always)
  private static func checkOptions(_ reader: inout ByteReader) throws(MessageError) -> Int {
    var number = 0
    while let first = reader.byte() {
      if first == 0xFF {
        guard !reader.isAtEnd else { throw .payloadMissing }
        return reader.position &- 1
      }
      number &+= try checkedExtended(first >> 4, &reader)
      guard number <= 0xFFFF else { throw .optionNumberTooLarge }
      let length = try checkedExtended(first & 0x0F, &reader)
      guard reader.skip(length) else { throw .optionTruncated }
    }
    return reader.position
  }

  @inline(__always)
  private static func checkedExtended(
    _ nibble: UInt8, _ reader: inout ByteReader
  ) throws(MessageError) -> Int {
    if nibble < 13 { return Int(nibble) }
    guard nibble != 15 else { throw .optionNibbleReserved }
    let size = Int(nibble) &- 12
    guard reader.remaining >= size else { throw .optionTruncated }
    return OptionIterator.extended(nibble, &reader)
  }
}
