import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

/// What the engine is told once, at create.
public struct EngineConfiguration: BitwiseCopyable, Sendable {
  public var profile: Profile
  public var rebinding: Rebinding
  public var parameters: TransmissionParameters
  /// Seconds.
  public var lifetime: UInt32
  /// A deferred request gets its empty acknowledgement after this.
  public var acknowledgementDelay: Milliseconds
  /// A deferred request is answered 5.04 after this.
  public var answerTimeout: Milliseconds
  /// Until the server writes another one.
  public var binding: Binding
  /// How long a device in queue mode listens after a message.
  public var awakeTime: Milliseconds
  public var consultation: Consultation
  /// Seconds before a bootstrap begins, where the account says nothing else.
  public var holdOff: UInt32
  /// There is somebody to secure datagrams: a server of `coaps` can be reached.
  public var secures: Bool
  /// Bytes a datagram may have.
  public var receiveCapacity: UInt16
  public var storingPolicy = StoringPolicy.oldest
  /// What is stored is kept over a loss of power.
  public var keepsStored = false

  /// Blank, for who fills it in.
  public init() {
    self.init(
      profile: .standard,
      parameters: TransmissionParameters(
        acknowledgementTimeout: Milliseconds(0), maximumRetransmissions: 0), lifetime: 0,
      acknowledgementDelay: Milliseconds(0), answerTimeout: Milliseconds(0),
      consultation: Consultation(), awakeTime: Milliseconds(0))
  }

  public init(
    profile: Profile, parameters: TransmissionParameters, lifetime: UInt32,
    acknowledgementDelay: Milliseconds, answerTimeout: Milliseconds, consultation: Consultation,
    rebinding: Rebinding = .register, holdOff: UInt32 = 0, secures: Bool = false,
    binding: Binding = .udp,
    awakeTime: Milliseconds = Milliseconds(93_000), receiveCapacity: UInt16 = 512
  ) {
    self.profile = profile
    self.rebinding = rebinding
    self.parameters = parameters
    self.lifetime = lifetime
    self.acknowledgementDelay = acknowledgementDelay
    self.answerTimeout = answerTimeout
    self.binding = binding
    self.awakeTime = awakeTime
    self.consultation = consultation
    self.holdOff = holdOff
    self.secures = secures
    self.receiveCapacity = receiveCapacity
  }
}

/// How a device with a new address comes back to its server.
public enum Rebinding: UInt8, BitwiseCopyable, Sendable {
  /// It registers again; its observations end.
  case register
  /// It sends an Update, and registers when that does not help; its observations stay.
  case update
}

/// What the application wants to be asked or told about.
public struct Consultation: BitwiseCopyable, Sendable {
  /// Before a value is encoded.
  public var beforeRead: Bool
  /// Before a write is stored.
  public var beforeWrite: Bool
  /// After a write was stored.
  public var afterWrite: Bool
  /// There is somebody to execute.
  public var executes: Bool
  /// Its answers may come later.
  public var mayDefer: Bool
  /// There is somebody to reboot.
  public var reboots: Bool
  /// There is somebody to agree to new instances.
  public var creates: Bool
  /// There is somebody to agree to the end of instances.
  public var removes: Bool
  /// There is somebody to reset to factory settings.
  public var resets: Bool

  public init(
    beforeRead: Bool = false, beforeWrite: Bool = false, afterWrite: Bool = false,
    executes: Bool = false, mayDefer: Bool = false, reboots: Bool = false,
    creates: Bool = false, removes: Bool = false, resets: Bool = false
  ) {
    self.beforeRead = beforeRead
    self.beforeWrite = beforeWrite
    self.afterWrite = afterWrite
    self.executes = executes
    self.mayDefer = mayDefer
    self.reboots = reboots
    self.creates = creates
    self.removes = removes
    self.resets = resets
  }
}

/// How many entries each table has.
public struct Capacities: BitwiseCopyable, Sendable {
  /// Resources of the application; the SDK's own come on top.
  public var resources: Int
  public var observations: Int
  public var attributes: Int
  public var duplicates: Int
  public var deferred: Int
  public var notifications: Int
  public var endpoint: Int
  public var location: Int
  public var authCode: Int
  /// The configured URI names a bootstrap server: there are accounts. Without, the three below mean nothing.
  public var bootstraps: Bool
  /// Bytes of a server's URI in an account, and of the identity and the secret that go with it.
  public var uri: Int
  public var identity: Int
  public var secret: Int
  /// Block1 transfers, and bytes of a body that is put together.
  public var transfers: Int
  public var body: Int
  /// Bytes for stored notifications; 0 = none is stored.
  public var stored: Int

  public init(
    resources: Int, observations: Int, attributes: Int, duplicates: Int, deferred: Int,
    notifications: Int, endpoint: Int, location: Int, authCode: Int, bootstraps: Bool = false,
    uri: Int = 0, identity: Int = 0, secret: Int = 0, transfers: Int = 1, body: Int = 0,
    stored: Int = 0
  ) {
    self.resources = resources
    self.observations = observations
    self.attributes = attributes
    self.duplicates = duplicates
    self.deferred = deferred
    self.notifications = notifications
    self.endpoint = endpoint
    self.location = location
    self.authCode = authCode
    self.bootstraps = bootstraps
    self.uri = uri
    self.identity = identity
    self.secret = secret
    self.transfers = transfers
    self.body = body
    self.stored = stored
  }
}

/// The engine's tables, cut from one block.
public struct EngineTables: BitwiseCopyable {
  let resources: LentTable<Resource>
  let observations: LentTable<Observation>
  let attributes: LentTable<AttributeEntry>
  let duplicates: LentTable<SeenRequest>
  let deferred: LentTable<DeferredRequest>
  let reports: LentTable<Report>
  let endpoint: LentTable<UInt8>
  let location: LentTable<UInt8>
  let authCode: LentTable<UInt8>
  let stored: LentTable<UInt8>
  let accounts: Accounts
  let transfers: TransferTable

  public init(_ capacities: Capacities, from block: inout MemoryBlock) {
    resources = block.table(of: capacities.resources + BuiltInSlot.count)
    observations = block.table(of: capacities.observations)
    attributes = block.table(of: capacities.attributes)
    duplicates = block.table(of: capacities.duplicates)
    deferred = block.table(of: capacities.deferred)
    reports = block.table(of: capacities.notifications)
    endpoint = block.table(of: capacities.endpoint)
    location = block.table(of: capacities.location)
    authCode = block.table(of: capacities.authCode)
    stored = block.table(of: capacities.stored)
    accounts = Accounts(capacities, from: &block)
    transfers = TransferTable(
      transfers: block.table(of: capacities.transfers), body: block.table(of: capacities.body))
  }
}

/// Bytes per entry of each table, for the memory budget of the C header.
public enum TableStride {
  public static var resource: Int { MemoryLayout<Resource>.stride }
  public static var observation: Int {
    MemoryLayout<Observation>.stride
  }
  public static var attributes: Int { MemoryLayout<AttributeEntry>.stride }
  public static var duplicate: Int { MemoryLayout<SeenRequest>.stride }
  public static var deferred: Int { MemoryLayout<DeferredRequest>.stride }
  public static var report: Int { MemoryLayout<Report>.stride }
  public static var transfer: Int { MemoryLayout<Transfer>.stride }
  /// Without its texts, of which there is room for two servers in each of two accounts.
  public static var account: Int { MemoryLayout<Account>.stride }
}
