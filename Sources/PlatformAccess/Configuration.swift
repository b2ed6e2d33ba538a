import NBIoTBytes

/// How the server treats devices.
public struct Configuration: Equatable, Sendable {
  /// The auth code every device must send; `nil` when none is asked for.
  public var authCode: String?
  /// Auth codes of single devices, by endpoint name; they override `authCode`.
  public var authCodes: [String: String] = [:]
  /// Endpoint names that are not let in.
  public var denied: Set<String> = []
  public var observesAutomatically = true
  public var discoversAutomatically = true
  /// How long a request may take from its first transmission on; each block of a long body is one.
  public var requestLimit = Milliseconds(25_000)
  public var blocks = BlockSizes()

  public init() {}

  /// The auth code `endpoint` must send. An entry may name the whole endpoint or its IMEI.
  func authCode(of endpoint: String) -> String? {
    authCodes[endpoint] ?? authCodes[Session.imei(of: endpoint)] ?? authCode
  }

  func denies(_ endpoint: String) -> Bool {
    denied.contains(endpoint) || denied.contains(Session.imei(of: endpoint))
  }
}
