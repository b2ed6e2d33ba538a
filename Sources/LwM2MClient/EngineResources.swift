import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The object tree, as the application changes it.
extension Engine where Store: ~Copyable {
  /// Why a resource cannot be added or removed.
  public enum ResourceError: Error, Equatable, BitwiseCopyable, Sendable {
    case reservedObject
    case alreadyThere
    case tableFull
    case notThere
    case builtIn
  }

  /// Adds a resource; a registered device tells the server when that made a new instance.
  public mutating func add(_ resource: Resource) throws(ResourceError) {
    guard resource.path.object > 1 else { throw .reservedObject }
    guard resources.index(of: resource.key) == nil else { throw .alreadyThere }
    let isNewInstance = !exists(resource.path.parent)
    guard resources.insert(resource) else {
      statistics.resources.refuse()
      throw .tableFull
    }
    statistics.resources.reached(resources.count)
    if isNewInstance { objectListChanged() }
  }

  /// Removes a resource and returns the slot that kept its value.
  public mutating func remove(_ path: Path) throws(ResourceError) -> UInt16 {
    guard let index = resources.index(of: path.key) else { throw .notThere }
    guard !resources[index].access.contains(.builtIn) else { throw .builtIn }
    let slot = resources[index].slot
    resources.remove(at: index)
    forget(path)
    if !exists(path.parent) {
      forget(path.parent)
      objectListChanged()
      if !exists(Path(path.object)) { forget(Path(path.object)) }
    }
    return slot
  }

  private mutating func forget(_ path: Path) {
    attributes.removeAll(at: path)
    guard let slot = observations.find(path, server: server) else { return }
    // The observer is told that there is nothing left (RFC 7641 section 4.2), which ends the observation.
    observations.unqueue(slot)
    observations.enqueue(slot, .periodicReady)
  }

  private mutating func objectListChanged() {
    wantUpdate(UpdateContent(lifetime: false, objects: true))
  }

  /// The resource at `path`.
  public func resource(at path: Path) -> Resource? {
    guard let index = resources.index(of: path.key) else { return nil }
    return resources[index]
  }

  public var resourceCount: Int { resources.count }

  /// For sweeps over all values.
  public func resource(at index: Int) -> Resource {
    resources[index]
  }

  /// The application stored a new value at `path`.
  public mutating func changed(_ path: Path, now: Instant) {
    markChanged(path, now: now)
  }

  /// Entries in use now, for statistics.
  public func occupancy(now: Instant) -> Occupancy {
    Occupancy(
      resources: resources.count, resourceCapacity: resources.capacity,
      observations: observations.count, observationCapacity: observations.capacity,
      attributes: attributes.count, attributeCapacity: attributes.capacity,
      duplicates: duplicates.occupancy(now: now), duplicatePeak: duplicates.peak,
      duplicateCapacity: duplicates.capacity,
      deferred: deferred.count, deferredCapacity: deferred.capacity,
      reports: reports.count, reportCapacity: reports.capacity)
  }
}

/// How many entries of each table are in use.
public struct Occupancy: BitwiseCopyable, Sendable {
  public let resources: Int
  public let resourceCapacity: Int
  public let observations: Int
  public let observationCapacity: Int
  public let attributes: Int
  public let attributeCapacity: Int
  public let duplicates: Int
  public let duplicatePeak: Int
  public let duplicateCapacity: Int
  public let deferred: Int
  public let deferredCapacity: Int
  public let reports: Int
  public let reportCapacity: Int
}
