import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Execute (LwM2M 1.0 section 5.4.5).
extension Engine where Store: ~Copyable {
  mutating func execute(_ datagram: Span<UInt8>, now: Instant) {
    let resource = resources[reply.selection.first]
    guard resource.access.contains(.executable) else { return respond(.methodNotAllowed) }
    guard request.contentFormat ?? ContentFormat.text.rawValue == ContentFormat.text.rawValue
    else { return respond(.unsupportedContentFormat) }
    guard
      configuration.profile.acceptsOldSyntax
        || ExecuteArguments.isWellFormed(datagram.extracting(request.payload))
    else { return respond(.badRequest) }
    if resource.access.contains(.builtIn) { return executeOwn(resource.slot, now: now) }
    guard configuration.consultation.executes else { return respond(.methodNotAllowed) }
    let mayDefer = configuration.consultation.mayDefer
    if mayDefer, deferred.isFull { return refuseDeferral() }
    consulting.stage = .executing
    consulting.handle = mayDefer ? deferred.drawHandle() : 0
  }

  /// Each is answered before it happens.
  @inline(never)
  private mutating func executeOwn(_ slot: UInt16, now: Instant) {
    respond(.changed)
    switch slot {
    case BuiltInSlot.disable: disable()
    case BuiltInSlot.updateTrigger: registration.want(.plain)
    case BuiltInSlot.bootstrapTrigger: bootstrap()
    case BuiltInSlot.reboot: events.append(.rebootRequested)
    case BuiltInSlot.factoryReset: events.append(.factoryResetRequested)
    case BuiltInSlot.errorReset: forgetErrors(now: now)
    default: break
    }
  }

  /// There is no error from now on; whatever still holds the application reports anew (appendix E.4).
  private mutating func forgetErrors(now: Instant) {
    guard case .integer(let first) = store.load(BuiltInSlot.errorCode, at: 0, as: .integer),
      first != 0
    else { return }
    store.store(.integer(0), in: BuiltInSlot.errorCode, at: 0)
    markChanged(Path(3, 0, 11), now: now)
  }
}
