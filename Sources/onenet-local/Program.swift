import Foundation
import NBIoTBytes
import PlatformAccess
import PlatformConsole
import PlatformSocket

/// Why the server does not run, with the exit status.
struct ProgramError: Error {
  let message: String
  let status: Int32
}

/// The server with its socket, clock, input and output.
struct Program: ~Copyable {
  private let socket: UDPSocket
  private var server: AccessServer
  private var console = Console()
  private var printer: Printer
  private var input = InputLines()
  private let isScript: Bool

  init(_ options: Options) throws(ProgramError) {
    let lines = try options.script.map(Program.lines(ofFile:)) ?? []
    socket = try Program.open(options)
    let start = Program.now()
    printer = Printer(json: options.json, start: start)
    var random = SystemRandomNumberGenerator()
    server = AccessServer(options.configuration, seed: random.next())
    isScript = options.script != nil
    for line in lines { console.append(line) }
    print(printer.greeting(socket.localPeer, now: start))
  }

  private static func open(_ options: Options) throws(ProgramError) -> UDPSocket {
    do throws(SocketError) {
      let host = try UDPSocket.host(parsing: options.address)
      guard host.isLoopback || options.allowsNonLoopback else {
        throw SocketError.notLoopback(options.address)
      }
      return try UDPSocket(binding: Peer(host: host, port: options.port))
    } catch {
      if case .systemCall = error {
        throw ProgramError(message: error.explanation, status: 1)
      }
      throw ProgramError(message: error.explanation + "\n\n" + Options.usage, status: 2)
    }
  }

  private static func lines(ofFile path: String) throws(ProgramError) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ProgramError(message: "cannot read \(path)\n\n" + Options.usage, status: 2)
    }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map(String.init)
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
    if now >= server.deadline { server.handleTimeout(now: now) }
    drainEvents(now: now)
    console.advance(&server, now: now)
    while let report = console.nextReport() { print(printer.lines(for: report, now: now)) }
    drainEvents(now: now)
    while let datagram = server.transmit() { socket.send(datagram) }
  }

  private mutating func drainEvents(now: Instant) {
    while let event = server.nextEvent() {
      console.note(event)
      print(printer.lines(for: event, now: now))
    }
    while let report = console.nextReport() { print(printer.lines(for: report, now: now)) }
  }

  private mutating func wait() {
    let deadline = min(server.deadline, console.deadline)
    var timeout: Int32 = -1
    if deadline != .never { timeout = Int32(clamping: deadline.since(Program.now()).count) }
    let readiness = socket.wait(
      milliseconds: timeout, readsInput: !isScript && !input.isAtEnd)
    if readiness.input {
      for line in input.append(UDPSocket.readInput()) { console.append(line) }
    }
    guard readiness.datagram else { return }
    while let datagram = socket.receive() {
      server.handle(datagram: datagram.bytes, from: datagram.peer, now: Program.now())
    }
  }

  private func print(_ lines: [String]) {
    for line in lines { Output.write(line + "\n") }
  }

  private static func now() -> Instant {
    Instant(milliseconds: UDPSocket.milliseconds())
  }
}
