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
  private var acceptOption = OptionalNumber()
  private var contentFormatOption = OptionalNumber()
  private var observeOption = OptionalNumber()
  private var block1Option = OptionalNumber()
  /// Which piece of the answer it asks for.
  private(set) var wish = BlockWish()
  var token = Token()

  var accept: UInt16? { acceptOption.short }
  var contentFormat: UInt16? { contentFormatOption.short }
  var observe: UInt32? { observeOption.value }
  /// Which piece of its body the request carries.
  var block1: BlockOption? { block1Option.block }
  /// Size1: how long the body will be, as far as the server says (RFC 7959 section 4); 0 = it does not.
  private(set) var bodySize: UInt32 = 0

  /// A message came: what a Reset needs to know of it, whatever it turns out to be.
  @inline(__always)
  mutating func begin(_ header: MessageHeader) {
    id = header.id
    type = header.type
  }

  /// Takes the place of the request before, behind `begin`.
  @inline(__always)
  mutating func take(
    _ header: MessageHeader, of bytes: Span<UInt8>, profile: Profile
  ) throws(MessageError) {
    token = try header.token(in: bytes)
    method = header.code
    refusal = .empty
    isElsewhere = false
    hasQuery = false
    acceptOption = OptionalNumber()
    contentFormatOption = OptionalNumber()
    observeOption = OptionalNumber()
    block1Option = OptionalNumber()
    wish = BlockWish()
    optionsStart = UInt16(truncatingIfNeeded: header.optionsStart)
    try takeOptions(bytes, at: header.optionsStart, profile: profile)
  }

  @inline(never)
  private mutating func takeOptions(
    _ bytes: Span<UInt8>, at start: Int, profile: Profile
  ) throws(MessageError) {
    var segments = IdentifierList()
    var options = OptionReader(bytes, at: start)
    options.take(.uriPath, into: &segments)
    while try options.advance() {
      take(options.option, isRepeated: options.isRepeated, profile: profile)
      options.take(.uriPath, into: &segments)
    }
    path = Path(segments)
    payloadStart = UInt16(truncatingIfNeeded: options.position)
    payloadLength = UInt16(truncatingIfNeeded: bytes.count &- options.position)
  }

  var payload: Range<Int> {
    let start = Int(truncatingIfNeeded: payloadStart)
    return start..<start &+ Int(truncatingIfNeeded: payloadLength)
  }

  /// Whether doing it twice differs from doing it once, or costs more than answering twice.
  ///
  /// The blocks in the middle of a body are not: their transfer knows them.
  var isPinned: Bool {
    (method == .post || method == .put || method == .delete)
      && !(refusal == .continue && block1Option.isMiddle)
  }

  /// Whether a Block1 belongs to the answer as well.
  var hasBlock1: Bool {
    @inline(__always) get { block1Option.isPresent }
  }

  /// More blocks follow this one.
  var continues: Bool { block1Option.hasMore }

  /// The payload is in the body buffer, in which a body was put together.
  var isAssembled: Bool { payloadStart == 0 }

  /// The whole body has come, of `length` bytes.
  mutating func assemble(_ length: Int) {
    payloadStart = 0
    payloadLength = UInt16(truncatingIfNeeded: length)
  }

  /// Another request takes this one's place, of which no more is known than its `block`, 0 when it had none.
  mutating func recall(block: UInt32) {
    block1Option = OptionalNumber(block == 0 ? nil : block)
    refusal = block == 0 ? .empty : .continue
    payloadStart = 0
  }

  /// The head of a request that is too long: its block is all that counts, of whatever size.
  mutating func refuseWhole(at start: Int) {
    if !hasBlock1 { block1Option = OptionalNumber(UInt32(BlockOption.maximumExponent)) }
    payloadStart = UInt16(truncatingIfNeeded: start)
  }

  /// What is answered now is something else.
  mutating func forgetBlock() {
    block1Option = OptionalNumber()
  }

  /// The first reason to refuse counts; that there is a block is none.
  private mutating func refuse(_ code: Code) {
    if refusal == .empty || refusal == .continue { refusal = code }
  }

  /// Every option but IDs in the path. One that is repeated though it must not be, or too long, counts as unknown
  /// (RFC 7252 sections 5.4.3 and 5.4.5).
  @inline(never)
  private mutating func take(
    _ option: borrowing Option, isRepeated: Bool, profile: Profile
  ) {
    if isRepeated && option.number != .uriQuery && option.number != .uriPath {
      if option.number.isCritical { refuse(.badOption) }
      return
    }
    let number = option.unsigned(maximumLength: 3)
    let short = option.value.count > 2 ? nil : number
    switch option.number {
    case .accept:
      acceptOption = OptionalNumber(short)
      if short == nil { refuse(.badOption) }
    case .contentFormat:
      contentFormatOption = OptionalNumber(short)
      // Only a hint: it must not make a read fail. An Accept comes behind it, and counts.
      if method == .get, profile.readsContentFormat, let format = contentFormat,
        format == ContentFormat.tlv.rawValue || format == ContentFormat.oldTLV.rawValue
      {
        acceptOption = OptionalNumber(UInt32(format))
      }
    case .observe:
      observeOption = OptionalNumber(number)
    case .uriPath:
      if option.value.count > 255 { refuse(.badOption) }
      isElsewhere = true
    case .uriQuery:
      if option.value.count > 255 { refuse(.badOption) }
      hasQuery = true
    case .uriHost:
      if option.value.count == 0 || option.value.count > 255 { refuse(.badOption) }
    case .uriPort:
      if option.value.count > 2 { refuse(.badOption) }
    case .block1, .block2:
      takeBlock(number, isBlock1: option.number == .block1)
    case .size1:
      bodySize = option.unsigned() ?? 0
    case .size2:
      // Any other number is none to ask with (RFC 7959 section 4); OneNET sends some.
      if option.value.count == 0 { wish.askForSize() }
    case .proxyURI, .proxyScheme:
      refuse(.proxyingNotSupported)
    case .draftToken where profile.toleratesDraftToken:
      break
    default:
      if option.number.isCritical { refuse(.badOption) }
    }
  }

  /// SZX 7 is reserved (RFC 7959 section 2.2).
  private mutating func takeBlock(_ number: UInt32?, isBlock1: Bool) {
    guard let number else { return refuse(.badOption) }
    guard let block = BlockOption(rawValue: number) else { return refuse(.badRequest) }
    guard isBlock1 else { return takeBlock2(block) }
    block1Option = OptionalNumber(number)
    bodySize = 0
    // What a block is to its transfer is looked at when the request is known whole.
    refuse(.continue)
  }

  /// Only the answer to a GET has blocks. An Observe beside a later one says nothing: it was for the first.
  private mutating func takeBlock2(_ block: BlockOption) {
    guard block.number == 0 || method == .get else { return refuse(.badRequest) }
    wish.take(block)
    if block.number != 0 { observeOption = OptionalNumber() }
  }
}

/// A number of up to three bytes that may be absent; all bits zero is.
private struct OptionalNumber: BitwiseCopyable {
  private var bits: UInt32 = 0

  @inline(__always)
  init(_ value: UInt32? = nil) {
    if let value { bits = value | 1 &<< 31 }
  }

  var value: UInt32? {
    @inline(__always) get { bits == 0 ? nil : bits & ~(1 &<< 31) }
  }

  var isPresent: Bool {
    @inline(__always) get { bits != 0 }
  }

  /// Of a block: M.
  var hasMore: Bool {
    @inline(__always) get { bits & 8 != 0 }
  }

  /// Of a block: M, and NUM is not 0.
  var isMiddle: Bool {
    @inline(__always) get { hasMore && bits & 0xFF_FFF0 != 0 }
  }

  /// Of one that was checked to be a block.
  var block: BlockOption? {
    bits == 0 ? nil : BlockOption(rawValue: bits & 0xFF_FFFF)
  }

  /// Of one that was two bytes at most.
  var short: UInt16? {
    @inline(__always) get { bits == 0 ? nil : UInt16(truncatingIfNeeded: bits) }
  }
}

/// The code a request is refused with.
struct RequestRefusal: Error {
  let code: Code

  init(_ code: Code) {
    self.code = code
  }
}
