import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What happened, for people and programs that watch the server.
public enum Event: Equatable, Sendable {
  case registered(Registration, location: String, peer: Peer, replaced: Bool)
  case updated(Update)
  case deregistered(endpoint: String)
  case expired(endpoint: String)
  /// The server lost the registration on command.
  case forgotten(endpoint: String)
  /// A request of a device was answered.
  case answered(Answer)
  case requested(endpoint: String, Request, attempt: Int)
  case acknowledged(endpoint: String, Request)
  case responded(endpoint: String, Request, Response)
  case failed(endpoint: String, Request, Failure)
  case notified(Notification)
  /// A body that goes in blocks has come a good deal further, or took a turn.
  case transferred(Transfer)
  /// All automatic requests are done.
  case prepared(endpoint: String, observed: Int, discovered: Int, failed: Int)
  /// The automatic requests wait for a device that does not answer.
  case paused(endpoint: String)
  /// A device asks to be bootstrapped.
  case bootstrapRequested(endpoint: String, peer: Peer)
  /// The mistake that is made with this device.
  case mistaken(endpoint: String, BootstrapMistake)
  /// The mistake that is made with the blocks of one body.
  case blundered(endpoint: String?, BlockMistake)
  /// The device took the Finish: it knows its account.
  case bootstrapped(endpoint: String, account: String)
  /// The rest of the orders is not sent.
  case bootstrapStopped(endpoint: String, reason: String)
  case duplicate(peer: Peer, messageID: UInt16)
  case pinged(peer: Peer)
  case dropped(peer: Peer, reason: String)
  /// The server sent RST.
  case reset(peer: Peer, messageID: UInt16, reason: String)

  /// The servers came up again and know nothing.
  case restarted
  /// The server neither hears nor sends for that long.
  case silent(Platform.Role, Milliseconds)
  /// It hears and sends again.
  case heard(Platform.Role)

  public struct Update: Equatable, Sendable {
    public let endpoint: String
    public let lifetime: UInt32
    /// Object and instance paths that are listed now and were not before.
    public let added: [Path]
    public let removed: [Path]
    /// The new address, when it changed.
    public let peer: Peer?
  }

  public struct Answer: Equatable, Sendable {
    public let peer: Peer
    public let endpoint: String?
    public let operation: String
    public let code: Code
    public let location: String?
    /// Why it was refused.
    public let reason: String?
  }

  public struct Transfer: Equatable, Sendable {
    /// Which way the body goes.
    public enum Direction: String, Equatable, Sendable {
      case toDevice
      case fromDevice
    }

    public let endpoint: String?
    public let direction: Direction
    public let operation: String
    public let place: String
    /// What the platform asks; `nil` for a request of the device.
    public let request: RequestID?
    public let progress: BlockProgress
  }

  public struct Response: Equatable, Sendable {
    public let code: Code
    public let format: ContentFormat?
    public let payload: [UInt8]
    public let values: [ReportedValue]
    public let elapsed: Milliseconds
    /// The device took the observation.
    public let isObserving: Bool
  }

  public enum Failure: Equatable, Sendable {
    case timeout(transmissions: Int)
    /// The device sent RST.
    case reset
    /// The device went away, registered anew or asked for another bootstrap.
    case sessionEnded
    /// What the device sends are no blocks of one body.
    case blocks(reason: String)
    /// A newer notification made the rest of this one useless.
    case overtaken
  }

  public struct Notification: Equatable, Sendable {
    public let endpoint: String
    public let path: Path
    public let type: MessageType
    public let code: Code
    public let sequence: UInt32?
    public let format: ContentFormat?
    public let payload: [UInt8]
    public let values: [ReportedValue]
    /// The device took the observation back with this message.
    public let isLast: Bool
  }
}
