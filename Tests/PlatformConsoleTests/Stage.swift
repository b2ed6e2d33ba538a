import CoAPWire
import LwM2MModel
import NBIoTBytes
import PlatformAccess

@testable import PlatformConsole

/// A server, a console and a device that answers, in virtual time.
struct Stage {
  var platform: Platform
  var console = Console(files: { Stage.files[$0] })
  var printer: Printer
  var lines: [String] = []
  var reports: [Console.Report] = []
  var now = Instant(milliseconds: 5000)
  var peer = Peer(host: .ipv4(0x7F00_0001), port: 40_000)
  /// What the device answers to each method; nothing when it is silent.
  var answers: [UInt8: Code] = [
    Code.get.rawValue: .content, Code.put.rawValue: .changed, Code.post.rawValue: .changed,
    Code.delete.rawValue: .deleted,
  ]
  var isObserving = true
  var tokens: [String: Token] = [:]
  private var nextID: UInt16 = 1

  /// What the files are that commands name.
  static let files: [String: [UInt8]] = ["nine": [UInt8]("123456789".utf8)]

  init(json: Bool = false, plan: BootstrapPlan? = nil) {
    platform = Platform(
      access: AccessServer(seed: 3),
      bootstrap: plan.map { BootstrapServer(Configuration(), $0, seed: 4) })
    printer = Printer(json: json, start: now)
  }

  var failures: [String] {
    reports.compactMap {
      if case .failed(let line, let reason) = $0 { "\(line): \(reason)" } else { nil }
    }
  }

  /// Runs commands, events and the device's answers until nothing moves.
  mutating func settle() {
    while true {
      drain()
      console.advance(&platform, now: now)
      drainReports()
      drain()
      guard let (role, datagram) = transmit() else { return }
      if let answer = answer(to: datagram) {
        platform.handle(Datagram(bytes: answer.encoded(), peer: peer), at: role, now: now)
      }
    }
  }

  private mutating func transmit() -> (Platform.Role, Datagram)? {
    for role in Platform.Role.allCases {
      if let datagram = platform.transmit(from: role, now: now) { return (role, datagram) }
    }
    return nil
  }

  private mutating func drain() {
    while let event = platform.nextEvent() {
      console.note(event)
      lines += printer.lines(for: event, now: now)
    }
    drainReports()
  }

  private mutating func drainReports() {
    while let report = console.nextReport() {
      reports.append(report)
      lines += printer.lines(for: report, now: now)
    }
  }

  private mutating func answer(to datagram: Datagram) -> Message? {
    guard let request = try? Message(parsing: datagram.bytes), request.code.isRequest,
      let code = answers[request.code.rawValue]
    else { return nil }
    var message = Message(
      type: .acknowledgement, code: code, id: request.id, token: request.token)
    if let block = request.block(.block1) {
      if block.hasMore { message.code = Code(class: 2, detail: 31) }
      message.add(.block1, unsigned: block.rawValue)
    }
    if request.unsigned(.observe) == 0, isObserving {
      tokens["/" + request.texts(of: .uriPath).joined(separator: "/")] = request.token
      message.add(.observe, unsigned: 0)
    }
    return message
  }

  mutating func run(_ commands: String...) {
    for command in commands { console.append(command) }
    settle()
  }

  mutating func pass(_ milliseconds: UInt32) {
    now = now + Milliseconds(milliseconds)
    platform.handleTimeout(now: now)
    settle()
  }

  mutating func give(
    _ code: Code, _ path: [String], query: [String] = [], objects: String = "",
    at role: Platform.Role = .access
  ) {
    var message = Message(
      type: .confirmable, code: code, id: nextID, token: Token(bits: 1, length: 1))
    nextID += 1
    for segment in path { message.add(.uriPath, text: segment) }
    for part in query { message.add(.uriQuery, text: part) }
    message.payload = [UInt8](objects.utf8)
    platform.handle(Datagram(bytes: message.encoded(), peer: peer), at: role, now: now)
    settle()
  }

  mutating func register(_ endpoint: String = "86;46") {
    give(.post, ["rd"], query: ["ep=\(endpoint)", "lt=300"], objects: "</3303/0>")
  }

  mutating func askForBootstrap(_ endpoint: String = "86;46") {
    give(.post, ["bs"], query: ["ep=\(endpoint)"], at: .bootstrap)
  }

  mutating func notify(_ path: String, text: String = "21.5") {
    var message = Message(
      type: .nonConfirmable, code: .content, id: nextID, token: tokens[path] ?? Token())
    message.add(.observe, unsigned: UInt32(nextID))
    message.payload = [UInt8](text.utf8)
    nextID += 1
    platform.handle(Datagram(bytes: message.encoded(), peer: peer), at: .access, now: now)
    settle()
  }
}
