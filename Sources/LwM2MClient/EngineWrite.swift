import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Write (LwM2M 1.0 section 5.4.3): the whole payload is checked before anything is asked, and everything agreed to
/// before anything is stored.
extension Engine where Store: ~Copyable {
  mutating func write(_ datagram: inout MutableSpan<UInt8>, now: Instant) {
    guard let encoding = writeEncoding(&datagram) else {
      return respond(.unsupportedContentFormat)
    }
    written = WriteCursor(encoding, request.payload)
    let asks = configuration.consultation.beforeWrite
    // A single value is checked and stored at once, several are stored when all were checked.
    let refusal = passOver(datagram.span, storing: encoding != .tlv && !asks, now: now)
    guard refusal == .empty else {
      return refusal == .continue ? streamWhole(now: now) : respond(refusal)
    }
    guard asks else {
      if encoding == .tlv { storeAll(datagram.span, now: now) }
      respond(.changed)
      if configuration.consultation.afterWrite {
        written.rewind(request.payload)
        consulting.stage = .telling
      }
      return
    }
    if configuration.consultation.mayDefer, deferred.isFull { return refuseDeferral() }
    written.rewind(request.payload)
    consulting.stage = .writing
    consulting.isPending = false
    consulting.handle = deferred.drawHandle()
  }

  /// The encoding the Content-Format names; `nil` for one this path cannot have. Base64 is decoded in place: from then
  /// on the payload is opaque.
  mutating func writeEncoding(_ datagram: inout MutableSpan<UInt8>) -> WriteEncoding? {
    let isResource = request.path.depth == 3
    let absent = isResource ? ContentFormat.text : ContentFormat.tlv
    switch ContentFormat(rawValue: request.contentFormat ?? absent.rawValue) {
    case .tlv, .oldTLV: return .tlv
    case .opaque: return isResource ? .opaque : nil
    case .text where isResource:
      guard resources[reply.selection.first].type == .opaque else { return .text }
      var payload = datagram.slice(request.payload)
      guard let length = Base64.decode(&payload) else { return .text }
      request.payloadLength = UInt16(truncatingIfNeeded: length)
      return .opaque
    default: return nil
    }
  }

  /// Stores every value; all were checked.
  mutating func storeAll(_ datagram: Span<UInt8>, now: Instant) {
    written.rewind(request.payload)
    _ = passOver(datagram, storing: true, now: now)
  }

  /// Whether the write is that of a value which is kept nowhere, and of no other with it.
  private func isStreamed(_ resource: Resource) -> Bool {
    resource.access.contains(.streamed) && request.path.depth == 3
  }

  /// Goes through all values and stores them if it is time to. Returns the first reason to refuse, empty if there is
  /// none; `continue` for a value that is not to be stored but to go to the application.
  mutating func passOver(_ datagram: Span<UInt8>, storing: Bool, now: Instant) -> Code {
    do throws(RequestRefusal) {
      while try nextWritten(datagram) {
        let resource = resources[written.index]
        guard resource.access.contains(.writable) else { return .methodNotAllowed }
        guard
          let value = written.encoding.decode(
            datagram.extracting(written.value), as: resource.type)
        else { return .badRequest }
        if resource.type.isBuffer {
          guard resource.access.contains(.storage) else {
            return isStreamed(resource) ? .continue : .methodNotAllowed
          }
          guard store.room(resource, at: written.instance) >= written.length else {
            return .requestEntityTooLarge
          }
        }
        if resource.access.contains(.builtIn) {
          guard accepts(value, for: resource.slot) else { return .badRequest }
          if storing { keep(value, in: resource.slot, now: now) }
        } else if storing {
          store.store(value, in: resource.slot, at: written.instance)
        }
        if storing { markChanged(resource.path, now: now) }
        // Text and opaque have one value.
        if written.encoding != .tlv { break }
      }
      return .empty
    } catch {
      return error.code
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

  static var range: ClosedRange<Int64> { Int64(minimum)...Int64(maximum) }
}
