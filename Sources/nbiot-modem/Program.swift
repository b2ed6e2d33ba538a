import ConsoleText
import ModemConsole
import NBIoTBytes
import NBModule
import PlatformAccess
import PlatformSocket

/// The module with its serial line, sockets, clock, and orders.
struct Program: ~Copyable {
  private let options: Options
  private let stop: Handle
  private let recorder: Recorder
  private let transcript: Transcript
  private var line: SerialLine
  private var module: NBModule
  private var ports: [Port] = []
  private var attendant: Attendant
  private var input = InputLines()
  private var readsOrders: Bool
  private var isOver = false

  init(_ options: Options) throws(ProgramError) {
    let lines = try Program.lines(options.script)
    let (stop, line) = try Program.open(options)
    recorder = try Recorder(isOnError: options.line == .standard, file: options.transcript)
    self.stop = stop
    self.line = line
    self.options = options
    let start = Program.now()
    transcript = Transcript(start: start)
    module = NBModule(options.configuration, seed: options.seed, now: start)
    attendant = Attendant(faults: options.configuration.faults)
    readsOrders = options.script == nil && options.line != .standard
    for line in lines { attendant.append(line) }
    attendant.note(isPlugged: line.isPlugged)
    greet(now: start)
  }

  private static func open(_ options: Options) throws(ProgramError) -> (Handle, SerialLine) {
    do throws(SocketError) {
      return (try StopSignals.handle(), try SerialLine(options.line))
    } catch {
      throw ProgramError(message: error.explanation, status: 1)
    }
  }

  private static func lines(_ path: String?) throws(ProgramError) -> [String] {
    guard let path else { return [] }
    guard let lines = TextFile.lines(at: path) else {
      throw ProgramError(message: "cannot read \(path)\n\n" + Options.usage, status: 2)
    }
    return lines
  }

  private func greet(now: Instant) {
    let dialect = options.configuration.dialect.rawValue
    remark("Line", "\(line.place), dialect \(dialect), seed \(options.seed)", now)
    remark("Legend", "seconds, who speaks > what, -- remark", now)
  }

  /// Runs until `quit`, a signal, the end of the script or of the only line there can be; the exit status says whether
  /// all orders were carried out.
  consuming func run() -> Int32 {
    settle(Program.now())
    while !isOver { wait() }
    let isDone = options.script == nil || attendant.isFinished || attendant.isIdle
    return attendant.failures == 0 && isDone ? 0 : 1
  }

  /// Does what can be done now. Orders are taken between any two events: see `Attendant`.
  private mutating func settle(_ now: Instant) {
    if now >= module.deadline { module.handleTimeout(now: now) }
    obey(now)
    repeat {
      while let event = module.nextEvent() {
        write(transcript.line(for: event, now: now))
        attendant.note(event)
        obey(now)
      }
    } while serve(now) || transmit(now)
    let isScriptDone = options.script != nil && attendant.isIdle
    isOver = isOver || attendant.isFinished || isScriptDone
  }

  /// Returns whether there was anything to be said.
  private mutating func transmit(_ now: Instant) -> Bool {
    guard let bytes = module.transmit(now: now) else { return false }
    let lost = line.write(bytes)
    if lost > 0, line.isPlugged { remark("Lost", "\(lost) bytes the MCU did not read", now) }
    return true
  }

  private mutating func obey(_ now: Instant) {
    while let order = attendant.nextOrder(now: now) {
      report(now)
      module.obey(order, now: now)
    }
    report(now)
  }

  private mutating func report(_ now: Instant) {
    while let report = attendant.nextReport() {
      for line in transcript.lines(for: report, now: now) { write(line) }
    }
  }

  private mutating func wait() {
    let deadline = min(module.deadline, attendant.deadline)
    var timeout: Int32 = -1
    if deadline != .never { timeout = Int32(clamping: deadline.since(Program.now()).count) }
    let (stream, listener) = line.handles
    let orders = readsOrders && attendant.hasRoom ? Handle.standardInput : nil
    let sources = [stop, module.hasRoom ? stream : nil, listener, orders]
    let ready = Handle.wait(
      for: sources.map { $0 ?? .nothing } + ports.map { $0.socket.handle }, milliseconds: timeout)
    isOver = ready[0]
    if ready[1] { hear(Program.now()) }
    if ready[2], line.accept() { plug(isPlugged: true, Program.now()) }
    if ready[3] { readOrders() }
    for (port, isReady) in zip(ports, ready[sources.count...]) where isReady {
      receive(at: port)
    }
    settle(Program.now())
  }

  private static var datagramsAtOnce: Int { 8 }

  private mutating func readOrders() {
    for order in input.append(Handle.readStandardInput()) { attendant.append(order) }
    readsOrders = !input.isAtEnd
  }

  private mutating func hear(_ now: Instant) {
    switch line.read() {
    case .nothing: break
    case .bytes(let bytes): module.handle(bytes, now: now)
    case .unplugged(let isFinal):
      plug(isPlugged: false, now)
      // A script may still have something to do.
      isOver = isOver || (isFinal && options.script == nil)
    }
  }

  private mutating func plug(isPlugged: Bool, _ now: Instant) {
    remark(isPlugged ? "Plugged" : "Unplugged", "the MCU is \(isPlugged ? "there" : "gone")", now)
    attendant.note(isPlugged: isPlugged)
    obey(now)
  }

  /// Some of what is there: a flood keeps neither the MCU nor the end waiting.
  private mutating func receive(at port: Port) {
    for _ in 0..<Program.datagramsAtOnce {
      guard let datagram = port.socket.receive() else { return }
      let now = Program.now()
      let origin = options.routes.origin(of: Endpoint(datagram.peer))
      module.handle(datagram.bytes, from: origin, socket: port.number, now: now)
      // What it causes is told before the next one is looked at.
      settle(now)
      guard ports.contains(where: { $0 === port }) else { return }
    }
  }

  private func remark(_ title: String, _ text: String, _ now: Instant) {
    write(transcript.remark(title, text, now: now))
  }

  private func write(_ line: String) {
    recorder.write(line)
  }

  private static func now() -> Instant {
    Instant(milliseconds: Clock.milliseconds())
  }
}

/// What the module wants of the network.
extension Program {
  /// Returns whether there was anything to be done.
  private mutating func serve(_ now: Instant) -> Bool {
    var isServed = false
    while let request = module.nextRequest() {
      isServed = true
      switch request {
      case .open(let socket, let port): open(socket, port, now)
      case .send(let socket, let endpoint, let bytes): send(bytes, from: socket, to: endpoint, now)
      case .close(let socket): ports.removeAll { $0.number == socket }
      case .lookUp(let host): lookUp(host, now)
      }
    }
    return isServed
  }

  private mutating func open(_ socket: Int, _ port: UInt16, _ now: Instant) {
    do throws(SocketError) {
      let new = try Port(socket, at: options.address, port: port)
      ports.append(new)
      let peer = new.socket.localPeer
      remark("Socket", "\(socket) is \(peer) of this machine", now)
      module.opened(socket: socket, localPort: peer.port, now: now)
    } catch {
      remark("No socket", error.explanation, now)
      module.opened(socket: socket, localPort: nil, now: now)
    }
  }

  private func send(_ bytes: [UInt8], from socket: Int, to endpoint: Endpoint, _ now: Instant) {
    guard let port = ports.first(where: { $0.number == socket }) else { return }
    guard let destination = options.routes.destination(of: endpoint) else {
      remark(
        "No route", "\(endpoint.text) is no address of this machine; --route leads it to one", now)
      return
    }
    port.socket.send(Datagram(bytes: bytes, peer: Peer(destination)))
  }

  private mutating func lookUp(_ host: String, _ now: Instant) {
    let address = options.names[host]
    let text = address.map { "\(host) is \($0)" } ?? "\(host) is unknown; --name makes it known"
    remark("Name", text, now)
    module.found(host, address, now: now)
  }
}
