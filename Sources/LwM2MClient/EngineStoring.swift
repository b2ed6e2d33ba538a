import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Notifications that are stored until they are acknowledged, by the path of their resource
/// (LwM2M 1.0 appendix E.2, resource 6; docs/decisions/0022).
extension Engine where Store: ~Copyable {
  /// There is room for notifications, and the server wants them stored.
  var isStoring: Bool {
    guard backlog.capacity > 0,
      case .boolean(true) = store.load(BuiltInSlot.storing, at: 0, as: .boolean)
    else { return false }
    return true
  }

  // MARK: In

  /// Stores the value of the resource at `index`, for one event.
  @inline(never)
  mutating func keep(
    _ index: Int, acknowledgementID: UInt16, now: Instant
  ) throws(ReportError) {
    let path = resources[index].path
    guard isStorable(resources[index]) else { throw .notStorable }
    if isInUse(acknowledgementID) { throw .acknowledgementIDInUse }
    guard put(index, acknowledgementID) else {
      throw backlog.isFrozen ? .storeBusy : .tableFull
    }
    // It goes to the closest observer, who needs no other notification of this value; the others do.
    var level = path
    if let closest = observer(of: path) {
      level = observations.slots[closest].path.parent
      observations.settle(closest, .none)
    }
    markChanged(level, now: now)
  }

  /// One value, of the application's, that can be read.
  private func isStorable(_ resource: Resource) -> Bool {
    resource.access.contains(.readable) && !resource.access.contains(.multiple)
      && !resource.access.contains(.builtIn)
  }

  /// Puts the value of the resource at `index` into the store, by the policy on what gives way. `false`, and nothing
  /// changed, when there is no room.
  @inline(never)
  private mutating func put(_ index: Int, _ acknowledgementID: UInt16) -> Bool {
    let policy = configuration.storingPolicy
    let size = write(index, acknowledgementID)
    guard backlog.canTake(size, policy) else {
      statistics.refuse(.stored)
      return false
    }
    if policy == .latest, !backlog.isFrozen {
      while backlog.giveWay(at: resources[index].path, as: .replaced) {}
    }
    while backlog.room < size, backlog.giveWay(at: Path(), as: .dropped) {
      statistics.refuse(.stored)
    }
    // There may be room now, and elsewhere.
    _ = write(index, acknowledgementID)
    backlog.append(size)
    statistics.reached(.stored, backlog.length)
    noteStoredChange()
    return true
  }

  /// Bytes of the entry, which is written behind the others.
  @inline(never)
  private func write(_ index: Int, _ acknowledgementID: UInt16) -> Int {
    let resource = resources[index]
    return backlog.write(
      store.load(resource.slot, at: 0, as: resource.type), of: resource.type, at: resource.path,
      acknowledgementID: acknowledgementID)
  }

  mutating func noteStoredChange() {
    if configuration.keepsStored { backlog.isUnkept = true }
  }

  /// While nobody can be told: a change at `path` is stored for who observes exactly this resource, no earlier than pmin
  /// lets it, and when thresholds let it out. `false` when it is not.
  @inline(never)
  mutating func remember(_ path: Path, now: Instant) -> Bool {
    guard isStoring, let observation = observations.find(path) else { return false }
    return remember(observation, now: now)
  }

  @inline(never)
  private mutating func remember(_ observation: Int, now: Instant) -> Bool {
    guard let index = resources.index(of: observations.slots[observation].path.key),
      isStorable(resources[index])
    else { return false }
    let number = number(of: selection(of: observation))
    let isWorth =
      observations.slots[observation].need.isOwed || thresholdsAllow(observation, number)
    let earliest = earliestReport(observation)
    if earliest > now {
      // As of a notification that pmin keeps back.
      observations.settle(observation, isWorth ? .owed : .changed)
      observations.schedule(earliest)
      return true
    }
    observations.settle(observation, isWorth ? .none : .slight)
    guard isWorth else { return true }
    guard put(index, 0) else { return false }
    noteReported(observation, number: number, now: now)
    return true
  }

  /// While nobody can be told: looks at what has changed since, now that some pmin is over.
  @inline(never)
  mutating func rememberAll(now: Instant) {
    let isAnew = observations.isScheduledAnew
    observations.beginSweep()
    var index = 0
    while index < observations.count {
      if isAnew { observations.unsettle(index) }
      let isDue = observations.slots[index].need.isChange && earliestReport(index) <= now
      if !isDue || !remember(index, now: now) { review(index, now: now) }
      index &+= 1
    }
  }

  // MARK: Out

  /// The observation that an entry goes to: the closest that covers its path.
  private func observer(of path: Path) -> Int? {
    var level = path
    while level.depth > 0 {
      if let index = observations.find(level) { return index }
      level = level.parent
    }
    return nil
  }

  /// Where an entry goes to; `nil` when it has to wait for an observer, or for its resource.
  @inline(never)
  private func target(of entry: StoredEntry) -> Int? {
    let path = backlog.path(of: entry)
    return resources.index(of: path.key) == nil ? nil : observer(of: path)
  }

  /// When an entry may leave.
  @inline(never)
  private func due(_ entry: StoredEntry) -> Instant {
    guard let index = target(of: entry) else { return .never }
    return earliestReport(index)
  }

  /// What the confirmable message is for, when the oldest entry that somebody observes, and whose pmin is over, is to leave.
  @inline(never)
  mutating func storedPurpose(now: Instant) -> Purpose? {
    if backlog.isHolding {
      backlog.isHolding = false
      reviewAll(now: now)
    }
    guard entropy.sufficesForExchange else { return nil }
    var place = backlog.start
    while let entry = backlog.first(.owing, from: place) {
      place = entry.end
      guard due(entry) <= now, let index = target(of: entry) else { continue }
      backlog.mark(entry, .flying)
      if entry.state == .waiting { noteStoredChange() }
      return Purpose(stored: observations.slots[index].path.depth)
    }
    return nil
  }

  /// When the next entry may leave.
  var storedDeadline: Instant {
    @inline(never) get {
      var earliest = Instant.never
      if outstanding.isActive { return earliest }
      if backlog.isHolding { return Instant(milliseconds: 0) }
      var place = backlog.start
      while let entry = backlog.first(.owing, from: place) {
        place = entry.end
        earliest = min(earliest, due(entry))
      }
      return earliest
    }
  }

  /// The observation that the entry under way goes to; `nil` when it has gone.
  var storedObservation: Int? {
    guard let entry = backlog.flying else { return nil }
    var path = backlog.path(of: entry)
    while path.depth > purpose.handle { path = path.parent }
    return observations.find(path)
  }

  /// No other notification to its observer overtakes an entry: what is to be told is told when none is left.
  @inline(never)
  mutating func holdBack() {
    guard observations.hasReady || mayHaveUnconfirmed else { return }
    var place = backlog.start
    while let entry = backlog.first(.owing, from: place) {
      place = entry.end
      guard let index = target(of: entry), observations.slots[index].need.isSettled else {
        continue
      }
      observations.unsettle(index)
      backlog.isHolding = true
    }
  }

  /// Before the message that was selected is written: the platform keeps what is to be known of it after a loss of power,
  /// and the application is asked for the values it shows beside the stored one.
  @inline(never)
  mutating func consultReport() {
    if purpose.kind == .stored, outstanding.isUnsent, backlog.isUnkept {
      consulting.stage = .keeping
    } else {
      consultReportValues()
    }
  }

  mutating func consultReportValues() {
    consulting.stage = .none
    guard configuration.consultation.beforeRead, let index = reportedObservation,
      purpose.kind != .stored || observations.slots[index].path.depth < 3
    else { return }
    consulting.read(selection(of: index), 0)
  }

  /// The message under way with the stored value in the place of the live one.
  @inline(never)
  mutating func encodeStored(into buffer: inout MutableSpan<UInt8>, now: Instant) -> Int {
    guard let entry = backlog.flying,
      let index = resources.index(of: backlog.path(of: entry).key), storedObservation != nil
    else {
      conclude(.unneeded, now: now)
      return 0
    }
    let resource = resources[index]
    guard resource.type == entry.type, isStorable(resource) else {
      conclude(.unencodable, now: now)
      return 0
    }
    lend(entry, in: resource.slot)
    let length = encodeMessage(into: &buffer, now: now)
    store.giveBack(resource.slot)
    return length
  }

  @inline(never)
  private mutating func lend(_ entry: StoredEntry, in slot: UInt16) {
    let kept = backlog
    kept.withValue(of: entry) { store.lend($0, in: slot) }
  }

  // MARK: The end

  /// The exchange of a stored notification is over. One that nobody acknowledged is not lost, and leaves again.
  @inline(never)
  mutating func concludeStored(_ conclusion: Conclusion, now: Instant) {
    let observation = storedObservation
    guard let entry = backlog.flying else { return }
    switch conclusion {
    case .acknowledged:
      if let observation { observations.slots[observation].confirmed(now) }
      doubt = .none
      end(entry, as: .acknowledged)
    case .unencodable:
      end(entry, as: .dropped)
    case .unneeded:
      backlog.land()
    // The observation is over (RFC 7641 section 4.5), of which the server knows nothing when it was out of reach, or was
    // started anew.
    case .reset, .silent:
      if let observation { observations.remove(at: observation) }
      backlog.land()
      if conclusion == .silent, doubt != .none { doubt = .unheard } else { doubtRegistration() }
    }
  }

  private mutating func end(_ entry: StoredEntry, as state: StoredEntry.State) {
    backlog.end(entry, as: state)
    noteStoredChange()
  }

  /// Drops the entries below `path`, or only those nobody observes; one that is under way ends with them.
  @inline(never)
  mutating func dropStored(below path: Path, unlessObserved: Bool) {
    var place = backlog.start
    while let entry = backlog.first(.owing, below: path, from: place) {
      place = entry.end
      if unlessObserved, observer(of: backlog.path(of: entry)) != nil { continue }
      if entry.state == .flying, outstanding.isActive, purpose.kind == .stored {
        outstanding.end()
      }
      place = backlog.end(entry, as: .dropped)
      noteStoredChange()
    }
  }

  /// An entry of which the application is to be told.
  mutating func nextStoredEvent() -> Event? {
    guard let entry = backlog.first(.over) else { return nil }
    let kind: Event.Kind
    switch entry.state {
    case .acknowledged: kind = .notificationDelivered
    case .replaced: kind = .notificationReplaced
    case .dropped: kind = .notificationDropped
    case .failed, .waiting, .sent, .flying: kind = .notificationFailed
    }
    let event = Event(kind, detail: UInt32(backlog.acknowledgementID(of: entry)))
    backlog.remove(entry)
    noteStoredChange()
    return event
  }

  // MARK: Over a loss of power

  /// The record: the ring writes what is in front of the entries.
  public var storedRecord: LentTable<UInt8> { backlog.bytes }

  /// Whether what is stored outlives a loss of power.
  public var keepsStored: Bool { configuration.keepsStored }

  /// Whether the record is to be kept.
  public var wantsKeeping: Bool { backlog.isUnkept }

  /// The record is being kept, as it is now; bytes of its entries.
  public mutating func beginKeeping() -> Int {
    backlog.isUnkept = false
    backlog.isFrozen = true
    return backlog.length
  }

  public mutating func endKeeping() {
    backlog.isFrozen = false
  }

  /// Takes `count` bytes behind the head of the record for entries. `false`, and there are none, when they make no sense.
  public mutating func restoreStored(_ count: Int) -> Bool { backlog.adopt(count) }

  /// Factory Reset: nothing that is stored is sent any more.
  public mutating func forgetStored() {
    dropStored(below: Path(), unlessObserved: false)
  }
}
