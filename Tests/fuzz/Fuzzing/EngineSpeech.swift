import CoAPWire
import Simulation

/// What a server may say: messages by choice from tables, and what is left of the arguments damages them.
struct EngineSpeech {
  static let paths = [
    "/3303/0/5700", "/1000/0/0", "/1000/0/2", "/1000/0/3", "/1000/0/5", "/1000/0/6", "/1000/0",
    "/1000", "/1000/1", "/1000/0/9", "/5/0/0", "/5/0", "/3303/0", "/3303", "/3/0", "/3/0/4",
    "/3/0/5", "/3/0/11", "/3/0/12", "/3/0/16", "/1/0", "/1/0/1", "/1/0/2", "/1/0/3", "/1/0/4",
    "/1/0/5", "/1/0/6", "/1/0/7", "/1/0/8", "/0", "/0/0", "/0/1", "/1", "/bs", "", "/", "/1000/7",
    "/1001", "/1001/0/0", "/1000/0/6/2", "/rd", "/65535/0", "/1000/x", "/4294967296/0/0",
  ]
  private static let methods: [Code] = [
    .get, .put, .post, .delete, .get, .put, .get, Code(class: 0, detail: 5),
    Code(class: 0, detail: 31),
  ]
  private static let formats = [0, 40, 42, 1541, 1542, 1543, 11541, 11542, 11543, 60, 65535]
  private static let queries = [
    "pmin=1", "pmin=0", "pmax=2", "pmax=90", "gt=5", "lt=-1.5e3", "st=0.5", "stp=1", "pmin", "pmax",
    "gt", "cancel", "pmin=4294967295", "lt=", "gt=nan", "pmin=-1", "=",
  ]
  private static let texts = [
    "1", "0", "-5", "60", "1.5e3", "abcdef", "U", "UQ", "AAEC", "0='a',1", "9223372036854775807",
    "-9223372036854775809", "1e999", "4294967296", "=", "86400", "", "\u{20AC}",
  ]
  private static let strange: [UInt16] = [
    1, 3, 4, 5, 7, 8, 14, 19, 20, 28, 35, 39, 60, 63, 258, 2049, 65_000,
  ]

  private(set) var nextID: UInt16 = 0x7000

  mutating func freshID() -> UInt16 {
    nextID &+= 1
    return nextID
  }

  /// What a request begins with: its type, its ID, which may be that of the one before, and its token.
  private mutating func begin(_ arguments: inout ActionArguments, _ method: Code) -> Datagram {
    let head = arguments.byte()
    let token = [0xA0 + (head >> 6), 1, 2, 3, 4, 5, 6, 7]
    let length = Int(head >> 3 & 7)
    return Datagram(
      head & 7 == 6 ? .nonConfirmable : .confirmable, method,
      id: head & 7 == 7 ? nextID : freshID(), token: Array(token.prefix(length == 7 ? 8 : length)))
  }

  mutating func request(_ arguments: inout ActionArguments) -> [UInt8] {
    let method = arguments.pick(EngineSpeech.methods)
    let path = arguments.pick(EngineSpeech.paths)
    var message = begin(&arguments, method)
    message.options = Datagram.Field.path(path) + options(&arguments)
    message.payload = payload(&arguments)
    return damaged(message.bytes, &arguments)
  }

  private func options(_ arguments: inout ActionArguments) -> [Datagram.Field] {
    var fields: [Datagram.Field] = []
    let which = arguments.byte()
    if which & 1 != 0 { fields.append(.observe(arguments.pick([0, 1, 2, 0xFF_FFFF]))) }
    if which & 2 != 0 { fields.append(.format(arguments.pick(EngineSpeech.formats))) }
    if which & 4 != 0 { fields.append(.query(arguments.pick(EngineSpeech.queries))) }
    if which & 8 != 0 { fields.append(.query(arguments.pick(EngineSpeech.queries))) }
    if which & 16 != 0 { fields.append(.accept(arguments.pick(EngineSpeech.formats))) }
    if which & 32 != 0 { fields.append(block(.block2, &arguments)) }
    if which & 64 != 0 { fields.append(block(.block1, &arguments)) }
    if which & 128 != 0 {
      fields.append(.raw(arguments.pick(EngineSpeech.strange), arguments.bytes(arguments.below(9))))
    }
    return fields
  }

  private func block(_ number: OptionNumber, _ arguments: inout ActionArguments) -> Datagram.Field {
    let choice = Int(arguments.byte())
    return .number(number, (choice >> 4 == 15 ? 0xFFFFF : choice >> 4) << 4 | choice & 15)
  }

  // MARK: Payloads

  private func payload(_ arguments: inout ActionArguments) -> [UInt8] {
    switch arguments.below(6) {
    case 0: return []
    case 1: return Array(arguments.pick(EngineSpeech.texts).utf8)
    case 2, 3: return records(&arguments)
    case 4: return EngineSpeech.pattern(0, Int(arguments.word()) % 1101)
    default: return arguments.bytes(arguments.count)
    }
  }

  /// Bytes that say at each place which place that is.
  static func pattern(_ offset: Int, _ length: Int) -> [UInt8] {
    (offset..<offset + length).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
  }

  /// Resources (LwM2M 6.4.3), bare or in an instance.
  private func records(_ arguments: inout ActionArguments) -> [UInt8] {
    let choice = arguments.byte()
    var inner: [UInt8] = []
    for _ in 0..<(choice & 7) {
      let id = arguments.byte()
      let length = arguments.byte()
      let value = length & 64 == 0 ? arguments.bytes(Int(length & 63)) : Array(0..<(length & 63))
      let claimed = length == 255 ? 300 : value.count
      inner += EngineSpeech.record(
        choice & 8 == 0 ? 3 : 1, id == 255 ? 65535 : Int(id % 10), value, claimed)
    }
    guard choice & 16 != 0 else { return inner }
    return EngineSpeech.record(choice & 32 == 0 ? 0 : 2, Int(choice >> 6), inner, inner.count)
  }

  static func record(_ kind: UInt8, _ id: Int, _ value: [UInt8], _ length: Int) -> [UInt8] {
    let idBytes = id > 255 ? [UInt8(id >> 8), UInt8(id & 255)] : [UInt8(id)]
    let lengthBytes = length > 255 ? [UInt8(length >> 8), UInt8(length & 255)] : [UInt8(length)]
    let head = kind << 6 | (id > 255 ? 0x20 : 0)
    guard length > 7 else { return [head | UInt8(length)] + idBytes + value }
    return [head | UInt8(lengthBytes.count) << 3] + idBytes + lengthBytes + value
  }

  /// Every three bytes of what is left change one byte, or end the datagram early.
  func damaged(_ bytes: [UInt8], _ arguments: inout ActionArguments) -> [UInt8] {
    var bytes = bytes
    while !arguments.isEmpty, bytes.count > 4 {
      let place = Int(arguments.word())
      let value = arguments.byte()
      if place & 0x8000 != 0 {
        bytes.removeLast(bytes.count - 1 - (place & 0x7FFF) % bytes.count)
      } else {
        bytes[place % bytes.count] = value
      }
    }
    return bytes
  }

  // MARK: Blocks

  /// A body on its way to the device.
  private var upload = (path: "/5/0/0", offset: 0, exponent: 0)
  /// A value on its way to the server.
  private var download = (path: "/1000/0/2", number: 0, exponent: 0)

  mutating func nextUpload(_ arguments: inout ActionArguments) -> [UInt8] {
    let choice = Int(arguments.byte())
    let turn = Int(arguments.byte())
    if choice & 0x80 != 0 {
      let targets = ["/5/0/0", "/1000/0/3", "/1000/0", "/1000/0/5", "/0/0", "/1/0", "/1000"]
      upload = (arguments.pick(targets), 0, choice >> 4 & 7)
    }
    if turn & 1 != 0 { upload.exponent = turn >> 1 & 7 }
    let size = 16 << upload.exponent
    let number = upload.offset / size + turn >> 6
    var message = begin(&arguments, choice & 1 == 0 ? .put : .post)
    let option = number << 4 | (turn & 16 == 0 ? 8 : 0) | upload.exponent
    message.options = Datagram.Field.path(upload.path)
    message.options += [.format([42, 0, 11542, 42][choice >> 1 & 3]), .number(.block1, option)]
    if choice & 8 != 0 { message.options.append(.number(.size1, Int(arguments.word()))) }
    let length = turn & 32 == 0 ? size : Int(arguments.byte())
    message.payload = EngineSpeech.pattern(number * size, min(length, 1100))
    upload.offset += size
    return damaged(message.bytes, &arguments)
  }

  mutating func nextDownload(_ arguments: inout ActionArguments) -> [UInt8] {
    let choice = Int(arguments.byte())
    if choice & 0x80 != 0 {
      let targets = ["/1000/0/2", "/1000/0", "/3/0", "/1000", "/3303/0/5700"]
      download = (arguments.pick(targets), 0, choice & 7)
    }
    var message = begin(&arguments, .get)
    message.options = Datagram.Field.path(download.path)
    message.options.append(.block2(download.number, download.exponent, more: choice & 64 != 0))
    download.number += choice & 32 == 0 ? 1 : 7
    return damaged(message.bytes, &arguments)
  }

  // MARK: Answers

  /// To `asked`, or almost.
  mutating func answer(to asked: Datagram, _ arguments: inout ActionArguments) -> [UInt8] {
    let codes: [UInt8] = [
      0x41, 0x44, 0x42, 0x5F, 0x80, 0x83, 0x84, 0x88, 0x8D, 0xA0, 0xA3, 0x9D, 0x45, 0xE1,
    ]
    let code = Code(rawValue: arguments.pick(codes))
    let kind = arguments.byte()
    let isSeparate = kind & 4 != 0
    var message = Datagram(
      isSeparate ? (kind & 1 == 0 ? .confirmable : .nonConfirmable) : .acknowledgement, code,
      id: isSeparate ? freshID() : asked.id, token: asked.token)
    if kind & 8 != 0 {
      message.options += Datagram.Field.location(kind & 16 == 0 ? "rd/5a3f" : "rd/0123456789")
    }
    if kind & 32 != 0 { message.options.append(.number(.maxAge, Int(arguments.word()))) }
    if kind & 64 != 0 { message.options.append(block(.block1, &arguments)) }
    if kind & 128 != 0 { message.payload = payload(&arguments) }
    return damaged(message.bytes, &arguments)
  }

  mutating func order(_ arguments: inout ActionArguments) -> [UInt8] {
    let (method, path, payload) = arguments.pick(EngineSpeech.orders)
    var message = begin(&arguments, method)
    message.options = Datagram.Field.path(path) + (payload.isEmpty ? [] : [.format(11542)])
    message.payload = payload
    return damaged(message.bytes, &arguments)
  }

  static let orders: [(Code, String, [UInt8])] = [
    (.put, "/0/0", access), (.put, "/1/0", server), (.post, "/bs", []), (.delete, "/0/0", []),
    (.delete, "", []), (.get, "/0", []), (.put, "/0", record(0, 0, access, access.count)),
    (.put, "/1", record(0, 0, server, server.count)), (.put, "/0/0/10", number(10, 102)),
    (.put, "/0/1", text(0, "coap://b") + number(1, 1)), (.put, "/0/0/0", text(0, "coaps://c")),
  ]
  private static let access =
    text(0, "coap://access.example") + number(1, 0) + number(2, 3) + number(10, 101)
  private static let server = number(0, 101) + number(1, 60) + text(7, "U")

  private static func text(_ id: Int, _ text: String) -> [UInt8] {
    record(3, id, Array(text.utf8), text.utf8.count)
  }
  private static func number(_ id: Int, _ value: UInt8) -> [UInt8] { record(3, id, [value], 1) }
}
