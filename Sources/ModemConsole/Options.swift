import ConsoleText
import NBIoTBytes
import NBModule

/// The command line of `nbiot-modem`.
public struct Options: Equatable, Sendable {
  /// Where the MCU is.
  public enum Line: Equatable, Sendable {
    /// On a new pseudo-terminal, with a symbolic link to it.
    case terminal(link: String?)
    /// On a UNIX socket.
    case socket(String)
    /// On standard input and output.
    case standard
  }

  public var line = Line.standard
  public var configuration = ModuleConfiguration()
  public var seed: UInt64 = 1
  /// The local address of the sockets.
  public var address = Endpoint.Host.ipv4(0x7F00_0001)
  public var routes = Routes()
  public var names: [String: Endpoint.Host] = [:]
  public var script: String?
  public var transcript: String?
  public var wantsHelp = false

  public static let usage =
    """
    usage: nbiot-modem --pty | --unix PATH | --stdio [options]

      --pty                  AT commands on a new pseudo-terminal; its name is printed
      --link PATH            make a symbolic link to it
      --unix PATH            AT commands on a UNIX socket; a new connection replaces the one before
      --stdio                AT commands on standard input and output; the transcript goes to standard error

      --dialect NAME         \(Dialect.allCases.map(\.rawValue).joined(separator: ", ")); default m5310
      --baud N               pace of the line to the MCU, default 0: at once
      --boot MS              from power-on or a restart to the banner, default 1000
      --attach MS            from there to being registered, default 3000
      --answer MS            from a command to its answer, default 10
      --inactivity MS        from the last datagram to +CSCON:0, default 20000
      --queue N              datagrams a socket keeps until they are read, 1 to 64, default 8
      --echo                 send back what the MCU sends, until ATE0
      --roaming              the network is not the SIM's own
      --plmn DIGITS          of the network there is, default 46000
      --earfcn N             of its cell, default 3555
      --imei DIGITS          default 867725030106226
      --imsi DIGITS          default 460040975306226
      --apn NAME             default nbiot.MNC002.MCC460.GPRS

      --seed N               of all chances, default 1
      --fault NAME=RATE      go wrong at this rate, 0 to 1; see below
      --longest-delay MS     of a late answer, default 3000

      --bind ADDRESS         local address of the sockets, default 127.0.0.1
      --allow-non-loopback   allow addresses of other machines
      --route FROM=TO        an ADDRESS:PORT the MCU sends to, and the one it leads to
      --name HOST=ADDRESS    what the module finds when it looks HOST up; nothing else is found

      --script FILE          run the orders in FILE, then end; exit status 0 when all succeeded
      --transcript FILE      write the transcript there too, payloads unabridged
      --help                 print this

    Faults:

    """ + Faults.names.map { pair($0.name, $0.meaning) }.joined()
    + "\nOrders, one per line in FILE, or on standard input when the MCU is not there:\n\n"
    + Order.usages.map { pair($0.usage, $0.meaning) }.joined()

  private static func pair(_ name: String, _ meaning: String) -> String {
    "  " + name + String(repeating: " ", count: max(2, 35 - name.count)) + meaning + "\n"
  }

  public init() {}

  public init(parsing arguments: [String]) throws(OptionsError) {
    var rest = arguments[...]
    var lines: [Line] = []
    var link: String?
    while let name = rest.popFirst() {
      switch name {
      case "--pty": lines.append(.terminal(link: nil))
      case "--stdio": lines.append(.standard)
      case "--echo": configuration.echoes = true
      case "--roaming": configuration.isRoaming = true
      case "--allow-non-loopback": routes.allowsNonLoopback = true
      case "--help", "-h": wantsHelp = true
      case "--unix": lines.append(.socket(try Options.value(of: name, &rest)))
      case "--link": link = try Options.value(of: name, &rest)
      default: try set(name, &rest)
      }
    }
    guard !wantsHelp else { return }
    line = try Options.line(lines, link)
    try checkAddresses()
  }

  private static func line(_ lines: [Line], _ link: String?) throws(OptionsError) -> Line {
    guard lines.count == 1 else {
      throw OptionsError(message: "exactly one of --pty, --unix and --stdio says where the MCU is")
    }
    guard let link else { return lines[0] }
    guard case .terminal = lines[0] else { throw OptionsError(message: "--link needs --pty") }
    return .terminal(link: link)
  }

  private static func value(
    of name: String, _ rest: inout ArraySlice<String>
  ) throws(OptionsError) -> String {
    guard let value = rest.popFirst() else {
      throw OptionsError(message: "\(name) needs a value")
    }
    return value
  }

  /// `--allow-non-loopback` may come after what it allows.
  private func checkAddresses() throws(OptionsError) {
    for host in [address] + routes.destinations.map(\.host) where !routes.allows(host) {
      throw OptionsError(
        message: "\(host) is on other machines; --allow-non-loopback allows that")
    }
  }
}

extension Options {
  private mutating func set(
    _ name: String, _ rest: inout ArraySlice<String>
  ) throws(OptionsError) {
    guard Options.namesWithValue.contains(name) else {
      throw OptionsError(message: "unknown option \(name)")
    }
    let value = try Options.value(of: name, &rest)
    switch name {
    case "--script": script = value
    case "--transcript": transcript = value
    case "--bind": address = try Options.host(value)
    case "--route": try addRoute(value)
    case "--name": try addName(value)
    case "--fault": try setFault(value)
    case "--seed": seed = try Options.number(name, value, 0...UInt64.max)
    default: try setModule(name, value)
    }
  }

  private static let namesWithValue: Set<String> = [
    "--script", "--transcript", "--bind", "--route", "--name", "--fault", "--seed", "--dialect",
    "--baud", "--boot", "--attach", "--answer", "--inactivity", "--queue", "--imei", "--imsi",
    "--apn", "--longest-delay", "--plmn", "--earfcn",
  ]

  private mutating func setModule(_ name: String, _ value: String) throws(OptionsError) {
    switch name {
    case "--dialect":
      guard let dialect = Dialect(rawValue: value) else {
        throw OptionsError(message: "no dialect is called \(value)")
      }
      configuration.dialect = dialect
    case "--baud": configuration.baud = UInt32(try Options.number(name, value, 0...4_000_000))
    case "--boot": configuration.bootTime = try Options.duration(name, value)
    case "--attach": configuration.registrationTime = try Options.duration(name, value)
    case "--answer": configuration.answerTime = try Options.duration(name, value)
    case "--inactivity": configuration.inactivity = try Options.duration(name, value)
    case "--longest-delay": configuration.faults.longestDelay = try Options.duration(name, value)
    case "--queue": configuration.queueLength = Int(try Options.number(name, value, 1...64))
    case "--plmn": configuration.plmn = try Options.digits(name, value, 5...6)
    case "--earfcn": configuration.earfcn = UInt32(try Options.number(name, value, 0...262_143))
    case "--imei": configuration.imei = try Options.digits(name, value, 15...15)
    case "--imsi": configuration.imsi = try Options.digits(name, value, 1...15)
    default: configuration.apn = value
    }
  }

  private static func number(
    _ name: String, _ value: String, _ range: ClosedRange<UInt64>
  ) throws(OptionsError) -> UInt64 {
    guard let number = UInt64(value), range.contains(number) else {
      throw OptionsError(message: "\(name) takes \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Up to a day.
  private static func duration(
    _ name: String, _ value: String
  ) throws(OptionsError) -> Milliseconds {
    Milliseconds(UInt32(try number(name, value, 0...86_400_000)))
  }

  private static func digits(
    _ name: String, _ value: String, _ count: ClosedRange<Int>
  ) throws(OptionsError) -> String {
    guard count.contains(value.utf8.count), value.utf8.allSatisfy({ (48...57).contains($0) })
    else {
      throw OptionsError(
        message: "\(name) takes \(count.lowerBound) to \(count.upperBound) digits")
    }
    return value
  }

  private static func host(_ value: String) throws(OptionsError) -> Endpoint.Host {
    guard let host = Endpoint.Host(text: value) else {
      throw OptionsError(message: "\(value) is no IPv4 address")
    }
    return host
  }

  private static func pair(
    _ value: String, _ form: String
  ) throws(OptionsError) -> (String, String) {
    let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw OptionsError(message: form) }
    return (parts[0], parts[1])
  }

  private mutating func addRoute(_ value: String) throws(OptionsError) {
    let form = "--route takes ADDRESS:PORT=ADDRESS:PORT"
    let (left, right) = try Options.pair(value, form)
    guard let from = Endpoint(text: left), let to = Endpoint(text: right) else {
      throw OptionsError(message: form)
    }
    guard routes.add(from: from, to: to) else {
      throw OptionsError(message: "\(left) or \(right) has a route already")
    }
  }

  private mutating func addName(_ value: String) throws(OptionsError) {
    let (host, address) = try Options.pair(value, "--name takes HOST=ADDRESS")
    names[host] = try Options.host(address)
  }

  private mutating func setFault(_ value: String) throws(OptionsError) {
    let (name, rate) = try Options.pair(value, "--fault takes NAME=RATE")
    guard let rate = Faults.rate(rate) else {
      throw OptionsError(message: "a rate is a number from 0 to 1")
    }
    guard configuration.faults.set(name, rate) else {
      throw OptionsError(message: "no fault is called \(name)")
    }
  }
}
