import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Write (LwM2M 1.0 section 5.4.3): the whole payload is checked before anything is asked, and everything agreed to
/// before anything is stored.
extension Engine where Store: ~Copyable {
  mutating func write(
    _ request: Request, _ datagram: inout MutableSpan<UInt8>, now: Instant
  ) {
    var request = request
    guard let encoding = writeEncoding(&request, &datagram) else {
      return respond(to: request, .unsupportedContentFormat, now: now)
    }
    let start = Int(request.payloadStart)
    let cursor = WriteCursor(
      path: request.path, encoding: encoding,
      payload: start..<start + Int(request.payloadLength))
    do throws(RequestRefusal) {
      try check(cursor, datagram.span)
    } catch {
      return respond(to: request, error.code, now: now)
    }
    guard configuration.consultation.beforeWrite else {
      storeAll(cursor, datagram.span, now: now)
      respond(to: request, .changed, now: now)
      if configuration.consultation.afterWrite { consulting = .telling(cursor) }
      return
    }
    if configuration.consultation.mayDefer, deferred.isFull {
      return refuseDeferral(of: request, now: now)
    }
    consulting = .writing(request, cursor, request: deferred.drawHandle(), pending: false)
  }

  /// The encoding the Content-Format names; `nil` for one this path cannot have. Base64 is decoded in place: from then
  /// on the payload is opaque.
  private func writeEncoding(
    _ request: inout Request, _ datagram: inout MutableSpan<UInt8>
  ) -> WriteEncoding? {
    let isResource = request.path.depth == 3
    let absent = isResource ? ContentFormat.text : ContentFormat.tlv
    switch ContentFormat(rawValue: request.contentFormat ?? absent.rawValue) {
    case .tlv, .oldTLV: return .tlv
    case .opaque: return isResource ? .opaque : nil
    case .text where isResource:
      guard let index = resources.index(of: request.path.key),
        resources[index].type == .opaque
      else { return .text }
      let start = Int(request.payloadStart)
      var payload = datagram.slice(start..<start + Int(request.payloadLength))
      guard let length = Base64.decode(&payload) else { return .text }
      request.payloadLength = UInt16(truncatingIfNeeded: length)
      return .opaque
    default: return nil
    }
  }

  /// Goes through all values; throws the first reason to refuse.
  private func check(_ cursor: WriteCursor, _ datagram: Span<UInt8>) throws(RequestRefusal) {
    var cursor = cursor
    while let item = try cursor.next(in: datagram, of: resources, store: store) {
      let resource = item.resource
      guard resource.access.contains(.writable) else { throw RequestRefusal(.methodNotAllowed) }
      let bytes = datagram.extracting(item.start..<item.start + item.length)
      guard let value = cursor.encoding.decode(bytes, as: resource.type) else {
        throw RequestRefusal(.badRequest)
      }
      if resource.type.isBuffer {
        guard resource.access.contains(.storage) else { throw RequestRefusal(.methodNotAllowed) }
        guard store.room(resource, at: item.instance) >= item.length else {
          throw RequestRefusal(.requestEntityTooLarge)
        }
      }
      try checkOwn(resource, value)
    }
  }

  /// What the SDK's own resources may be set to.
  private func checkOwn(
    _ resource: Resource, _ value: borrowing Value
  ) throws(RequestRefusal) {
    guard resource.slot == BuiltInSlot.lifetime, case .integer(let seconds) = copy value else {
      return
    }
    guard seconds >= Int64(Lifetime.minimum), seconds <= Int64(Lifetime.maximum) else {
      throw RequestRefusal(.badRequest)
    }
  }

  /// Stores every value; all were checked.
  mutating func storeAll(_ cursor: WriteCursor, _ datagram: Span<UInt8>, now: Instant) {
    var cursor = cursor
    while let item = nextItem(&cursor, datagram) {
      let bytes = datagram.extracting(item.start..<item.start + item.length)
      guard let value = cursor.encoding.decode(bytes, as: item.resource.type) else { continue }
      if item.resource.slot == BuiltInSlot.lifetime, case .integer(let seconds) = copy value {
        changeLifetime(UInt32(truncatingIfNeeded: seconds))
      } else {
        store.store(value, in: item.resource.slot, at: item.instance)
      }
      markChanged(item.resource.path, now: now)
    }
  }

  /// The next value of a payload that was checked.
  func nextItem(_ cursor: inout WriteCursor, _ datagram: Span<UInt8>) -> WriteItem? {
    do throws(RequestRefusal) {
      return try cursor.next(in: datagram, of: resources, store: store)
    } catch {
      return nil
    }
  }
}

extension ValueStore where Self: ~Copyable {
  /// How many bytes of wire value fit: a hexadecimal string keeps two digits for each.
  func room(_ resource: Resource, at instance: Int) -> Int {
    let capacity = capacity(resource.slot, at: instance)
    return resource.type == .hexString ? capacity / 2 : capacity
  }
}

/// Registration lifetimes this client accepts, in seconds.
public enum Lifetime {
  public static var minimum: UInt32 { 15 }
  public static var maximum: UInt32 { 0x0FFF_FFFF }
}
