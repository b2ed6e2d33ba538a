import CoAPWire

/// Why the server does not do what a device asks.
public struct Refusal: Error, Equatable, Sendable {
  public let code: Code
  public let reason: String
  /// What Size1 of the answer says: bytes of the longest body there is room for.
  public let size: Int?
  /// What Block1 of the answer says, where it is not that of the request.
  let block: BlockOption?

  public init(_ code: Code, _ reason: String, size: Int? = nil) {
    self.code = code
    self.reason = reason
    self.size = size
    block = nil
  }

  /// Asks for blocks of half the size.
  init(smaller message: Message) {
    code = .requestEntityTooLarge
    reason = "blocks of half the size are wanted, on purpose"
    size = nil
    block = message.block(.block1).flatMap {
      BlockOption(offset: 0, hasMore: false, exponent: max($0.exponent, 1) - 1)
    }
  }
}

/// What a Register request says (LwM2M 1.0 section 5.3.1).
public struct Registration: Equatable, Sendable {
  public let endpoint: String
  /// Seconds.
  public let lifetime: UInt32
  public let version: String
  public let binding: String
  public let objects: ObjectList

  public static var defaultLifetime: UInt32 { 86400 }
  /// 255 bytes of Uri-Query without `ep=` (RFC 7252 section 5.10).
  static var maximumEndpointLength: Int { 252 }

  public init(_ message: Message) throws(Refusal) {
    let query = Query(message)
    guard let endpoint = query["ep"], !endpoint.isEmpty else {
      throw Refusal(.badRequest, "no endpoint name (ep=)")
    }
    guard endpoint.utf8.count <= Registration.maximumEndpointLength else {
      throw Refusal(.badRequest, "the endpoint name is longer than a Uri-Query can be")
    }
    self.endpoint = endpoint
    lifetime = try query.lifetime() ?? Registration.defaultLifetime
    version = query["lwm2m"] ?? "1.0"
    guard version == "1.0" || version == "1.1" else {
      throw Refusal(.preconditionFailed, "LwM2M version \(version) is not supported")
    }
    binding = query["b"] ?? "U"
    guard let objects = try ObjectList(of: message) else {
      throw Refusal(.badRequest, "no object list")
    }
    self.objects = objects
  }
}

/// What an Update request says (section 5.3.2). What is `nil` stays as it is.
public struct RegistrationUpdate: Equatable, Sendable {
  public let lifetime: UInt32?
  public let binding: String?
  public let objects: ObjectList?

  public init(_ message: Message) throws(Refusal) {
    let query = Query(message)
    lifetime = try query.lifetime()
    binding = query["b"]
    objects = try ObjectList(of: message)
  }
}

/// The Uri-Query options as names and values.
struct Query {
  private var values: [String: String] = [:]

  init(_ message: Message) {
    for text in message.texts(of: .uriQuery) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
  }

  subscript(name: String) -> String? { values[name] }

  func lifetime() throws(Refusal) -> UInt32? {
    guard let text = self["lt"] else { return nil }
    guard let seconds = UInt32(text), seconds > 0 else {
      throw Refusal(.badRequest, "lifetime lt=\(text) is no number of seconds")
    }
    return seconds
  }
}

extension ObjectList {
  /// `nil` without payload. Some devices leave the Content-Format out, so only a wrong one counts.
  init?(of message: Message) throws(Refusal) {
    guard !message.payload.isEmpty else { return nil }
    guard message.contentFormat ?? .linkFormat == .linkFormat else {
      throw Refusal(.unsupportedContentFormat, "the object list is not in link format (40)")
    }
    do {
      try self.init(parsing: message.payload)
    } catch {
      throw Refusal(.badRequest, "the object list is no link format: \(error)")
    }
  }
}
