import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Something the ring asks or tells the application between two verbs of the engine.
public struct Question: BitwiseCopyable, Sendable {
  public enum Kind: BitwiseCopyable, Sendable {
    /// The value is about to be encoded.
    case read
    /// May this be written?
    case write(WriteEncoding)
    /// This was written.
    case wrote
    /// Do it.
    case execute
  }

  public let kind: Kind
  public let resource: Resource
  /// Which instance of a multiple resource.
  public let instance: Int
  /// What the answer may be deferred under; 0 = it may not.
  public let request: UInt32
  /// Where the value or the arguments stand in the datagram.
  public let start: Int
  public let length: Int

  init(
    _ kind: Kind, _ resource: Resource, instance: Int = 0, request: UInt32 = 0, start: Int = 0,
    length: Int = 0
  ) {
    self.kind = kind
    self.resource = resource
    self.instance = instance
    self.request = request
    self.start = start
    self.length = length
  }
}

/// What the application said.
public enum Verdict: BitwiseCopyable, Sendable {
  case agreed
  case refused(Code)
  case pending
}

/// Where the conversation with the application stands.
enum Consulting: BitwiseCopyable {
  case none
  /// About the values of a reply or a notification; the next one is `instance` of the resource at `index`.
  case reading(ReadSelection, index: Int, instance: Int, request: UInt32)
  /// About a write that was checked. `pending`: the application keeps the rest for itself.
  case writing(Request, WriteCursor, request: UInt32, pending: Bool)
  /// About values that were stored.
  case telling(WriteCursor)
  /// About an Execute that was, or was not, put to it.
  case executing(Request, Resource, request: UInt32, asked: Bool)
}
