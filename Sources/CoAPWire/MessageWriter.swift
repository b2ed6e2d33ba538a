import NBIoTBytes

/// Writes one message: header and token at once, then options in ascending order, then the payload.
///
/// Overflow is remembered by `bytes` and looked at once, at the end.
public struct MessageWriter: ~Copyable, ~Escapable {
  public var bytes: ByteWriter
  private var number: UInt16 = 0
  /// 0 before there is a marker.
  private var payloadStart = 0

  /// In bytes: what a path is thought to carry in one piece when nothing is known of it (RFC 7252 section 4.6).
  public static var maximumLength: Int { 1152 }

  /// How many bytes were appended behind the marker, those that found no room included.
  public var payloadLength: Int { bytes.total &- payloadStart }

  @inline(__always)
  @_lifetime(copy buffer)
  public init(
    _ buffer: consuming MutableSpan<UInt8>, type: MessageType, code: Code, id: UInt16, token: Token
  ) {
    bytes = ByteWriter(buffer)
    let first = 0x40 | type.rawValue &<< 4 | token.length
    let length = Int(token.length)
    bytes.append(
      word: UInt32(first) &<< 24 | UInt32(code.rawValue) &<< 16 | UInt32(id),
      leading: token.bits &<< UInt64(truncatingIfNeeded: 64 &- length &* 8), length: length)
  }

  /// Starts an option whose value of `length` bytes the caller appends to `bytes`.
  public mutating func option(_ option: OptionNumber, length: Int) {
    precondition(option.rawValue >= number && length >= 0 && length <= 0xFFFF)
    let delta = Int(option.rawValue &- number)
    number = option.rawValue
    if delta < 13 && length < 13 {
      bytes.append(UInt8(truncatingIfNeeded: delta &<< 4 | length))
    } else {
      extendedOption(delta: delta, length: length)
    }
  }

  private mutating func extendedOption(delta: Int, length: Int) {
    let deltaNibble = MessageWriter.nibble(delta)
    let lengthNibble = MessageWriter.nibble(length)
    bytes.append(deltaNibble << 4 | lengthNibble)
    extend(delta)
    extend(length)
  }

  private static func nibble(_ value: Int) -> UInt8 {
    value < 13 ? UInt8(truncatingIfNeeded: value) : value < 269 ? 13 : 14
  }

  private mutating func extend(_ value: Int) {
    if value >= 269 {
      bytes.append(bigEndian: UInt16(truncatingIfNeeded: value &- 269))
    } else if value >= 13 {
      bytes.append(UInt8(truncatingIfNeeded: value &- 13))
    }
  }

  public mutating func option(_ option: OptionNumber, bytes value: Span<UInt8>) {
    self.option(option, length: value.count)
    bytes.append(value)
  }

  public mutating func option(_ option: OptionNumber, text: StaticString) {
    self.option(option, length: text.utf8CodeUnitCount)
    bytes.append(text)
  }

  /// A number in decimal behind a word.
  @inline(never)
  public mutating func option(_ option: OptionNumber, prefix: StaticString, decimal value: UInt32) {
    var length = prefix.utf8CodeUnitCount &+ 1
    var rest = value / 10
    while rest > 0 {
      length &+= 1
      rest /= 10
    }
    self.option(option, length: length)
    bytes.append(prefix)
    DecimalText.append(value, to: &bytes)
  }

  /// An unsigned value without leading zero bytes (RFC 7252 section 3.2).
  public mutating func option(_ option: OptionNumber, unsigned value: UInt32) {
    let length = MessageWriter.length(value)
    self.option(option, length: length)
    bytes.append(bigEndian: UInt64(value), length: length)
  }

  private static func length(_ value: UInt32) -> Int {
    (39 &- value.leadingZeroBitCount) / 8
  }

  /// Observe, when there is a sequence number (24 bits), Content-Format, and the payload marker: eight bytes at most.
  /// No option comes before these.
  @inline(__always)
  public mutating func beginPayload(_ format: ContentFormat, observe: UInt32? = nil) {
    guard WordSize.is64Bit else {
      if let observe { option(.observe, unsigned: observe) }
      option(.contentFormat, unsigned: UInt32(format.rawValue))
      return beginPayload()
    }
    precondition(number == 0)
    number = OptionNumber.contentFormat.rawValue
    var run: UInt64 = 0
    var length = 0
    var delta = UInt64(OptionNumber.contentFormat.rawValue)
    if let observe {
      let number = UInt64(OptionNumber.observe.rawValue)
      MessageWriter.add(number, observe & 0xFF_FFFF, to: &run, &length)
      delta &-= number
    }
    MessageWriter.add(delta, UInt32(format.rawValue), to: &run, &length)
    bytes.append(bigEndian: run &<< 8 | 0xFF, length: length &+ 1)
    payloadStart = bytes.position
  }

  /// One option behind those in `run`; `delta` and the length of the value are below 13.
  @inline(__always)
  private static func add(
    _ delta: UInt64, _ value: UInt32, to run: inout UInt64, _ length: inout Int
  ) {
    let size = MessageWriter.length(value)
    let head = run &<< 8 | delta &<< 4 | UInt64(truncatingIfNeeded: size)
    run = head &<< UInt64(truncatingIfNeeded: size &* 8) | UInt64(truncatingIfNeeded: value)
    length &+= size &+ 1
  }

  /// Sets the payload marker; everything appended to `bytes` from here on is payload.
  @inline(__always)
  public mutating func beginPayload() {
    bytes.append(0xFF)
    payloadStart = bytes.position
  }

  /// Takes the marker back when no payload followed it (section 3).
  public mutating func finish() {
    if payloadStart == bytes.position, !bytes.overflowed {
      bytes.rewind(to: payloadStart &- 1)
    }
  }
}
