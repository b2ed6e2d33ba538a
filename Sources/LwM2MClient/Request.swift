import CoAPWire
import LwM2MModel
import NBIoTBytes

/// A server's request, taken out of its datagram in one pass: plain values and positions.
struct Request: BitwiseCopyable {
  var id: UInt16 = 0
  var type = MessageType.confirmable
  private(set) var method = Code.empty
  /// What an option says that must not be ignored; empty when there is no such option.
  private(set) var refusal = Code.empty
  var path = Path()
  /// The Uri-Path names something this client does not have.
  private(set) var isElsewhere = false
  private(set) var hasQuery = false
  private(set) var optionsStart: UInt16 = 0
  private(set) var payloadStart: UInt16 = 0
  var payloadLength: UInt16 = 0
  private(set) var accept: UInt16?
  private(set) var contentFormat: UInt16?
  private(set) var observe: UInt32?
  var token = Token()

  /// Takes the place of the request before.
  mutating func take(
    _ header: MessageHeader, of bytes: Span<UInt8>, profile: Profile
  ) throws(MessageError) {
    token = try header.token(in: bytes)
    id = header.id
    type = header.type
    method = header.code
    refusal = .empty
    path = Path()
    isElsewhere = false
    hasQuery = false
    accept = nil
    contentFormat = nil
    observe = nil
    optionsStart = UInt16(truncatingIfNeeded: header.optionsStart)
    var options = OptionReader(bytes, at: header.optionsStart)
    var previous = OptionNumber(rawValue: 0)
    while let option = try options.next() {
      if option.number == .uriPath {
        takeSegment(option.value)
      } else {
        take(option, isRepeated: option.number == previous, profile: profile)
      }
      previous = option.number
    }
    payloadStart = UInt16(truncatingIfNeeded: options.position)
    payloadLength = UInt16(truncatingIfNeeded: bytes.count &- options.position)
  }

  var payload: Range<Int> {
    let start = Int(truncatingIfNeeded: payloadStart)
    return start..<start &+ Int(truncatingIfNeeded: payloadLength)
  }

  /// Whether doing it twice differs from doing it once, or costs more than answering twice.
  var isPinned: Bool { method == .post || method == .put || method == .delete }

  /// The first reason to refuse counts.
  private mutating func refuse(_ code: Code) {
    if refusal == .empty { refusal = code }
  }

  @inline(__always)
  private mutating func takeSegment(_ segment: Span<UInt8>) {
    if segment.count > 255 { refuse(.badOption) }
    guard let id = Request.identifier(segment), path.append(id) else {
      isElsewhere = true
      return
    }
  }

  /// A decimal ID, 0 ... 65534, without leading zeros.
  @inline(__always)
  static func identifier(_ text: Span<UInt8>) -> UInt16? {
    guard text.count > 0, text.count <= 5 else { return nil }
    var value: UInt32 = 0
    var index = 0
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ UInt32(truncatingIfNeeded: digit)
      index &+= 1
    }
    guard value < 0xFFFF, text.count == 1 || text[0] != UInt8(ascii: "0") else { return nil }
    return UInt16(truncatingIfNeeded: value)
  }

  /// Every option but Uri-Path. One that is repeated though it must not be, or too long, counts as unknown
  /// (RFC 7252 sections 5.4.3 and 5.4.5).
  private mutating func take(
    _ option: borrowing Option, isRepeated: Bool, profile: Profile
  ) {
    if isRepeated && option.number != .uriQuery {
      if option.number.isCritical { refuse(.badOption) }
      return
    }
    switch option.number {
    case .accept:
      accept = option.short
      if accept == nil { refuse(.badOption) }
    case .contentFormat:
      contentFormat = option.short
      // Only a hint: it must not make a read fail. An Accept comes behind it, and counts.
      if method == .get, profile.readsContentFormat, let format = contentFormat,
        format == ContentFormat.tlv.rawValue || format == ContentFormat.oldTLV.rawValue
      {
        accept = format
      }
    case .observe:
      observe = option.unsigned(maximumLength: 3)
    case .uriQuery:
      if option.value.count > 255 { refuse(.badOption) }
      hasQuery = true
    case .uriHost:
      if option.value.count == 0 || option.value.count > 255 { refuse(.badOption) }
    case .uriPort:
      if option.value.count > 2 { refuse(.badOption) }
    case .block1, .block2:
      takeBlock(option)
    case .proxyURI, .proxyScheme:
      refuse(.proxyingNotSupported)
    case .draftToken where profile.toleratesDraftToken:
      break
    default:
      if option.number.isCritical { refuse(.badOption) }
    }
  }

  /// A block that is the whole body needs no reassembly (RFC 7959 section 2.5); more than that is refused.
  private mutating func takeBlock(_ option: borrowing Option) {
    guard let value = option.unsigned(maximumLength: 3) else { return refuse(.badOption) }
    let isBlock1 = option.number == .block1
    // SZX 7 is reserved (section 2.2).
    if value & 7 == 7 {
      refuse(.badRequest)
    } else if value >> 4 != 0 {
      refuse(isBlock1 ? .requestEntityIncomplete : .badRequest)
    } else if isBlock1, value & 8 != 0 {
      refuse(.requestEntityTooLarge)
    }
  }
}

extension Option {
  /// A Content-Format number; `nil` when it is longer than two bytes.
  fileprivate var short: UInt16? {
    guard let value = unsigned(maximumLength: 2) else { return nil }
    return UInt16(truncatingIfNeeded: value)
  }
}

/// The code a request is refused with.
struct RequestRefusal: Error {
  let code: Code

  init(_ code: Code) {
    self.code = code
  }
}
