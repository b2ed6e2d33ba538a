import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What the request that was received last is answered with; its ID and token are the request's.
struct Reply: BitwiseCopyable {
  var body = Body.none
  var type = MessageType.acknowledgement
  var code = Code.empty
  /// Seconds, for a 5.03 (RFC 7252 section 5.9.3.4); 0 = no Max-Age.
  var maxAge: UInt8 = 0
  /// What the request names in the resource table, and the format it is read in.
  var selection = ReadSelection(path: Path(), format: .text, range: 0..<0)
  /// Which piece of the body is to be sent.
  var wish = BlockWish()
  /// How long the body is, when only a piece of it is sent.
  var total: UInt32 = 0
  /// The Observe sequence number, when this starts an observation.
  var observe: UInt32?

  enum Body: UInt8, BitwiseCopyable {
    /// There is no reply.
    case none
    /// No payload.
    case code
    /// The selection's values.
    case values
    /// The selection's links.
    case links
    /// The Location-Path of a new instance.
    case location
    /// The links of a Bootstrap-Discover.
    case accounts
  }
}

/// What a Read or a notification carries: a run of the resource table, in a format.
struct ReadSelection: BitwiseCopyable {
  let path: Path
  var format: ContentFormat
  private let start: UInt16
  private let count: UInt16

  @inline(__always)
  init(path: Path, format: ContentFormat, range: Range<Int>) {
    self.path = path
    self.format = format
    start = UInt16(truncatingIfNeeded: range.lowerBound)
    count = UInt16(truncatingIfNeeded: range.upperBound &- range.lowerBound)
  }

  var first: Int {
    @inline(__always) get { Int(truncatingIfNeeded: start) }
  }

  var end: Int {
    @inline(__always) get { first &+ Int(truncatingIfNeeded: count) }
  }

  var range: Range<Int> { first..<end }
}
