import ATCommands
import NBIoTBytes

/// An NB module as a transparent UDP pipe, without its UART, sockets and clock: characters, datagrams and instants in;
/// characters, requests to the network, events and one deadline out.
///
/// After each call drain `nextRequest`, `transmit` and `nextEvent`; at `deadline` call `handleTimeout`.
public struct NBModule: ~Copyable {
  public let configuration: ModuleConfiguration
  private var heard: [UInt8] = []
  private var said: [UInt8] = []
  private var events: [ModuleEvent] = []

  /// Powered on at `now`: the banner follows after the boot time.
  public init(
    _ configuration: ModuleConfiguration = ModuleConfiguration(), seed: UInt64, now: Instant
  ) {
    self.configuration = configuration
  }

  /// Characters from the MCU's UART.
  public mutating func handle(_ bytes: [UInt8], now: Instant) {
    for byte in bytes {
      guard byte == 0x0D else {
        heard.append(byte)
        continue
      }
      events.append(.heard(String(decoding: heard, as: UTF8.self)))
      heard = []
      said += Array("\r\nOK\r\n".utf8)
      events.append(.said("OK"))
    }
  }

  /// A datagram from the network arrived at the port of `socket`. One for a socket that is not open is dropped.
  public mutating func handle(_ datagram: [UInt8], from: Endpoint, socket: Int, now: Instant) {}

  /// To be called at or after `deadline`; calling it earlier does nothing.
  public mutating func handleTimeout(now: Instant) {}

  /// The earliest instant at which there is work; `never`: only when something arrives.
  public var deadline: Instant { .never }

  /// Characters to the MCU, as many as have left the UART by `now`, faults already in; `nil`: none.
  public mutating func transmit(now: Instant) -> [UInt8]? {
    defer { said = [] }
    return said.isEmpty ? nil : said
  }

  /// The oldest request to the network that was not taken yet.
  public mutating func nextRequest() -> NetworkRequest? { nil }

  /// Answers `open`: the port that `socket` got; `nil`: the system refused.
  public mutating func opened(socket: Int, localPort: UInt16?, now: Instant) {}

  /// Answers `lookUp`: the address of `host`; `nil`: there is none.
  public mutating func found(_ host: String, _ address: Endpoint.Host?, now: Instant) {}

  public mutating func obey(_ order: ModuleOrder, now: Instant) {}

  /// The oldest event that was not taken yet.
  public mutating func nextEvent() -> ModuleEvent? {
    events.isEmpty ? nil : events.removeFirst()
  }
}
