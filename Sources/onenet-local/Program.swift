import ConsoleText
import NBIoTBytes
import PlatformAccess
import PlatformConsole
import PlatformSocket

/// The platform with its sockets, clock, input and output.
struct Program: ~Copyable {
  private let ports: [Port]
  private var platform: Platform
  private var console = Console(files: TextFile.bytes(at:))
  private var printer: Printer
  private var input = InputLines()
  private let isScript: Bool

  init(_ options: Options) throws(ProgramError) {
    let lines = try options.script.map(Program.lines(ofFile:)) ?? []
    var plan = try Program.plan(options)
    let access = try Program.open(.access, options, port: options.port)
    let bootstrap = try options.bootstrapPort.map { port throws(ProgramError) in
      try Program.open(.bootstrap, options, port: port)
    }
    try Program.completeAccounts(of: &plan, options, access: access.socket.localPeer)
    ports = [bootstrap, access].compactMap(\.self)
    let start = Program.now()
    printer = Printer(json: options.json, start: start)
    var random = SystemRandomNumberGenerator()
    platform = Platform(access: AccessServer(options.configuration, seed: random.next()))
    platform.access.blockMistakes = options.blockMistakes
    if options.bootstrapPort != nil {
      platform.bootstrap = BootstrapServer(options.configuration, plan, seed: random.next())
    }
    isScript = options.script != nil
    for line in lines { console.append(line) }
    greet(now: start)
  }

  private func greet(now: Instant) {
    for port in ports {
      print(printer.greeting(port.role, port.socket.localPeer, now: now))
    }
  }

  private static func plan(_ options: Options) throws(ProgramError) -> BootstrapPlan {
    var plan = options.plan
    guard let path = options.ordersFile else { return plan }
    let lines = try lines(ofFile: path)
    do throws(CommandError) {
      plan.orders = try OrderScript.orders(parsing: lines)
    } catch {
      throw ProgramError(message: "\(path): \(error.message)\n\n" + Options.usage, status: 2)
    }
    return plan
  }

  /// Who is not named is sent to this server.
  private static func completeAccounts(
    of plan: inout BootstrapPlan, _ options: Options, access: Peer
  ) throws(ProgramError) {
    guard plan.accounts[BootstrapPlan.everybody] == nil else { return }
    guard options.bootstrapPort == nil || !access.host.isUnspecified else {
      throw ProgramError(
        message: "nobody can be sent to \(access): name an account by --account '*=URI'\n\n"
          + Options.usage, status: 2)
    }
    plan.accounts[BootstrapPlan.everybody] = "coap://\(access)"
  }

  private static func open(
    _ role: Platform.Role, _ options: Options, port: UInt16
  ) throws(ProgramError) -> Port {
    do throws(SocketError) {
      let host = try UDPSocket.host(parsing: options.address)
      guard host.isLoopback || options.allowsNonLoopback else {
        throw SocketError.notLoopback(options.address)
      }
      return Port(role, try UDPSocket(binding: Peer(host: host, port: port)))
    } catch {
      if case .systemCall = error {
        throw ProgramError(message: error.explanation, status: 1)
      }
      throw ProgramError(message: error.explanation + "\n\n" + Options.usage, status: 2)
    }
  }

  private static func lines(ofFile path: String) throws(ProgramError) -> [String] {
    guard let lines = TextFile.lines(at: path) else {
      throw ProgramError(message: "cannot read \(path)\n\n" + Options.usage, status: 2)
    }
    return lines
  }

  /// Runs until `quit` or the end of the script; the exit status says whether all went well.
  mutating func run() -> Int32 {
    while true {
      progress()
      if console.isFinished || (isScript && console.isIdle) { break }
      wait()
    }
    return console.failures == 0 ? 0 : 1
  }

  /// Does what can be done now: commands, events, datagrams.
  private mutating func progress() {
    let now = Program.now()
    if now >= platform.deadline { platform.handleTimeout(now: now) }
    drainEvents(now: now)
    console.advance(&platform, now: now)
    while let report = console.nextReport() { print(printer.lines(for: report, now: now)) }
    drainEvents(now: now)
    for port in ports {
      while let datagram = platform.transmit(from: port.role, now: now) {
        port.socket.send(datagram)
      }
    }
  }

  private mutating func drainEvents(now: Instant) {
    while let event = platform.nextEvent() {
      console.note(event)
      print(printer.lines(for: event, now: now))
    }
    while let report = console.nextReport() { print(printer.lines(for: report, now: now)) }
  }

  private mutating func wait() {
    let deadline = min(platform.deadline, console.deadline)
    var timeout: Int32 = -1
    if deadline != .never { timeout = Int32(clamping: deadline.since(Program.now()).count) }
    let commands = isScript || input.isAtEnd ? [] : [Handle.standardInput]
    let ready = Handle.wait(
      for: ports.map { $0.socket.handle } + commands, milliseconds: timeout)
    if !commands.isEmpty, ready[ports.count] {
      for line in input.append(Handle.readStandardInput()) { console.append(line) }
    }
    for (port, isReady) in zip(ports, ready) {
      while isReady, let datagram = port.socket.receive() {
        platform.handle(datagram, at: port.role, now: Program.now())
        // What it causes is told before the next one is looked at.
        progress()
      }
    }
  }

  private func print(_ lines: [String]) {
    for line in lines { Output.write(line + "\n") }
  }

  private static func now() -> Instant {
    Instant(milliseconds: Clock.milliseconds())
  }
}
