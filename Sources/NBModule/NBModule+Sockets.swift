import ATCommands
import NBIoTBytes

/// UDP behind AT+NSOCR, NSOST, NSOSTF, NSORF and NSOCL, and names.
extension NBModule {
  mutating func socketCommand(
    _ name: String, _ command: borrowing Command, now: Instant
  ) throws(CommandError) -> Outcome {
    let known = ["+NSOCR", "+NSOST", "+NSOSTF", "+NSORF", "+NSOCL", "+CMDNS"]
    guard known.contains(name) else { return .unknown }
    if command.form == .test { return .done }
    guard command.form == .set else { throw .formUnsupported }
    return switch name {
    case "+NSOCR": try createSocket(command)
    case "+NSOST": try send(command, isFlagged: false, now: now)
    case "+NSOSTF": try send(command, isFlagged: true, now: now)
    case "+NSORF": try readSocket(command)
    case "+NSOCL": try closeSocket(command)
    default: try lookUp(command)
    }
  }

  /// The socket of this number if it is open.
  private func isOpen(_ number: Int) -> Bool {
    sockets.indices.contains(number) && sockets[number]?.isOpen == true
  }

  /// `+NSOCR="DGRAM",17[,<port>[,<control>[,<family>]]]`, port 0 = any. There is no TCP here, and no IPv6 on the UART.
  private mutating func createSocket(
    _ command: borrowing Command
  ) throws(CommandError) -> Outcome {
    var parameters = command.parameters
    let type = String(try parameters.text())
    guard type == "DGRAM" || type == "STREAM" else { throw parameters.fault(.unknown) }
    let isDatagram = type == "DGRAM"
    _ = isDatagram ? try parameters.number(17...17) : try parameters.number(6...6)
    let port = try parameters.number(UInt16(0)...65_535, orElse: 0)
    let control = try parameters.number(UInt8(0)...2, orElse: 1)
    let family = try parameters.string(orElse: "AF_INET")
    try parameters.end()
    guard isDatagram, family == "AF_INET" else { return .refused(.unsupported) }
    guard let number = sockets.firstIndex(where: { $0 == nil }) else { return .refused(.memory) }
    sockets[number] = ModuleSocket(ModuleSocket.Control(rawValue: control) ?? .announce)
    request(.open(socket: number, localPort: port))
    return .waits(.port(socket: number))
  }

  mutating func finishOpening(_ number: Int, isOpen: Bool, now: Instant) {
    guard job?.wait == .port(socket: number) else { return }
    guard isOpen else {
      sockets[number] = nil
      return finish(.equipment(EquipmentError.parameter.rawValue), now: now)
    }
    sockets[number]?.isOpen = true
    var line = Line()
    line.add(number)
    job?.information.append(line)
    job?.wait = .nothing
    proceed(now: now)
  }

  /// `+NSOST=<socket>,<address>,<port>,<length>,<data>[,<sequence>]`, or `+NSOSTF` with a flag before the length.
  private mutating func send(
    _ command: borrowing Command, isFlagged: Bool, now: Instant
  ) throws(CommandError) -> Outcome {
    var parameters = command.parameters
    let number = try parameters.number(0...255)
    let host = try parameters.address()
    let port = try parameters.number(UInt16(1)...65_535)
    let flag = isFlagged ? try parameters.flag() : 0
    let length = try parameters.number(1...configuration.dialect.longestDatagram)
    let data = try parameters.hexadecimal(count: length).bytes
    let sequence = try parameters.number(UInt8(0)...255, orElse: 0)
    try parameters.end()
    guard isOpen(number) else { return .refused(.noSuchSocket) }
    guard network.isRegistered else { return .refused(.noNetwork) }
    let to = Endpoint(host: host, port: port)
    request(.send(socket: number, to: to, data))
    report(.sent(socket: number, to: to, length: length))
    change(now: now) {
      $0.connect(now: now)
      if flag == 0x200 { $0.release(.afterSending, now: now) }
      if flag == 0x400 { $0.release(.afterReply, now: now) }
    }
    if sequence > 0 { reports.append(SendReport(socket: number, sequence: sequence, now: now)) }
    var line = Line()
    line.add(number)
    line.add(length)
    return .done([line])
  }

  mutating func tellSendReports(now: Instant) {
    while let index = reports.firstIndex(where: { $0.due <= now }) {
      let report = reports.remove(at: index)
      var line = Line(format.head("+NSOSTR"))
      line.add(report.socket)
      line.add(report.sequence)
      line.add(network.isRegistered ? 1 : 0)
      announce(line, now: now)
    }
  }

  /// `+NSORF=<socket>,<length>`: as much of the oldest datagram as is asked for; nothing but OK when there is none.
  private mutating func readSocket(
    _ command: borrowing Command
  ) throws(CommandError) -> Outcome {
    var parameters = command.parameters
    let number = try parameters.number(0...255)
    let most = try parameters.number(1...configuration.dialect.longestDatagram)
    try parameters.end()
    guard isOpen(number) else { return .refused(.noSuchSocket) }
    guard sockets[number]?.queue.isEmpty == false else { return .done }
    return .done([readOldest(most, of: number)])
  }

  private mutating func closeSocket(
    _ command: borrowing Command
  ) throws(CommandError) -> Outcome {
    var parameters = command.parameters
    let number = try parameters.number(0...255)
    try parameters.end()
    guard isOpen(number) else { return .refused(.noSuchSocket) }
    for datagram in sockets[number]?.queue ?? [] {
      drop(datagram.bytes.count, socket: number, "the socket was closed")
    }
    close(number)
    return .done
  }

  mutating func close(_ number: Int) {
    sockets[number] = nil
    request(.close(socket: number))
  }

  // MARK: Arrivals

  mutating func receive(_ datagram: [UInt8], from: Endpoint, socket number: Int, now: Instant) {
    guard isOpen(number), let socket = sockets[number] else {
      return drop(datagram.count, socket: number, "no such socket")
    }
    guard network.isRegistered else { return drop(datagram.count, socket: number, "no network") }
    change(now: now) { $0.received(now: now) }
    guard !datagram.isEmpty else { return drop(0, socket: number, "nothing in it") }
    guard socket.control != .ignore else {
      return drop(datagram.count, socket: number, "receiving is switched off")
    }
    guard socket.queue.count < configuration.queueLength else {
      return drop(datagram.count, socket: number, "the queue is full")
    }
    guard socket.control != .push || !uart.isFull else {
      return drop(datagram.count, socket: number, "the line is too slow for it")
    }
    report(.received(socket: number, from: from, length: datagram.count))
    sockets[number]?.queue.append(ModuleSocket.Arrival(from: from, bytes: datagram[...]))
    if socket.control == .push {
      push(number, now: now)
    } else if socket.queue.isEmpty {
      var line = Line(format.head("+NSONMI"))
      line.add(number)
      line.add(datagram.count)
      announce(line, now: now)
    }
  }

  /// A datagram that is longer than the dialect leaves in pieces; the last has nothing remaining.
  private mutating func push(_ number: Int, now: Instant) {
    while sockets[number]?.queue.isEmpty == false {
      let line = readOldest(
        configuration.dialect.longestDatagram, of: number, head: format.head("+NSORF"))
      announce(line, now: now)
    }
  }

  private mutating func readOldest(_ most: Int, of number: Int, head: String = "") -> Line {
    sockets[number]?.read(most, of: number, head: head) ?? Line()
  }

  private mutating func drop(_ length: Int, socket: Int, _ reason: String) {
    dropped += 1
    report(.dropped(socket: socket, length: length, reason: reason))
  }

  // MARK: Names

  /// `+CMDNS="<name>"`: OK, and the address in a line behind it.
  private mutating func lookUp(_ command: borrowing Command) throws(CommandError) -> Outcome {
    var parameters = command.parameters
    let host = String(try parameters.text())
    try parameters.end()
    guard network.isRegistered else { return .refused(.noNetwork) }
    request(.lookUp(host))
    return .waits(.address(host: host))
  }

  mutating func finishLookUp(_ host: String, _ address: Endpoint.Host?, now: Instant) {
    guard job?.wait == .address(host: host) else { return }
    guard let address else {
      return finish(.equipment(EquipmentError.unknown.rawValue), now: now)
    }
    var line = Line(format.head("+CMDNS"))
    line.add(word: String(describing: address))
    job?.afterwards = line
    job?.wait = .nothing
    proceed(now: now)
  }
}

/// `+NSOSTR`, which tells whether a numbered datagram has left.
struct SendReport: Sendable {
  let socket: Int
  let sequence: UInt8
  let due: Instant

  /// From the answer of the command to the radio having sent the datagram.
  static var delay: Milliseconds { Milliseconds(200) }

  init(socket: Int, sequence: UInt8, now: Instant) {
    self.socket = socket
    self.sequence = sequence
    due = now + SendReport.delay
  }
}

extension ParameterReader {
  /// Four numbers with dots between them, with quotes or without.
  mutating func address() throws(CommandError) -> Endpoint.Host {
    let text = String(decoding: Array(copying: try word()), as: UTF8.self)
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { $0.allSatisfy(\.isNumber) ? UInt8($0) : nil }
    guard parts.count == 4, bytes.count == 4 else { throw fault(.unknown) }
    return .ipv4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// Release assistance of `+NSOSTF`; 0x100 is a message of high priority.
  fileprivate mutating func flag() throws(CommandError) -> UInt32 {
    let flag = try number(UInt32(0)...0x400)
    guard [0, 0x100, 0x200, 0x400].contains(flag) else { throw fault(.unknown) }
    return flag
  }
}
