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
    if resource.access.contains(.builtIn) { return executeOwn(resource.slot) }
    guard configuration.consultation.executes else { return respond(.methodNotAllowed) }
    let mayDefer = configuration.consultation.mayDefer
    if mayDefer, deferred.isFull { return refuseDeferral() }
    consulting.stage = .executing
    consulting.handle = mayDefer ? deferred.drawHandle() : 0
  }

  /// Registration Update Trigger and Reboot, both answered before they happen.
  private mutating func executeOwn(_ slot: UInt16) {
    respond(.changed)
    switch slot {
    case BuiltInSlot.updateTrigger: registration.want(.plain)
    case BuiltInSlot.reboot: events.append(.rebootRequested)
    default: break
    }
  }
}
