import LwM2MClient
import LwM2MModel

/// What one walk goes over: how the device is set up, and what may happen to it.
struct Terrain: Sendable {
  let name: String
  let about: String
  var profile = Profile.standard
  var rebinding = Rebinding.register
  var binding = Binding.udp
  /// Slots of the duplicate filter; two are left to reads.
  var duplicates = 4
  /// Every wait is the longest that chance allows, not the shortest.
  var isPatient = false
  /// Executes are answered later.
  var defers = false
  /// What the server asks for arrives at once.
  var isPrompt = false
  /// The walk begins with a registered and observed device.
  var beginsRegistered = false
  var reactions: [Reaction] = [.accept]
  var orders: [Order] = []
  var calls: [Call] = []
  var haps: [Hap] = []
  /// Most requests of the server that wait for an answer.
  var asks = 2
  /// Most datagrams on their way in each direction; the network loses what is more.
  var flights = 2
  /// Events in a row.
  let depth: Int
  /// MAX_RETRANSMIT and ACK_TIMEOUT as the device has them.
  var retransmissions = Terrain.maximumRetransmissions
  var firstWait = Terrain.acknowledgementTimeout

  static let lifetime: UInt32 = 300
  static let acknowledgementTimeout: UInt32 = 2000
  static let maximumRetransmissions = 2
  /// MAX_TRANSMIT_WAIT of these two, which is the default.
  static let awakeTime: UInt32 = 21_000
  static let reading = Path(3303, 0, 5700)
  static let switchPath = Path(3306, 0, 5850)
}

/// How the server takes a confirmable message.
enum Reaction: UInt8, CaseIterable, Sendable {
  case accept
  /// 4.00, to a Register 4.03.
  case refuse
  /// 5.03 with a Max-Age of a minute.
  case overload
  case reset
  /// An empty acknowledgement; 2.xx follows on its own.
  case later
}

/// What the server asks for.
enum Order: UInt8, CaseIterable, Sendable {
  case execute
  case observe
  /// The other of two lifetimes, to /1/0/1.
  case write
  /// Execute /1/0/8.
  case trigger
  /// Execute /1/0/4.
  case disable
}

/// What the application does.
enum Call: UInt8, CaseIterable, Sendable {
  case connect
  /// With an acknowledgement ID.
  case notify
  /// Sets another value, and tells nobody.
  case change
  case update
  /// An Update with the other of two lifetimes.
  case lifetime
  case rebind
  case close
  /// Close has run out of time.
  case abandon
  /// Answers the request it has deferred.
  case answer
}

/// What else may happen.
enum Hap: UInt8, CaseIterable, Sendable {
  case lose
  case double
  /// Time passes, but not quite to the deadline.
  case almost
  /// The deadline is missed by a second.
  case late
  /// The server forgets the device.
  case forget
  /// The name does not resolve.
  case unresolved
  /// The socket breaks.
  case broken
}

/// One event.
enum Move: Sendable {
  case up(UInt8, Reaction)
  case down(UInt8)
  case loseUp(UInt8)
  case loseDown(UInt8)
  case doubleUp(UInt8)
  case doubleDown(UInt8)
  /// Time passes to the device's deadline.
  case wait
  case order(Order)
  case repeatOrder(UInt8)
  /// The response that the server owes leaves, or leaves again.
  case respond
  case open
  case call(Call)
  case hap(Hap)
}
