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

/// One value of a write: whose it is, and where it stands in the datagram.
struct WriteItem: BitwiseCopyable {
  let resource: Resource
  let instance: Int
  let start: Int
  let length: Int
}

/// A walk over the values of a write, which the engine takes several times: to check all, to ask about all, to
/// store all. It keeps positions only, so it may pause while the application is asked.
struct WriteCursor: BitwiseCopyable {
  let path: Path
  let encoding: WriteEncoding
  private var position: Int
  private let end: Int
  /// Inside a multiple resource: which one, and where it ends.
  private var enclosing: (resource: Resource, end: Int)?
  private var isDone = false

  init(path: Path, encoding: WriteEncoding, payload: Range<Int>) {
    self.path = path
    self.encoding = encoding
    position = payload.lowerBound
    end = payload.upperBound
    enclosing = nil
  }

  /// The next value, or `nil` after the last.
  @inline(never)
  mutating func next<Store: ValueStore & ~Copyable>(
    in datagram: Span<UInt8>, of resources: SortedTable<Resource>, store: borrowing Store
  ) throws(RequestRefusal) -> WriteItem? {
    if encoding != .tlv { return try whole(of: resources) }
    while true {
      if let inner = enclosing, position >= inner.end { enclosing = nil }
      guard position < enclosing?.end ?? end else { return nil }
      if let item = try record(in: datagram, of: resources, store: store) { return item }
    }
  }

  /// Text and opaque: the payload is the value of one single-instance resource.
  private mutating func whole(
    of resources: SortedTable<Resource>
  ) throws(RequestRefusal) -> WriteItem? {
    guard !isDone else { return nil }
    isDone = true
    guard let index = resources.index(of: path.key) else { throw RequestRefusal(.notFound) }
    let resource = resources[index]
    guard !resource.access.contains(.multiple) else {
      throw RequestRefusal(.unsupportedContentFormat)
    }
    return WriteItem(resource: resource, instance: 0, start: position, length: end - position)
  }

  /// One TLV record; `nil` when it was a header only, or of a resource this device does not have.
  private mutating func record<Store: ValueStore & ~Copyable>(
    in datagram: Span<UInt8>, of resources: SortedTable<Resource>, store: borrowing Store
  ) throws(RequestRefusal) -> WriteItem? {
    let limit = enclosing?.end ?? end
    var reader = TLVReader(datagram.extracting(position..<limit))
    let kind: TLVKind
    let id: UInt16
    let length: Int
    do throws(TLVError) {
      guard let found = try reader.next() else { return nil }
      kind = found.kind
      id = found.id
      length = found.value.count
    } catch {
      throw RequestRefusal(.badRequest)
    }
    let valueEnd = position + reader.position
    let start = valueEnd - length
    position = valueEnd
    if let enclosing {
      return try instance(kind, id, of: enclosing.resource, start..<valueEnd, store: store)
    }
    return try resource(kind, id, start..<valueEnd, of: resources)
  }

  private mutating func resource(
    _ kind: TLVKind, _ id: UInt16, _ value: Range<Int>, of resources: SortedTable<Resource>
  ) throws(RequestRefusal) -> WriteItem? {
    if kind == .objectInstance {
      // Some servers wrap what they write to an instance in that instance's record.
      guard path.depth == 2, id == path.instance, value.upperBound == end else {
        throw RequestRefusal(.badRequest)
      }
      position = value.lowerBound
      return nil
    }
    if kind == .resourceInstance || path.depth == 3 && id != path.resource {
      throw RequestRefusal(.badRequest)
    }
    guard let index = resources.index(of: Path(path.object, path.instance, id).key) else {
      // Unknown optional resources of an instance are passed over (LwM2M 1.0 section 5.4.3).
      return nil
    }
    let resource = resources[index]
    guard kind == (resource.access.contains(.multiple) ? .multipleResource : .resource) else {
      throw RequestRefusal(.badRequest)
    }
    if kind == .resource {
      return WriteItem(
        resource: resource, instance: 0, start: value.lowerBound, length: value.count)
    }
    position = value.lowerBound
    enclosing = (resource, value.upperBound)
    return nil
  }

  private func instance<Store: ValueStore & ~Copyable>(
    _ kind: TLVKind, _ id: UInt16, of resource: Resource, _ value: Range<Int>,
    store: borrowing Store
  ) throws(RequestRefusal) -> WriteItem {
    guard kind == .resourceInstance else { throw RequestRefusal(.badRequest) }
    for index in 0..<store.instanceCount(resource.slot)
    where store.instanceID(resource.slot, at: index) == id {
      return WriteItem(
        resource: resource, instance: index, start: value.lowerBound, length: value.count)
    }
    throw RequestRefusal(.notFound)
  }
}

extension WriteEncoding {
  /// The value that stands in `bytes`; `nil` when it is not one of `type`.
  @inline(never)
  @_lifetime(copy bytes)
  public func decode(_ bytes: Span<UInt8>, as type: ValueType) -> Value? {
    switch self {
    case .text: ValueDecoder.text(bytes, as: type)
    case .opaque: ValueDecoder.opaque(bytes, as: type)
    case .tlv: ValueDecoder.tlv(bytes, as: type)
    }
  }
}
