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
    /// May this piece of a value be taken? `Engine.piece` says which it is.
    case block
    /// Do it.
    case execute
    /// May the server make this instance? The resource ID of the path says nothing.
    case create
    /// May the server end this instance? Without a request: one that was agreed to comes to nothing.
    case remove
    /// For the platform: the record of what is stored is to be kept before the message leaves.
    case keep
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
    /// About nothing more: a write was agreed to, and its values are to be stored.
    case storing
    /// About values that were stored.
    case telling
    /// About a piece of a value.
    case streaming
    /// About an Execute.
    case executing
    /// About a new instance, whose resources the application adds meanwhile.
    case creating
    /// The same, and one of them found no room.
    case overfull
    /// The new instance was agreed to; its values are to be checked.
    case created
    /// About the values of a new instance, which were checked.
    case filling
    /// About a new instance that comes to nothing after all.
    case withdrawing
    /// About the end of an instance.
    case removing
    /// About the record of what is stored.
    case keeping
  }

  /// There is an instance that the server does not know of, and will not if it comes to nothing.
  var isProvisional: Bool {
    switch stage {
    case .creating, .overfull, .created, .filling: true
    default: false
    }
  }

  mutating func read(_ selection: ReadSelection, _ handle: UInt32) {
    stage = .reading
    self.handle = handle
    self.selection = selection
    index = selection.first
    instance = 0
  }
}
