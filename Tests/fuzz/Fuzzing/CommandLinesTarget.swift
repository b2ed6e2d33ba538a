import NBIoTBytes

@testable import ATCommands
@testable import NBModule

extension FuzzTarget {
  /// What firmware types: a line that is understood and written again is understood the same, and whatever an NB module
  /// has heard, it answers the next line.
  static let commandLines = FuzzTarget("at", maximumLength: 400) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    var editor = LineEditor(longest: 300)
    for byte in input where editor.take(byte, ControlCharacters()) == .line {
      try requireRewritten(editor.line)
    }
    var bench = ModuleBench(Dialect.allCases[Int(input.first ?? 0) % Dialect.allCases.count])
    try bench.type(input)
    try bench.requireAnswers()
  }

  private static func requireRewritten(_ line: [UInt8]) throws(Finding) {
    guard let commands = understood(line) else { return }
    let again = Array(commands.map(\.text).joined(separator: [UInt8(ascii: ";")]))
    try require(understood(again) == commands, "written again differently: \(line)")
  }

  private static func understood(_ line: [UInt8]) -> [PlainCommand]? {
    do {
      var reader = CommandReader(line.span)
      var commands: [PlainCommand] = []
      while let command = try reader.next() { commands.append(PlainCommand(command)) }
      return commands
    } catch {
      return nil
    }
  }
}

/// A command as arrays.
private struct PlainCommand: Equatable {
  let name: [UInt8]
  let form: Command.Form
  var parameters: [[UInt8]] = []

  init(_ command: borrowing Command) {
    name = Array(copying: command.name)
    form = command.form
    var reader = command.parameters
    while hasMore(reader) { parameters.append(Array(copying: reader.takeRaw())) }
  }

  private func hasMore(_ reader: borrowing ParameterReader) -> Bool {
    do {
      try reader.end()
      return false
    } catch {
      return true
    }
  }

  /// As it is typed, without the blanks that say nothing.
  var text: [UInt8] {
    let isBasic = name.first?.isLetter == true || name.first == UInt8(ascii: "&")
    let isRegister = isBasic && name.count > 1 && name.first != UInt8(ascii: "&")
    let values = Array(parameters.joined(separator: [UInt8(ascii: ",")]))
    return switch form {
    case .execute: name
    case .read: name + Array("?".utf8)
    case .test: name + Array("=?".utf8)
    case .set: name + (isBasic && !isRegister ? [] : Array("=".utf8)) + values
    }
  }
}

/// A module that is up, and a network that agrees to everything.
private struct ModuleBench: ~Copyable {
  private var module: NBModule
  private var now = Instant(milliseconds: 0)
  private var said: [UInt8] = []

  init(_ dialect: Dialect) {
    var configuration = ModuleConfiguration()
    configuration.dialect = dialect
    module = NBModule(configuration, seed: 1, now: now)
  }

  /// In two parts, with a datagram between them.
  mutating func type(_ input: [UInt8]) throws(Finding) {
    try pass(5000)
    module.handle(Array(input.prefix(input.count / 2)), now: now)
    try pass(5)
    for socket in -1...7 {
      module.handle(input, from: Endpoint(host: .ipv4(1), port: 1), socket: socket, now: now)
    }
    module.handle(Array(input.dropFirst(input.count / 2)), now: now)
    try pass(20_000)
  }

  /// Ends what is under way, takes back how it talks, and asks. Nobody can type that when a character of it ends lines.
  mutating func requireAnswers() throws(Finding) {
    module.handle([module.format.characters.lineEnd], now: now)
    try pass(20_000)
    let characters = module.format.characters
    let typed = Array("ATZ".utf8)
    guard !typed.contains(characters.lineEnd), !typed.contains(characters.erase),
      characters.erase != characters.lineEnd
    else { return }
    module.handle(typed + [characters.lineEnd], now: now)
    try pass(20_000)
    said = []
    module.handle(Array("AT+CGATT?\r".utf8), now: now)
    try pass(100)
    let answer = String(decoding: said, as: UTF8.self)
    try require(answer.hasSuffix("\r\nOK\r\n"), "answers \(answer)")
    try require(answer.contains("+CGATT:"), "answers \(answer)")
  }

  private mutating func pass(_ milliseconds: UInt32) throws(Finding) {
    let end = now + Milliseconds(milliseconds)
    var steps = 0
    try drain()
    while module.deadline <= end {
      steps += 1
      try require(steps < 2000, "due without end")
      now = max(now, module.deadline)
      module.handleTimeout(now: now)
      try drain()
    }
    now = end
  }

  private mutating func drain() throws(Finding) {
    var requests = 0
    while let request = module.nextRequest() {
      requests += 1
      try require(requests < 2000, "requests without end")
      switch request {
      case .open(let socket, let port): module.opened(socket: socket, localPort: port, now: now)
      case .lookUp(let host): module.found(host, .ipv4(1), now: now)
      case .send, .close: break
      }
    }
    while let bytes = module.transmit(now: now) { said += bytes }
    while module.nextEvent() != nil {}
  }
}
