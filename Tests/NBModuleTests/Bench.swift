import NBIoTBytes

@testable import NBModule

/// A module with a network that agrees to everything, in virtual time: what is said is kept as lines.
struct Bench: ~Copyable {
  static let server = Endpoint(host: .ipv4(0xB7E6_2896), port: 36_000)

  var module: NBModule
  var now = Instant(milliseconds: 5000)
  /// All that came out of the UART.
  var raw: [UInt8] = []
  var requests: [NetworkRequest] = []
  var events: [ModuleEvent] = []
  /// Ports that the system does not give.
  var refusedPorts: Set<UInt16> = []
  var addresses: [String: Endpoint.Host] = [:]
  /// What the peer answers, half a second later.
  var answer: (([UInt8]) -> [UInt8])?
  private var arrivals: [(at: Instant, socket: Int, from: Endpoint, bytes: [UInt8])] = []
  private var read = 0

  init(_ configuration: ModuleConfiguration = ModuleConfiguration(), seed: UInt64 = 1) {
    module = NBModule(configuration, seed: seed, now: now)
    collect()
  }

  /// A module that is up and registered, with what it said until then thrown away.
  static func ready(_ dialect: Dialect = .m5310, seed: UInt64 = 1) -> Bench {
    var configuration = ModuleConfiguration()
    configuration.dialect = dialect
    return ready(configuration, seed: seed)
  }

  static func ready(_ configuration: ModuleConfiguration, seed: UInt64 = 1) -> Bench {
    var bench = Bench(configuration, seed: seed)
    bench.pass(5000)
    _ = bench.lines()
    bench.events = []
    return bench
  }

  /// Lets time pass as a program would: by what is due.
  mutating func pass(_ milliseconds: UInt32) {
    let end = now + Milliseconds(milliseconds)
    while true {
      let next = min(module.deadline, arrivals.map(\.at).min() ?? .never)
      guard next <= end else { break }
      now = max(now, next)
      while let index = arrivals.firstIndex(where: { $0.at <= now }) {
        let arrival = arrivals.remove(at: index)
        module.handle(arrival.bytes, from: arrival.from, socket: arrival.socket, now: now)
      }
      module.handleTimeout(now: now)
      collect()
    }
    now = end
    collect()
  }

  /// Characters as they are.
  mutating func type(_ text: String) {
    module.handle(Array(text.utf8), now: now)
    collect()
  }

  /// A command and what is said within the tenth of a second that follows.
  mutating func ask(_ command: String) -> [String] {
    type(command + "\r")
    pass(100)
    return lines()
  }

  /// What was said since the last time, without empty lines.
  mutating func lines() -> [String] {
    defer { read = raw.count }
    let text = String(decoding: raw[read...], as: UTF8.self)
    return text.split(whereSeparator: { $0 == "\r\n" || $0 == "\r" || $0 == "\n" }).map(String.init)
  }

  mutating func deliver(
    _ bytes: [UInt8], from: Endpoint = Bench.server, to socket: Int = 0
  ) {
    module.handle(bytes, from: from, socket: socket, now: now)
    collect()
  }

  mutating func obey(_ order: ModuleOrder) {
    module.obey(order, now: now)
    collect()
  }

  private mutating func collect() {
    var isDone = false
    while !isDone {
      isDone = true
      while let request = module.nextRequest() {
        isDone = false
        requests.append(request)
        obey(request)
      }
      while let bytes = module.transmit(now: now) { raw += bytes }
      while let event = module.nextEvent() { events.append(event) }
    }
  }

  private mutating func obey(_ request: NetworkRequest) {
    switch request {
    case .open(let socket, let port):
      let granted = refusedPorts.contains(port) ? nil : port == 0 ? 40_000 : port
      module.opened(socket: socket, localPort: granted, now: now)
    case .send(let socket, let to, let bytes):
      guard let answer else { return }
      arrivals.append((now + Milliseconds(500), socket, to, answer(bytes)))
    case .close: break
    case .lookUp(let host): module.found(host, addresses[host], now: now)
    }
  }
}
