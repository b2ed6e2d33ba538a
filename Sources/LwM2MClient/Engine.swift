import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// The LwM2M client: bytes and points in time go in; bytes, a deadline and events come out.
///
/// The ring's order of work: `handle` a datagram or `handleTimeout`; then, while `select` finds something to send, put
/// every `nextQuestion` to the application and `transmit`; then drain `nextEvent`. Commands only change state.
///
/// The small and often used stand first: Thumb reaches what is near its base with two bytes.
public struct Engine<Store: ValueStore & ~Copyable>: ~Copyable {
  private let pinned = Pinned()
  var selected = Selection.none
  /// Of the selected observation or deferred request.
  var selectedIndex: UInt16 = 0
  /// What the outstanding message is for, or was.
  var purpose = Purpose(.register)
  /// Where the filter remembers the request that was received last, the reply to it, and the request.
  var slot = DuplicateSlot.none
  var reply = Reply()
  var request = Request()
  var registration = Registration()
  var outstanding = Outstanding()
  var pace = Pace()
  var nextID: UInt16
  /// The ID of the last separate response that was acknowledged.
  var lastSeparateID: UInt16?

  var resources: SortedTable<Resource>
  var attributes: SortedTable<AttributeEntry>
  var observations: ObservationTable
  var duplicates: DuplicateFilter
  var deferred: DeferredTable
  var reports: ReportTable
  var backlog: NotificationStore
  var doubt = Doubt.none
  /// An observer may have to acknowledge what it is told next.
  var mayHaveUnconfirmed = false

  var endpoint: LentText
  /// The Location-Path, each segment behind its length.
  var location: LentText
  var authCode: LentText
  var accounts: Accounts
  let transfers: TransferTable

  var lifetime: UInt32
  var binding: Binding
  /// The pmin and pmax of what has none by Write-Attributes, in seconds (/1/0/2, /1/0/3); 0 = none.
  var minimumPeriod: UInt32 = 0
  var maximumPeriod: UInt32 = 0
  /// When a device in queue mode may sleep; `never` while it does, or need not be told.
  var sleepsAt = Instant.never
  var peer: PeerAddress?
  /// The short server ID of the one server there is; tables carry it for the day there are more.
  var server: UInt16 { 1 }
  /// Where in the payload of a write the engine is.
  var written = WriteCursor(.text, 0..<0)
  var consulting = Consulting()
  var events = EventQueue()
  public var entropy = EntropyPool()
  public var statistics = Statistics()
  let configuration: EngineConfiguration
  public var store: Store

  /// What `transmit` writes next.
  enum Selection: UInt8, BitwiseCopyable {
    case none
    case reply
    /// The empty acknowledgement of a deferred request.
    case acknowledgement
    case deferredReply
    case outstanding
    case notification
  }

  public init(
    _ configuration: EngineConfiguration, tables: EngineTables, store: consuming Store,
    firstID: UInt16
  ) {
    self.configuration = configuration
    self.store = store
    resources = SortedTable(tables.resources)
    attributes = SortedTable(tables.attributes)
    observations = ObservationTable(tables.observations)
    duplicates = DuplicateFilter(tables.duplicates)
    deferred = DeferredTable(tables.deferred)
    reports = ReportTable(tables.reports)
    backlog = NotificationStore(tables.stored)
    endpoint = LentText(tables.endpoint)
    location = LentText(tables.location)
    authCode = LentText(tables.authCode)
    accounts = tables.accounts
    transfers = tables.transfers
    lifetime = configuration.lifetime
    binding = configuration.binding
    nextID = firstID
  }

  /// Once, before anything else: the SDK's own objects, and who the device is. `false` when a text is longer than its table.
  public mutating func identify(endpoint name: Span<UInt8>, authCode code: Span<UInt8>) -> Bool {
    resources.addBuiltIns(for: configuration.consultation)
    if accounts.isConfigured { addBootstrapTrigger() }
    statistics.reached(.resources, resources.count)
    return endpoint.assign(name) && authCode.assign(code)
  }

  /// Whether the reply to the datagram just handled is to be sent, before another is handled.
  public var hasReply: Bool {
    @inline(__always) get { reply.body != .none }
  }

  /// The server knows the device, which has a link to it.
  public var isRegistered: Bool {
    @inline(__always) get { registration.isRegistered }
  }

  /// Whether it is worth asking for `nextEvent`.
  public var mayHaveEvents: Bool {
    @inline(__always)
    get { !events.isEmpty || reports.count | deferred.count > 0 || !backlog.isIdle }
  }

  /// The earliest instant at which there is something to do; `never` = sleep until a datagram comes.
  @inline(__always)
  public var deadline: Instant {
    if hasReply { return Instant(milliseconds: 0) }
    var earliest = min(
      registration.expires, outstanding.isActive ? outstanding.deadline : registration.due)
    if deferred.count > 0 { earliest = min(earliest, deferredDeadline) }
    if maySleep { earliest = min(earliest, sleepsAt) }
    guard registration.isRegistered else {
      return isStoring ? min(earliest, observations.nextDue) : earliest
    }
    if observations.hasReady { return min(earliest, heldDeadline) }
    earliest = min(earliest, observations.nextDue)
    if reports.count > 0 { earliest = min(earliest, reportsDeadline) }
    if !backlog.isIdle { earliest = min(earliest, storedDeadline) }
    return mayHaveUnconfirmed ? min(earliest, confirmationDeadline) : earliest
  }

  /// Whatever has to be acknowledged goes as soon as nothing else is.
  private var confirmationDeadline: Instant {
    outstanding.isActive ? .never : Instant(milliseconds: 0)
  }

  /// The earliest with notifications that are ready: when they may leave, or something else is due before.
  private var heldDeadline: Instant {
    @inline(never) get {
      var held = min(pace.opens, observations.nextDue)
      if !backlog.isIdle { held = min(held, storedDeadline) }
      if mayHaveUnconfirmed { held = min(held, confirmationDeadline) }
      return reports.count > 0 ? min(held, reportsDeadline) : held
    }
  }

  /// Call at or after `deadline`; a spurious call changes nothing.
  public mutating func handleTimeout(now: Instant) {
    if outstanding.deadline <= now { expireOutstanding(now: now) }
    registrationTimeout(now: now)
    if deferred.count > 0 { expireDeferred(now: now) }
    if observations.nextDue <= now { reviewDue(now: now) }
    if sleepsAt <= now, maySleep { closeWindow(now: now) }
  }

  /// The oldest thing the application was not told yet. An order waits until its answer has left.
  public mutating func nextEvent(hasAnswered: Bool = true) -> Event? {
    if !hasAnswered, events.beginsWithOrder { return nil }
    if let event = events.next() { return event }
    if reports.count > 0, let report = reports.takeFinished() {
      return Event(
        report.isDelivered ? .notificationDelivered : .notificationFailed,
        detail: UInt32(truncatingIfNeeded: report.acknowledgementID))
    }
    return finishedDeferred() ?? nextStoredEvent()
  }

  mutating func drawID() -> UInt16 {
    nextID = freshID
    return nextID
  }

  /// The next message ID: never 0, and never that of the message under way (RFC 7252 section 4.4).
  var freshID: UInt16 {
    var id = nextID
    repeat { id &+= 1 } while id == 0 || outstanding.isActive && id == outstanding.id
    return id
  }

  func min(_ left: Instant, _ right: Instant) -> Instant {
    left < right ? left : right
  }
}
