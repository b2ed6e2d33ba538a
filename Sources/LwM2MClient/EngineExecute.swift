import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Execute (LwM2M 1.0 section 5.4.5).
extension Engine where Store: ~Copyable {
  mutating func execute(_ request: Request, _ datagram: Span<UInt8>, now: Instant) {
    guard let index = resources.index(of: request.path.key) else {
      return respond(to: request, .notFound, now: now)
    }
    let resource = resources[index]
    guard resource.access.contains(.executable) else {
      return respond(to: request, .methodNotAllowed, now: now)
    }
    guard request.contentFormat ?? ContentFormat.text.rawValue == ContentFormat.text.rawValue
    else { return respond(to: request, .unsupportedContentFormat, now: now) }
    let start = Int(request.payloadStart)
    let arguments = datagram.extracting(start..<start + Int(request.payloadLength))
    guard
      configuration.profile.acceptsOldSyntax || ExecuteArguments.isWellFormed(arguments)
    else { return respond(to: request, .badRequest, now: now) }
    if resource.access.contains(.builtIn) { return executeOwn(request, resource, now: now) }
    guard configuration.consultation.executes else {
      return respond(to: request, .methodNotAllowed, now: now)
    }
    if configuration.consultation.mayDefer, deferred.isFull {
      return refuseDeferral(of: request, now: now)
    }
    let handle = configuration.consultation.mayDefer ? deferred.drawHandle() : 0
    consulting = .executing(request, resource, request: handle, asked: false)
  }

  /// Registration Update Trigger and Reboot, both answered before they happen.
  private mutating func executeOwn(_ request: Request, _ resource: Resource, now: Instant) {
    respond(to: request, .changed, now: now)
    switch resource.slot {
    case BuiltInSlot.updateTrigger: registration.want(.plain)
    case BuiltInSlot.reboot: events.append(.rebootRequested)
    default: break
    }
  }
}
