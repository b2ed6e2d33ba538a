import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Read, Discover and Observe (LwM2M 1.0 sections 5.4.1, 5.4.2 and 5.5.1).
extension Engine where Store: ~Copyable {
  mutating func get(now: Instant) {
    if request.accept == ContentFormat.linkFormat.rawValue {
      return reply(.content, .links, wish: request.wish)
    }
    let first = resources[reply.selection.first]
    let isResource = request.path.depth == 3
    guard !isResource || first.access.contains(.readable) else {
      return respond(.methodNotAllowed)
    }
    guard let format = readFormat(isResource, first) else { return respond(.notAcceptable) }
    reply.selection.format = format
    // A cancellation takes effect whatever becomes of the read.
    if request.observe == 1 { endObservation(of: request.path, by: request.token) }
    // The application is asked before the first block; the others are of the same values.
    guard configuration.consultation.beforeRead, request.wish.number == 0 else {
      reply(.content, .values, wish: request.wish)
      if request.observe == 0 { startObservation(now: now) }
      return
    }
    let mayDefer = configuration.consultation.mayDefer
    if mayDefer, deferred.isFull { return refuseDeferral() }
    reply(.content, .values, wish: request.wish)
    consulting.read(reply.selection, mayDefer ? deferred.drawHandle() : 0)
  }

  /// CONTRACTS "Registration policy": without Accept a single resource is text (opaque: 42), anything wider TLV.
  @inline(__always)
  private func readFormat(_ isResource: Bool, _ first: Resource) -> ContentFormat? {
    let isSingle = isResource && !first.access.contains(.multiple)
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

  /// Writes the payload of a response with values. `false` when a value has no encoding.
  func write(_ selection: ReadSelection, to bytes: inout ByteWriter) -> Bool {
    switch selection.format {
    case .text, .opaque:
      let resource = resources[selection.first]
      let value = store.load(resource.slot, at: 0, as: resource.type)
      return selection.format == .opaque
        ? OpaqueFormat.append(value, to: &bytes) : TextFormat.append(value, to: &bytes)
    default:
      return ReadEncoder.appendTLV(
        selection.range, of: resources, at: selection.path, from: store, to: &bytes)
    }
  }

  /// The link list of Discover: attached attributes at each level, and at a resource the inherited ones too
  /// (LwM2M 1.0 section 5.4.2).
  @inline(never)
  func writeLinks(_ selection: ReadSelection, to bytes: inout ByteWriter) {
    let depth = selection.path.depth
    var list = LinkList()
    var index = selection.first
    while index < selection.end {
      let path = resources[index].path
      if list.contains(path) {
        list.append(sibling: path.resource, to: &bytes)
      } else {
        enter(path, depth, &list, &bytes)
      }
      if resources[index].access.contains(.multiple) {
        LinkFormat.appendDimension(
          store.instanceCount(resources[index].slot), to: &bytes)
      }
      if attributes.count > 0 {
        if depth < 3 {
          writeAttributes(path, to: &bytes)
        } else {
          writeEffective(path, to: &bytes)
        }
      }
      index &+= 1
    }
  }

  /// The link of `path`, behind those of the object and the instance it is the first in, as far as they are discovered.
  @inline(never)
  private func enter(
    _ path: Path, _ depth: Int, _ list: inout LinkList, _ bytes: inout ByteWriter
  ) {
    if depth < 2, path.object != list.place.object {
      link(Path(path.object), &list, &bytes)
    }
    if depth < 3 { link(Path(path.object, path.instance), &list, &bytes) }
    list.append(path, to: &bytes)
  }

  private func link(_ path: Path, _ list: inout LinkList, _ bytes: inout ByteWriter) {
    list.append(path, to: &bytes)
    if attributes.count > 0 { writeAttributes(path, to: &bytes) }
  }

  /// What holds for `path`, inherited or not.
  ///
  /// Not inlined: its frame lies beside that of `writeAttributes`.
  @inline(never)
  private func writeEffective(_ path: Path, to bytes: inout ByteWriter) {
    LinkFormat.appendAttributes(attributes.effective(at: path, server: server), to: &bytes)
  }

  /// What is attached to `path` itself.
  @inline(never)
  private func writeAttributes(_ path: Path, to bytes: inout ByteWriter) {
    guard let index = attributes.index(of: AttributeEntry.key(path, server)) else { return }
    LinkFormat.appendAttributes(attributes[index].attributes, to: &bytes)
  }
}
