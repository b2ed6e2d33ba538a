import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The answer to what was just received, ready to be encoded.
struct Reply: BitwiseCopyable {
  var type: MessageType
  var code: Code
  var id: UInt16
  var token: Token
  var body: Body

  enum Body: BitwiseCopyable {
    case none
    /// Max-Age in seconds, for a 5.03 (RFC 7252 section 5.9.3.4).
    case maxAge(UInt8)
    /// Values in a format, with the Observe sequence number when this starts an observation.
    case values(ReadSelection, observe: UInt32?)
    /// The link list of a path.
    case links(Path)
  }

  /// An empty message: Reset or bare acknowledgement.
  init(empty type: MessageType, id: UInt16) {
    self.type = type
    code = .empty
    self.id = id
    token = Token()
    body = .none
  }

  /// The response to `request`: piggybacked on the acknowledgement, or non-confirmable like the request
  /// (RFC 7252 section 5.2). The ID of a non-confirmable response is drawn when it is sent.
  @inline(__always)
  init(to request: Request, code: Code, body: Body = .none) {
    type = request.type == .confirmable ? .acknowledgement : .nonConfirmable
    self.code = code
    id = request.id
    token = request.token
    self.body = body
  }
}

/// What a Read or a notification carries: a run of the resource table, in a format.
struct ReadSelection: BitwiseCopyable {
  let path: Path
  let format: ContentFormat
  let first: UInt32
  let end: UInt32

  @inline(__always)
  init(path: Path, format: ContentFormat, range: Range<Int>) {
    self.path = path
    self.format = format
    first = UInt32(truncatingIfNeeded: range.lowerBound)
    end = UInt32(truncatingIfNeeded: range.upperBound)
  }

  var range: Range<Int> {
    @inline(__always)
    get { Int(truncatingIfNeeded: first)..<Int(truncatingIfNeeded: max(first, end)) }
  }
}
