import CoAPWire
import LwM2MModel
import NBIoTBytes

/// A server's request, taken out of its message: plain values and positions in the datagram.
struct Request: BitwiseCopyable {
  let type: MessageType
  let method: Code
  let id: UInt16
  let token: Token
  private(set) var path = Path()
  private(set) var target = Target.resourceTree
  private(set) var observe: UInt32?
  private(set) var accept: UInt16?
  var contentFormat: UInt16?
  private(set) var hasQuery = false
  let payloadStart: UInt16
  var payloadLength: UInt16

  /// What the Uri-Path names.
  enum Target: BitwiseCopyable {
    /// Up to three IDs, `path`.
    case resourceTree
    /// Something this client does not have.
    case unknown
  }

  /// Takes the options in. Throws the code that answers a request with an option it must not ignore.
  init(
    _ message: borrowing MessageView, payloadStart: Int, profile: Profile
  ) throws(RequestRefusal) {
    type = message.type
    method = message.code
    id = message.id
    token = message.token
    self.payloadStart = UInt16(truncatingIfNeeded: payloadStart)
    payloadLength = UInt16(truncatingIfNeeded: message.payload.count)
    var options = message.options
    var previous = OptionNumber(rawValue: 0)
    while let option = options.next() {
      if option.number == .uriPath {
        guard option.value.count <= 255 else { throw RequestRefusal(.badOption) }
        appendSegment(option.value)
      } else {
        try take(option, isRepeated: option.number == previous, profile: profile)
      }
      previous = option.number
    }
  }

  @inline(__always)
  private mutating func appendSegment(_ segment: Span<UInt8>) {
    guard let id = Request.identifier(segment), path.append(id) else {
      target = .unknown
      return
    }
  }

  /// A decimal ID, 0 ... 65534, without leading zeros.
  @inline(__always)
  static func identifier(_ text: Span<UInt8>) -> UInt16? {
    guard text.count > 0, text.count <= 5 else { return nil }
    var value: UInt32 = 0
    for index in text.indices {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ UInt32(digit)
    }
    guard value < 0xFFFF, text.count == 1 || text[0] != UInt8(ascii: "0") else { return nil }
    return UInt16(truncatingIfNeeded: value)
  }

  /// Every option but Uri-Path. One that is repeated though it must not be, or too long, counts as unknown
  /// (RFC 7252 sections 5.4.3 and 5.4.5).
  private mutating func take(
    _ option: borrowing Option, isRepeated: Bool, profile: Profile
  ) throws(RequestRefusal) {
    if isRepeated && option.number != .uriQuery {
      if option.number.isCritical { throw RequestRefusal(.badOption) }
      return
    }
    switch option.number {
    case .accept:
      guard let value = option.unsigned(maximumLength: 2) else {
        throw RequestRefusal(.badOption)
      }
      accept = UInt16(truncatingIfNeeded: value)
    case .contentFormat:
      if let value = option.unsigned(maximumLength: 2) {
        contentFormat = UInt16(truncatingIfNeeded: value)
      }
    case .observe:
      observe = option.unsigned(maximumLength: 3)
    case .uriQuery:
      guard option.value.count <= 255 else { throw RequestRefusal(.badOption) }
      hasQuery = true
    case .uriHost:
      guard 1...255 ~= option.value.count else { throw RequestRefusal(.badOption) }
    case .uriPort:
      guard option.value.count <= 2 else { throw RequestRefusal(.badOption) }
    case .block1, .block2:
      try takeBlock(option)
    case .proxyURI, .proxyScheme:
      throw RequestRefusal(.proxyingNotSupported)
    case .draftToken where profile.toleratesDraftToken:
      break
    default:
      if option.number.isCritical { throw RequestRefusal(.badOption) }
    }
  }

  /// A block that is the whole body needs no reassembly (RFC 7959 section 2.5); more than that is refused.
  private func takeBlock(_ option: borrowing Option) throws(RequestRefusal) {
    guard let value = option.unsigned(maximumLength: 3) else { throw RequestRefusal(.badOption) }
    // SZX 7 is reserved (section 2.2).
    guard value & 7 != 7 else { throw RequestRefusal(.badRequest) }
    let isFirst = value >> 4 == 0
    let hasMore = value & 8 != 0
    if option.number == .block1 {
      guard isFirst else { throw RequestRefusal(.requestEntityIncomplete) }
      guard !hasMore else { throw RequestRefusal(.requestEntityTooLarge) }
    } else {
      guard isFirst else { throw RequestRefusal(.badRequest) }
    }
  }

  /// Whether doing it twice differs from doing it once, or costs more than answering twice.
  static func isPinned(_ method: Code) -> Bool {
    method == .post || method == .put || method == .delete
  }

  var isPinned: Bool { Request.isPinned(method) }
}

/// The code a request is refused with.
struct RequestRefusal: Error {
  let code: Code

  init(_ code: Code) {
    self.code = code
  }
}
