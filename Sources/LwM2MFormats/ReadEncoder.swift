import LwM2MModel
import NBIoTBytes

/// Encodes what a Read or a notification carries.
public enum ReadEncoder {
  /// Writes the resources at the indices `range`, all of them covered by `path`, as TLVs.
  ///
  /// An object gives its instances with their resources inside, an instance the resources alone, a resource itself
  /// (LwM2M 1.0 section 6.4.3). What is not readable is left out. `false`, and nothing usable written, when a
  /// value cannot be encoded.
  @inline(__always)
  public static func appendTLV<Store: ValueStore & ~Copyable>(
    _ range: Range<Int>, of resources: SortedTable<Resource>, at path: Path,
    from store: borrowing Store, to writer: inout ByteWriter
  ) -> Bool {
    if path.instance == Path.absent {
      return appendInstances(range, of: resources, from: store, to: &writer)
    }
    var index = range.lowerBound
    while index < range.upperBound {
      guard append(resources[index], from: store, to: &writer) else { return false }
      index &+= 1
    }
    return true
  }

  private static func appendInstances<Store: ValueStore & ~Copyable>(
    _ range: Range<Int>, of resources: SortedTable<Resource>,
    from store: borrowing Store, to writer: inout ByteWriter
  ) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      let instance = resources[index].path.instance
      let start = TLVWriter.begin(writer)
      if writer.isSifting {
        // No gap can be opened in what has gone by: the content is measured, and the header goes first.
        var counter = ByteWriter(MutableSpan())
        guard
          appendInstance(index, range.upperBound, of: resources, from: store, to: &counter) != nil,
          TLVWriter.appendHeader(.objectInstance, instance, length: counter.total, to: &writer)
        else { return false }
      }
      guard
        let next = appendInstance(index, range.upperBound, of: resources, from: store, to: &writer),
        writer.isSifting
          || TLVWriter.end(.objectInstance, instance, from: start, to: &writer)
      else { return false }
      index = next
    }
    return true
  }

  /// The resources of the instance that begins at `first`. Behind the last of them; `nil` when a value cannot be encoded.
  private static func appendInstance<Store: ValueStore & ~Copyable>(
    _ first: Int, _ end: Int, of resources: SortedTable<Resource>,
    from store: borrowing Store, to writer: inout ByteWriter
  ) -> Int? {
    let instance = resources[first].path.instance
    var index = first
    repeat {
      guard append(resources[index], from: store, to: &writer) else { return nil }
      index &+= 1
    } while index < end && resources[index].path.instance == instance
    return index
  }

  private static func append<Store: ValueStore & ~Copyable>(
    _ resource: Resource, from store: borrowing Store, to writer: inout ByteWriter
  ) -> Bool {
    guard resource.access.contains(.readable) else { return true }
    if resource.access.contains(.multiple) {
      return appendMultiple(resource, from: store, to: &writer)
    }
    let value = store.load(resource.slot, at: 0, as: resource.type)
    return TLVWriter.append(.resource, resource.path.resource, value, to: &writer)
  }

  @inline(never)
  private static func appendMultiple<Store: ValueStore & ~Copyable>(
    _ resource: Resource, from store: borrowing Store, to writer: inout ByteWriter
  ) -> Bool {
    let id = resource.path.resource
    let start = TLVWriter.begin(writer)
    if writer.isSifting {
      var counter = ByteWriter(MutableSpan())
      guard appendValues(resource, from: store, to: &counter),
        TLVWriter.appendHeader(.multipleResource, id, length: counter.total, to: &writer)
      else { return false }
    }
    return appendValues(resource, from: store, to: &writer)
      && (writer.isSifting || TLVWriter.end(.multipleResource, id, from: start, to: &writer))
  }

  private static func appendValues<Store: ValueStore & ~Copyable>(
    _ resource: Resource, from store: borrowing Store, to writer: inout ByteWriter
  ) -> Bool {
    let count = store.instanceCount(resource.slot)
    var index = 0
    while index < count {
      let value = store.load(resource.slot, at: index, as: resource.type)
      let id = store.instanceID(resource.slot, at: index)
      guard TLVWriter.append(.resourceInstance, id, value, to: &writer) else { return false }
      index &+= 1
    }
    return true
  }
}
