import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// How the values of a write are encoded.
public enum WriteEncoding: UInt8, BitwiseCopyable, Sendable {
  case text
  case opaque
  case tlv
}

/// A walk over the values of a write, which the engine takes several times: to check all, to ask about all, to
/// store all. It keeps positions only, so it may pause while the application is asked.
struct WriteCursor: BitwiseCopyable {
  var encoding: WriteEncoding
  /// The one value of text or opaque was there.
  fileprivate var isDone = false
  /// Only values of resources that can be written count (LwM2M 1.0 section 7.3.2.4).
  private(set) var creates: Bool
  fileprivate var position: Int
  fileprivate let end: Int
  /// Inside a multiple resource: where it ends; not above `position` otherwise.
  fileprivate var enclosingEnd = 0
  /// Whose value is the current one, and where it stands in the datagram.
  fileprivate(set) var index = 0
  fileprivate(set) var instance = 0
  fileprivate(set) var start: Int
  fileprivate(set) var length: Int

  init(_ encoding: WriteEncoding, _ payload: Range<Int>, creates: Bool = false) {
    self.encoding = encoding
    self.creates = creates
    position = payload.lowerBound
    end = payload.upperBound
    start = payload.lowerBound
    length = payload.count
  }

  /// Nothing stands behind the current value.
  var isAtEnd: Bool { encoding != .tlv || position == end }

  var value: Range<Int> { start..<start &+ length }

  /// Back to the first value.
  mutating func rewind(_ payload: Range<Int>) {
    self = WriteCursor(encoding, payload, creates: creates)
  }
}

extension Engine where Store: ~Copyable {
  /// Goes to the next value of the write. `false` after the last.
  mutating func nextWritten(_ datagram: Span<UInt8>) throws(RequestRefusal) -> Bool {
    if written.encoding != .tlv { return try wholePayload() }
    while written.position < written.end {
      if try nextRecord(datagram) { return true }
    }
    return false
  }

  /// Text and opaque: the payload is the value of one single-instance resource.
  private mutating func wholePayload() throws(RequestRefusal) -> Bool {
    guard !written.isDone else { return false }
    written.isDone = true
    written.index = reply.selection.first
    guard !resources[written.index].access.contains(.multiple) else {
      throw RequestRefusal(.unsupportedContentFormat)
    }
    return true
  }

  /// One TLV record; `false` when it was a header only, or of a resource this device does not have.
  private mutating func nextRecord(_ datagram: Span<UInt8>) throws(RequestRefusal) -> Bool {
    let isInside = written.position < written.enclosingEnd
    let limit = isInside ? written.enclosingEnd : written.end
    var reader = TLVReader(datagram.extracting(written.position..<limit))
    let kind: TLVKind
    let id: UInt16
    let length: Int
    do throws(TLVError) {
      guard let found = try reader.next() else { return false }
      kind = found.kind
      id = found.id
      length = found.value.count
    } catch {
      throw RequestRefusal(.badRequest)
    }
    written.position &+= reader.position
    written.start = written.position &- length
    written.length = length
    if isInside {
      try enterInstance(kind, id)
      return true
    }
    return try enterResource(kind, id)
  }

  private mutating func enterResource(
    _ kind: TLVKind, _ id: UInt16
  ) throws(RequestRefusal) -> Bool {
    let path = request.path
    if kind == .objectInstance {
      // Some servers wrap what they write to an instance in that instance's record.
      guard path.depth == 2, id == path.instance, written.position == written.end else {
        throw RequestRefusal(.badRequest)
      }
      written.position = written.start
      return false
    }
    if kind == .resourceInstance || path.depth == 3 && id != path.resource {
      throw RequestRefusal(.badRequest)
    }
    guard let index = resources.index(of: Path(path.object, path.instance, id).key) else {
      // Unknown optional resources of an instance are passed over (LwM2M 1.0 section 5.4.3).
      return false
    }
    if written.creates, !receive(index) { return false }
    let isMultiple = resources[index].access.contains(.multiple)
    guard kind == (isMultiple ? .multipleResource : .resource) else {
      throw RequestRefusal(.badRequest)
    }
    written.index = index
    written.instance = 0
    if isMultiple {
      written.enclosingEnd = written.position
      written.position = written.start
    }
    return !isMultiple
  }

  /// A Create has a value for the resource at `index`; `false` when that is for the device alone to say.
  private func receive(_ index: Int) -> Bool {
    let resource = resources[index]
    guard resource.access.contains(.writable) else { return false }
    resources[index] = Resource(
      path: resource.path, type: resource.type, access: resource.access.without(.awaited),
      slot: resource.slot)
    return true
  }

  private mutating func enterInstance(_ kind: TLVKind, _ id: UInt16) throws(RequestRefusal) {
    guard kind == .resourceInstance else { throw RequestRefusal(.badRequest) }
    let slot = resources[written.index].slot
    written.instance = 0
    while written.instance < store.instanceCount(slot) {
      if store.instanceID(slot, at: written.instance) == id { return }
      written.instance &+= 1
    }
    throw RequestRefusal(.notFound)
  }
}

extension WriteEncoding {
  /// The value that stands in `bytes`; `nil` when it is not one of `type`.
  @_lifetime(copy bytes)
  public func decode(_ bytes: Span<UInt8>, as type: ValueType) -> Value? {
    switch self {
    case .text: ValueDecoder.text(bytes, as: type)
    case .opaque: ValueDecoder.opaque(bytes, as: type)
    case .tlv: ValueDecoder.tlv(bytes, as: type)
    }
  }
}
