import CoAPWire
import LwM2MModel

/// Bytes with the format they are in.
public struct Content: Equatable, Sendable {
  public let format: ContentFormat
  public let bytes: [UInt8]

  public init(format: ContentFormat, bytes: [UInt8]) {
    self.format = format
    self.bytes = bytes
  }
}

/// What the platform can ask of a device (LwM2M 1.0 sections 5.2, 5.4 and 5.5).
public enum Operation: Equatable, Sendable {
  case read
  /// Read with Accept.
  case readAs(ContentFormat)
  case discover
  case observe
  case cancelObservation
  case write(Content)
  case writePartial(Content)
  case execute(arguments: String)
  case writeAttributes([String])
  case create(Content)
  case delete
  /// The end of a bootstrap, at `/bs`.
  case finish

  public var name: String {
    switch self {
    case .read, .readAs: "Read"
    case .discover: "Discover"
    case .observe: "Observe"
    case .cancelObservation: "Cancel"
    case .write: "Write"
    case .writePartial: "Write-Partial"
    case .execute: "Execute"
    case .writeAttributes: "Write-Attributes"
    case .create: "Create"
    case .delete: "Delete"
    case .finish: "Finish"
    }
  }

  private var code: Code {
    switch self {
    case .read, .readAs, .discover, .observe, .cancelObservation: .get
    case .write, .writeAttributes: .put
    case .writePartial, .execute, .create, .finish: .post
    case .delete: .delete
    }
  }

  /// The confirmable request for it.
  func message(path: [String], id: UInt16, token: Token) -> Message {
    var message = Message(type: .confirmable, code: code, id: id, token: token)
    for segment in path { message.add(.uriPath, text: segment) }
    switch self {
    case .read, .delete, .finish: break
    case .readAs(let format): message.add(.accept, unsigned: UInt32(format.rawValue))
    case .discover: message.add(.accept, unsigned: UInt32(ContentFormat.linkFormat.rawValue))
    case .observe: message.add(.observe, unsigned: 0)
    case .cancelObservation: message.add(.observe, unsigned: 1)
    case .write(let content), .writePartial(let content), .create(let content):
      message.carry(content)
    case .execute(let arguments) where arguments.isEmpty: break
    case .execute(let arguments):
      message.carry(Content(format: .text, bytes: [UInt8](arguments.utf8)))
    case .writeAttributes(let attributes):
      for attribute in attributes { message.add(.uriQuery, text: attribute) }
    }
    return message
  }
}

extension Message {
  fileprivate mutating func carry(_ content: Content) {
    add(.contentFormat, unsigned: UInt32(content.format.rawValue))
    payload = content.bytes
  }
}

/// Names one request to a device for as long as the server runs; each interface counts its own.
public struct RequestID: Hashable, Sendable {
  public let interface: Request.Interface
  public let number: UInt64
}

/// One thing to ask of a device.
public struct Request: Equatable, Sendable {
  public enum Origin: Equatable, Sendable {
    /// The platform does it by itself after Register, Update or a bootstrap request.
    case automatic
    case command
    /// It asks for the rest of a notification.
    case notification
  }

  public enum Interface: Equatable, Sendable {
    case management
    case bootstrap
  }

  public let id: RequestID
  public let origin: Origin
  public let operation: Operation
  public let path: Path

  /// The operation as LwM2M calls it on its interface.
  public var title: String {
    id.interface == .bootstrap ? "Bootstrap-\(operation.name)" : operation.name
  }

  /// The path it goes to, `/bs` for the Finish of a bootstrap.
  public var place: String {
    operation == .finish ? "/bs" : path.text
  }
}
