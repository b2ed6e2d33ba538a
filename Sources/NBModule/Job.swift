import ATCommands
import NBIoTBytes

/// A command line that is being carried out: what it has told so far, and what it waits for.
struct Job: Sendable {
  enum Wait: Equatable, Sendable {
    case nothing
    case port(socket: Int)
    case address(host: String)
  }

  /// Behind `AT`.
  let line: [UInt8]
  /// Where the next command begins.
  var position = 0
  var information: [Line] = []
  var wait = Wait.nothing
  /// `nil` while there are commands left.
  var result: FinalResult?
  /// Told behind the result.
  var afterwards: Line?
  /// It restarts the module; that is its answer.
  var restart: ModuleEvent.Cause?
  /// When the answer leaves, or the patience ends.
  var due = Instant.never

  /// How long the network may let a command wait.
  static var patience: Milliseconds { .seconds(10) }

  init(_ line: [UInt8]) {
    self.line = line
  }
}

/// What a command comes to.
enum Outcome: Equatable, Sendable {
  case done([Line])
  case waits(Job.Wait)
  case refused(EquipmentError)
  case restarts
  /// Nobody knows the command.
  case unknown

  static var done: Outcome { .done([]) }
}

/// The numbers of `+CME ERROR` that the M5310-A's manual lists and this module has reasons for.
enum EquipmentError: UInt16, Sendable {
  case unsupported = 4
  case memory = 23
  case noNetwork = 30
  case parameter = 50
  case unknown = 100
  case noSuchSocket = 530
}
