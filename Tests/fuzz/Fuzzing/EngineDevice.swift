import CoAPExchange
import LwM2MClient
import LwM2MModel
import NBIoTBytes
import Simulation

/// What kind of device a program is about: little room, mostly.
struct EngineDevice {
  var configuration: EngineConfiguration
  var capacities: Capacities
  /// Of the send buffer.
  let bufferSize: Int
  let holdsBootstrap: Bool
  /// How far it has come when the first action begins: connected, observed, or not yet.
  let beginning: Int

  init(_ part: [UInt8]) {
    var arguments = ActionArguments(part)
    beginning = arguments.below(4)
    let kind = arguments.byte()
    holdsBootstrap = kind & 4 != 0
    bufferSize = arguments.pick([512, 64, 80, 128, 256, 1152])
    configuration = EngineDevice.configuration(kind, &arguments)
    capacities = EngineDevice.capacities(holdsBootstrap, &arguments)
    configuration.keepsStored = kind & 32 != 0 && capacities.stored > 0
  }

  private static func configuration(
    _ kind: UInt8, _ arguments: inout ActionArguments
  ) -> EngineConfiguration {
    var configuration = EngineConfiguration(
      profile: kind & 1 == 0 ? .standard : .onenet,
      parameters: TransmissionParameters(
        acknowledgementTimeout: Milliseconds(2000), maximumRetransmissions: 4),
      lifetime: arguments.pick([300, 15, 86_400, 60, 0x0FFF_FFFF]),
      acknowledgementDelay: Milliseconds(1000), answerTimeout: Milliseconds(10_000),
      consultation: consultation(arguments.byte()), rebinding: kind & 8 == 0 ? .register : .update,
      holdOff: arguments.below(8) == 7 ? 30 : 0, secures: kind & 64 != 0,
      binding: kind & 16 == 0 ? .udp : .queuedUDP, awakeTime: Milliseconds(5000),
      receiveCapacity: UInt16(arguments.pick([512, 64, 128, 1152])))
    configuration.storingPolicy = arguments.pick([.oldest, .newest, .latest])
    return configuration
  }

  /// By default everybody is asked, and may answer later.
  private static func consultation(_ choice: UInt8) -> Consultation {
    Consultation(
      beforeRead: choice & 1 == 0, beforeWrite: choice & 2 == 0, afterWrite: choice & 2 != 0,
      executes: choice & 4 == 0, mayDefer: choice & 2 == 0, reboots: choice & 8 == 0,
      creates: choice & 16 == 0, removes: choice & 32 == 0, resets: choice & 64 == 0)
  }

  private static func capacities(_ bootstraps: Bool, _ arguments: inout ActionArguments)
    -> Capacities
  {
    Capacities(
      resources: 16, observations: arguments.pick([4, 1, 2]), attributes: arguments.pick([4, 1]),
      duplicates: arguments.pick([8, 4, 32]), deferred: arguments.pick([2, 1]),
      notifications: arguments.pick([4, 1]), endpoint: 16, location: arguments.pick([16, 5]),
      authCode: 4, bootstraps: bootstraps, uri: arguments.pick([32, 21]), identity: 4, secret: 4,
      transfers: arguments.pick([1, 2]), body: arguments.pick([0, 64, 300]),
      stored: arguments.pick([0, 64, 200]))
  }
}

/// A resource of the device, and what it holds at first.
struct EngineResource {
  let path: Path
  let type: ValueType
  let access: Access
  let contents: [(UInt16, Cabinet.Content)]
  let room: Int

  init(
    _ path: Path, _ type: ValueType, _ access: Access, _ contents: [(UInt16, Cabinet.Content)],
    room: Int = 0
  ) {
    self.path = path
    self.type = type
    self.access = access
    self.contents = contents
    self.room = room
  }

  /// The slot of each is its index.
  static let all: [EngineResource] = [
    EngineResource(Path(3303, 0, 5700), .float, .readable, [(0, .float(21.5))]),
    EngineResource(Path(1000, 0, 0), .integer, .readable | .writable, [(0, .integer(1))]),
    EngineResource(
      Path(1000, 0, 2), .string, .readable | .writable | .storage,
      [(0, .text(String(repeating: "abcdefgh", count: 25)))], room: 300),
    EngineResource(
      Path(1000, 0, 3), .opaque, .readable | .writable | .storage, [(0, .bytes([1, 2]))], room: 40),
    EngineResource(Path(1000, 0, 5), .opaque, .executable, [(0, .bytes([]))]),
    EngineResource(
      Path(1000, 0, 6), .integer, .readable | .writable | .multiple,
      [(0, .integer(1)), (2, .integer(-300)), (65535 - 1, .integer(70_000))]),
    EngineResource(Path(5, 0, 0), .opaque, .writable | .streamed, [(0, .bytes([]))]),
    EngineResource(Path(1000, 0, 7), .boolean, .readable | .writable, [(0, .boolean(false))]),
  ]
}
