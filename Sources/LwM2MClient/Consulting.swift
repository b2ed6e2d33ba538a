import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Something the ring asks or tells the application between two verbs of the engine.
public struct Question: BitwiseCopyable, Sendable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// The value is about to be encoded.
    case read
    /// May this be written?
    case write
    /// This was written.
    case wrote
    /// Do it.
    case execute
  }

  public let kind: Kind
  /// How the value of a write is encoded.
  public let encoding: WriteEncoding
  public let resource: Resource
  /// Which instance of a multiple resource.
  public let instance: Int
  /// What the answer may be deferred under; 0 = it may not.
  public let request: UInt32
  /// Where the value or the arguments stand in the datagram.
  public let start: Int
  public let length: Int
}

/// What the application said.
public enum Verdict: BitwiseCopyable, Sendable {
  case agreed
  case refused(Code)
  case pending
}

/// Where the conversation with the application stands.
struct Consulting: BitwiseCopyable {
  var stage = Stage.none
  /// The application keeps the rest of a write for itself.
  var isPending = false
  /// What an answer may be deferred under.
  var handle: UInt32 = 0
  /// What is read, for a reply or a notification, and the value that is asked for next.
  var selection = ReadSelection(path: Path(), format: .text, range: 0..<0)
  var index = 0
  var instance = 0

  enum Stage: UInt8, BitwiseCopyable {
    case none
    /// About the values of the selection.
    case reading
    /// About a write that was checked.
    case writing
    /// About values that were stored.
    case telling
    /// About an Execute.
    case executing
  }

  mutating func read(_ selection: ReadSelection, _ handle: UInt32) {
    stage = .reading
    self.handle = handle
    self.selection = selection
    index = selection.first
    instance = 0
  }
}
