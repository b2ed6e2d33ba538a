import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes

@testable import LwM2MClient

extension FuzzTarget {
  /// A request as the engine takes it out of its datagram in one pass: the first byte says for which profile. It says what
  /// its options say one by one, and is refused for the first reason (RFC 7252 section 5.4).
  static let request = FuzzTarget("request", maximumLength: 200) { bytes throws(Finding) in
    guard bytes.count > 0 else { return }
    let profile = bytes[0] & 1 == 0 ? Profile.standard : .onenet
    let datagram = bytes.extracting(1...)
    let input = Array(copying: datagram)
    let found = PlainRequest(datagram, profile)
    guard let message = PlainMessage(reference: input) else {
      return try require(found == nil, "malformed, and taken: \(input)")
    }
    let expected = PlainRequest(message, profile)
    try require(found == expected, "taken differently: \(input): \(found!), not \(expected)")
  }
}

/// What a request says.
private struct PlainRequest: Equatable {
  var path: [UInt16] = []
  var isElsewhere = false
  var hasQuery = false
  var accept: UInt16?
  var contentFormat: UInt16?
  var observe: UInt32?
  /// NUM, M and SZX.
  var block1: UInt32?
  /// The same without M, which says nothing there.
  var block2: UInt32?
  var asksForSize = false
  var bodySize: UInt32 = 0
  /// Empty = not refused; `continue` = it carries a block.
  var refusal = Code.empty
  var payload: [UInt8] = []

  /// As the engine has it; `nil` = malformed.
  init?(_ datagram: Span<UInt8>, _ profile: Profile) {
    var request = Request()
    do throws(MessageError) {
      let header = try MessageHeader(parsing: datagram)
      request.begin(header)
      try request.take(header, of: datagram, profile: profile)
    } catch {
      return nil
    }
    path = [request.path.object, request.path.instance, request.path.resource]
    isElsewhere = request.isElsewhere
    hasQuery = request.hasQuery
    accept = request.accept
    contentFormat = request.contentFormat
    observe = request.observe
    block1 = request.block1?.rawValue
    block2 = request.wish.namesBlock ? request.wish.option : nil
    asksForSize = request.wish.tellsSize
    bodySize = request.bodySize
    refusal = request.refusal
    // Behind the last option, or behind the marker.
    let rest = Array(copying: datagram.extracting(request.payload))
    payload = rest
  }

  /// One option after the other.
  init(_ message: PlainMessage, _ profile: Profile) {
    payload = message.payload
    var last = 0
    for option in message.options {
      let isRepeated = option.number == last
      last = option.number
      if option.number == 11, path.count < 3, let id = UInt16(pathSegment: option.value) {
        path.append(id)
      } else if isRepeated, option.number != 11, option.number != 15 {
        if option.number % 2 == 1 { refuse(.badOption) }
      } else {
        take(option, Code(rawValue: message.code), profile)
      }
    }
    path += Array(repeating: Path.absent, count: 3 - path.count)
  }

  private mutating func refuse(_ code: Code) {
    if refusal == .empty || refusal == .continue { refusal = code }
  }

  private mutating func take(_ option: PlainOption, _ method: Code, _ profile: Profile) {
    let length = option.value.count
    let number = option.value.reduce(UInt64(0)) { ($0 & 0xFF_FFFF) << 8 | UInt64($1) }
    switch option.number {
    case 3: if !(1...255).contains(length) { refuse(.badOption) }
    case 6: observe = length > 3 ? nil : UInt32(number)
    case 7: if length > 2 { refuse(.badOption) }
    case 11, 15:
      if length > 255 { refuse(.badOption) }
      if option.number == 11 { isElsewhere = true } else { hasQuery = true }
    case 12:
      contentFormat = length > 2 ? nil : UInt16(number)
      if method == .get, profile == .onenet, contentFormat == 11542 || contentFormat == 1542 {
        accept = contentFormat
      }
    case 17:
      accept = length > 2 ? nil : UInt16(number)
      if length > 2 { refuse(.badOption) }
    case 19 where profile == .onenet: break
    case 23, 27: takeBlock(length > 3 ? nil : UInt32(number), option.number, method)
    case 28: if length == 0 { asksForSize = true }
    case 35, 39: refuse(.proxyingNotSupported)
    case 60: bodySize = length > 4 ? 0 : UInt32(number)
    default: if option.number % 2 == 1 { refuse(.badOption) }
    }
  }

  private mutating func takeBlock(_ block: UInt32?, _ option: Int, _ method: Code) {
    guard let block else { return refuse(.badOption) }
    guard block % 8 != 7 else { return refuse(.badRequest) }
    if option == 27 {
      block1 = block
      refuse(.continue)
    } else if block / 16 != 0, method != .get {
      refuse(.badRequest)
    } else {
      block2 = block & ~8
      if block / 16 != 0 { observe = nil }
    }
  }
}
