/// What differs on the wire between servers, as data.
public struct Profile: BitwiseCopyable, Sendable {
  /// `lwm2m=1.0` in Register (LwM2M 1.0 section 5.3.1).
  let sendsVersion: Bool
  /// Whether objects 1 and 3 appear in the object list.
  let listsOwnObjects: Bool
  /// Whether the Auth-Code option 63 accompanies Register, Update and De-register.
  let sendsAuthCode: Bool
  /// Whether the server's option 19 of an early draft is ignored although it is critical.
  let toleratesDraftToken: Bool
  /// Whether `stp` means `st` in Write-Attributes, and any arguments go with Execute.
  let acceptsOldSyntax: Bool
  /// Whether an observation ends by a GET with Observe 1 whose token differs from the observation's.
  let cancelsByPath: Bool

  public static var standard: Profile {
    Profile(
      sendsVersion: true, listsOwnObjects: true, sendsAuthCode: false, toleratesDraftToken: false,
      acceptsOldSyntax: false, cancelsByPath: false)
  }

  public static var onenet: Profile {
    Profile(
      sendsVersion: false, listsOwnObjects: false, sendsAuthCode: true, toleratesDraftToken: true,
      acceptsOldSyntax: true, cancelsByPath: true)
  }
}
