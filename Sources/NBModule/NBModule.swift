import ATCommands
import NBIoTBytes

/// An NB module as a transparent UDP pipe, without its UART, sockets and clock: characters, datagrams and instants in;
/// characters, requests to the network, events and one deadline out.
///
/// After each call drain `nextRequest`, `transmit` and `nextEvent`; at `deadline` call `handleTimeout`. Instants do not go
/// back. A command line is carried out when its end arrives, and answered later; what arrives in between waits for the
/// answer, as no firmware that is to be tried here may rely on losing it.
public struct NBModule: ~Copyable {
  public let configuration: ModuleConfiguration
  /// Datagrams that nobody will read: their queue was full, nobody listens, or there is no network.
  public internal(set) var dropped = 0
  var planter: FaultPlanter
  var format = AnswerFormat()
  var settings: Settings
  var network: Network
  var sockets = [ModuleSocket?](repeating: nil, count: ModuleSocket.count)
  var uart: Wire
  var editor = LineEditor(longest: NBModule.longestLine)
  /// Characters that wait for the command under way.
  var waiting: [UInt8] = []
  var job: Job?
  /// The module starts: when it is up, and why it was down.
  var boot: (end: Instant, cause: ModuleEvent.Cause)?
  /// Sequence numbers of `AT+NSOST` that are to be told about.
  var reports: [SendReport] = []
  var ordered: (code: UInt16, count: Int) = (0, 0)
  private var requests: [NetworkRequest] = []
  private var events: [ModuleEvent] = []

  /// The longest datagram in digits, and what stands before it.
  static var longestLine: Int { 3000 }

  /// Powered on at `now`: the banner follows after the boot time.
  public init(
    _ configuration: ModuleConfiguration = ModuleConfiguration(), seed: UInt64, now: Instant
  ) {
    self.configuration = configuration
    planter = FaultPlanter(configuration.faults, seed: seed)
    network = Network(configuration)
    settings = Settings(configuration)
    uart = Wire(baud: configuration.baud)
    restart(.power, now: now)
  }

  /// Whether characters from the MCU should be given to it; otherwise as many as a long command wait already, for the
  /// command under way or a slow line. What is given all the same is kept.
  public var hasRoom: Bool { waiting.count < NBModule.longestLine }

  /// Characters from the MCU's UART.
  public mutating func handle(_ bytes: [UInt8], now: Instant) {
    work(until: now)
    guard boot == nil else { return }
    for byte in bytes {
      if planter.strikes(planter.faults.lossIn) {
        report(.fault(.lostFromMCU(byte)))
      } else {
        waiting.append(byte)
      }
    }
    listen(now: now)
  }

  /// A datagram from the network arrived at the port of `socket`. One for a socket that is not open is dropped.
  public mutating func handle(
    _ datagram: [UInt8], from: Endpoint, socket: Int, now: Instant
  ) {
    work(until: now)
    receive(datagram, from: from, socket: socket, now: now)
  }

  /// To be called at or after `deadline`; calling it earlier does nothing.
  public mutating func handleTimeout(now: Instant) {
    work(until: now)
  }

  /// The earliest instant at which there is work, or something to transmit; `never`: only when something arrives.
  public var deadline: Instant {
    min(workDeadline, uart.deadline)
  }

  /// Characters to the MCU, as many as have left the UART by `now`, faults already in; `nil`: none.
  public mutating func transmit(now: Instant) -> [UInt8]? {
    work(until: now)
    let bytes = uart.take(now: now)
    listen(now: now)
    guard planter.faults.lossOut > 0 else { return bytes.isEmpty ? nil : bytes }
    let kept = bytes.filter { byte in
      let isLost = planter.strikes(planter.faults.lossOut)
      if isLost { report(.fault(.lostToMCU(byte))) }
      return !isLost
    }
    return kept.isEmpty ? nil : kept
  }

  /// The oldest request to the network that was not taken yet.
  public mutating func nextRequest() -> NetworkRequest? {
    requests.isEmpty ? nil : requests.removeFirst()
  }

  /// Answers `open`: the port that `socket` got; `nil`: the system refused.
  public mutating func opened(socket: Int, localPort: UInt16?, now: Instant) {
    work(until: now)
    finishOpening(socket, isOpen: localPort != nil, now: now)
  }

  /// Answers `lookUp`: the address of `host`; `nil`: there is none.
  public mutating func found(_ host: String, _ address: Endpoint.Host?, now: Instant) {
    work(until: now)
    finishLookUp(host, address, now: now)
  }

  public mutating func obey(_ order: ModuleOrder, now: Instant) {
    work(until: now)
    switch order {
    case .reboot: restart(.order, now: now)
    case .detach: change(now: now) { $0.isCovered = false }
    case .attach: change(now: now) { $0.isCovered = true }
    case .refuse(let code, let count): ordered = (code, count)
    case .misbehave(let faults): planter.faults = faults
    }
  }

  /// The oldest event that was not taken yet.
  public mutating func nextEvent() -> ModuleEvent? {
    events.isEmpty ? nil : events.removeFirst()
  }

  mutating func report(_ event: ModuleEvent) {
    events.append(event)
  }

  mutating func request(_ request: NetworkRequest) {
    requests.append(request)
  }
}
