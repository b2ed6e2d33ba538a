/// What differs on the wire between servers, as data.
public enum Profile: UInt8, BitwiseCopyable, Sendable {
  case standard
  case onenet

  /// `lwm2m=1.0` in Register (LwM2M 1.0 section 5.3.1).
  var sendsVersion: Bool { self == .standard }
  /// Whether objects 1 and 3 appear in the object list.
  var listsOwnObjects: Bool { self == .standard }
  /// Whether the Auth-Code option 63 accompanies Bootstrap-Request, Register, Update and De-register.
  var sendsAuthCode: Bool { self == .onenet }
  /// Whether an account is worth nothing without an instance of the Server object; OneNET writes none.
  var needsServerInstance: Bool { self == .standard }
  /// Whether a bootstrap that has brought a usable account ends when no order follows; OneNET may send no Finish.
  var finishesBySilence: Bool { self == .onenet }
  /// Whether the server's option 19 of an early draft is ignored although it is critical.
  var toleratesDraftToken: Bool { self == .onenet }
  /// Whether `stp` means `st` in Write-Attributes, and any arguments go with Execute.
  var acceptsOldSyntax: Bool { self == .onenet }
  /// Whether the Content-Format of a GET says which TLV the answer is to be, as Accept does elsewhere.
  var readsContentFormat: Bool { self == .onenet }
  /// Whether a Reset to a notification may mean that the server has forgotten the device.
  var doubtsAfterReset: Bool { self == .onenet }
  /// Whether an observation ends by a GET with Observe 1 whose token differs from the observation's.
  var cancelsByPath: Bool { self == .onenet }
}
