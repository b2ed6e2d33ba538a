import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Read, Discover and Observe (LwM2M 1.0 sections 5.4.1, 5.4.2 and 5.5.1).
extension Engine where Store: ~Copyable {
  mutating func get(_ request: Request, now: Instant) {
    if request.accept == ContentFormat.linkFormat.rawValue { return discover(request, now: now) }
    let range = resources.range(coveredBy: request.path)
    guard !range.isEmpty else { return respond(to: request, .notFound, now: now) }
    guard request.path.depth < 3 || resources[range.lowerBound].access.contains(.readable) else {
      return respond(to: request, .methodNotAllowed, now: now)
    }
    guard let format = readFormat(request, first: resources[range.lowerBound]) else {
      return respond(to: request, .notAcceptable, now: now)
    }
    let selection = ReadSelection(path: request.path, format: format, range: range)
    let observe = request.observe
    guard configuration.consultation.beforeRead else {
      let sequence =
        observe == nil
        ? nil : observed(observe, request.path, token: request.token, format: format, now: now)
      reply = Reply(to: request, code: .content, body: .values(selection, observe: sequence))
      return
    }
    consult(request, selection, now: now)
  }

  /// The application refreshes the values first. An observation is noted only when they have been read.
  private mutating func consult(_ request: Request, _ selection: ReadSelection, now: Instant) {
    var observe = request.observe
    if observe != 0 {
      // A cancellation takes effect whatever becomes of the read.
      observe = observed(
        observe, request.path, token: request.token, format: selection.format, now: now)
    }
    if configuration.consultation.mayDefer, deferred.isFull {
      return refuseDeferral(of: request, now: now)
    }
    reply = Reply(
      to: request, code: .content, body: .values(selection, observe: observe))
    consulting = .reading(
      selection, index: selection.range.lowerBound, instance: 0,
      request: configuration.consultation.mayDefer ? deferred.drawHandle() : 0)
  }

  /// CONTRACTS "Registration policy": without Accept a single resource is text (opaque: 42), anything wider TLV.
  @inline(__always)
  private func readFormat(_ request: Request, first: Resource) -> ContentFormat? {
    let isSingle = request.path.depth == 3 && !first.access.contains(.multiple)
    guard let accept = request.accept else {
      if !isSingle { return .tlv }
      return first.type == .opaque ? .opaque : .text
    }
    switch ContentFormat(rawValue: accept) {
    case .tlv: return .tlv
    case .oldTLV: return .oldTLV
    case .text: return isSingle ? .text : nil
    case .opaque: return isSingle && first.type == .opaque ? .opaque : nil
    default: return nil
    }
  }

  private mutating func discover(_ request: Request, now: Instant) {
    guard exists(request.path) else { return respond(to: request, .notFound, now: now) }
    reply = Reply(to: request, code: .content, body: .links(request.path))
  }

  /// Writes the options and payload of a response with values. `false` when a value has no encoding.
  @inline(never)
  func write(
    _ selection: ReadSelection, observe: UInt32?, to message: inout MessageWriter
  ) -> Bool {
    if let observe { message.option(.observe, unsigned: observe) }
    message.option(.contentFormat, unsigned: UInt32(selection.format.rawValue))
    message.beginPayload()
    switch selection.format {
    case .text, .opaque:
      let resource = resources[selection.range.lowerBound]
      let value = store.load(resource.slot, at: 0, as: resource.type)
      return selection.format == .opaque
        ? OpaqueFormat.append(value, to: &message.bytes)
        : TextFormat.append(value, to: &message.bytes)
    default:
      return ReadEncoder.appendTLV(
        selection.range, of: resources, at: selection.path, from: store, to: &message.bytes)
    }
  }

  /// The link list of Discover: attached attributes at each level, and at a resource the inherited ones too
  /// (LwM2M 1.0 section 5.4.2).
  func writeLinks(_ path: Path, to message: inout MessageWriter) {
    message.option(.contentFormat, unsigned: UInt32(ContentFormat.linkFormat.rawValue))
    message.beginPayload()
    var list = LinkList()
    var last = Path()
    for index in resources.range(coveredBy: path) {
      let resource = resources[index]
      let depth = path.depth
      if depth < 2, resource.path.object != last.object {
        link(Path(resource.path.object), &list, &message.bytes)
      }
      if depth < 3, resource.path.parent != last.parent {
        link(resource.path.parent, &list, &message.bytes)
      }
      last = resource.path
      list.append(resource.path, to: &message.bytes)
      if resource.access.contains(.multiple) {
        LinkFormat.appendDimension(store.instanceCount(resource.slot), to: &message.bytes)
      }
      guard attributes.count > 0 else { continue }
      let attached =
        depth == 3
        ? attributes.effective(at: resource.path, server: server)
        : attributes.attached(to: resource.path, server: server) ?? Attributes()
      LinkFormat.appendAttributes(attached, to: &message.bytes)
    }
  }

  @inline(never)
  private func link(_ path: Path, _ list: inout LinkList, _ bytes: inout ByteWriter) {
    list.append(path, to: &bytes)
    guard attributes.count > 0 else { return }
    let attached = attributes.attached(to: path, server: server) ?? Attributes()
    LinkFormat.appendAttributes(attached, to: &bytes)
  }
}
