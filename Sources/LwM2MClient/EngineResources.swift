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
      lackRoom()
      throw .tableFull
    }
    statistics.reached(.resources, resources.count)
    if isNewInstance { announce() }
  }

  /// Removes a resource and the slot that kept its value.
  public mutating func remove(_ path: Path) throws(ResourceError) {
    guard let index = resources.index(of: path.key) else { throw .notThere }
    guard !resources[index].access.contains(.builtIn) else { throw .builtIn }
    remove(at: index)
  }

  mutating func remove(at index: Int) {
    let path = resources[index].path
    store.remove(resources[index].slot)
    resources.remove(at: index)
    forget(path)
    if !backlog.isIdle { dropStored(below: path, unlessObserved: false) }
    if !exists(path.parent) {
      forget(path.parent)
      announce()
      if !exists(Path(path.object)) { forget(Path(path.object)) }
    }
  }

  /// The server is told which instances there are, but not of one that may come to nothing.
  mutating func announce() {
    if !consulting.isProvisional { want(changed: .objects) }
  }

  private mutating func forget(_ path: Path) {
    attributes.removeAll(at: path)
    guard let index = observations.find(path) else { return }
    // The observer is told that there is nothing left (RFC 7641 section 4.2), which ends the observation.
    observations.settle(index, .periodicReady)
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

  /// How many entries of `table` are in use, and how many there are. The buffers are the ring's.
  public func occupancy(
    of table: Statistics.Table, now: Instant
  ) -> (used: Int, capacity: Int) {
    switch table {
    case .resources: (resources.count, resources.capacity)
    case .observations: (observations.count, observations.capacity)
    case .attributes: (attributes.count, attributes.capacity)
    case .duplicateSlots: (duplicates.occupancy(now: now), duplicates.capacity)
    case .deferred: (deferred.count, deferred.capacity)
    case .outstanding: (reports.count, reports.capacity)
    case .transfers: (transfers.occupancy(now: now), transfers.transfers.capacity)
    case .body: (transfers.bodyLength(now: now), transfers.body.capacity)
    case .stored: (backlog.length, backlog.capacity)
    case .receiveBuffer, .sendBuffer: (0, 0)
    }
  }

  /// Most requests remembered at once.
  public var duplicatePeak: Int { duplicates.peak }
}
