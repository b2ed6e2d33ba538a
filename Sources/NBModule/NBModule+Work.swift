import ATCommands
import NBIoTBytes

/// What happens by itself, each thing at its own time even when it is looked at later.
extension NBModule {
  var workDeadline: Instant {
    if let boot { return boot.end }
    return min(
      job?.due ?? .never, network.deadline, reports.map(\.due).min() ?? .never)
  }

  mutating func work(until now: Instant) {
    while workDeadline <= now { work(at: workDeadline) }
  }

  private mutating func work(at moment: Instant) {
    if let boot {
      self.boot = nil
      start(boot.cause, now: moment)
    } else if let job, job.due <= moment {
      answer(job, now: moment)
    } else if network.deadline <= moment {
      change(now: moment) { _ in }
    } else {
      tellSendReports(now: moment)
    }
  }

  /// Whatever the module knew is gone.
  mutating func restart(_ cause: ModuleEvent.Cause, now: Instant) {
    for number in sockets.indices where sockets[number] != nil { close(number) }
    let isCovered = network.isCovered
    network = Network(configuration)
    network.isCovered = isCovered
    settings = Settings(configuration)
    format = AnswerFormat(configuration)
    editor = LineEditor(longest: NBModule.longestLine)
    // What a command said before it restarted the module still leaves.
    if cause != .command { uart.clear() }
    waiting = []
    job = nil
    reports = []
    boot = (now + configuration.bootTime, cause)
    report(.restarted(cause))
  }

  private mutating func start(_ cause: ModuleEvent.Cause, now: Instant) {
    for text in configuration.dialect.banner(cause) { say(Line(text), now: now) }
    change(now: now) { _ in }
  }

  // MARK: What is said

  mutating func say(_ line: Line, now: Instant) {
    put(format.information(line.bytes), line, now: now)
  }

  /// A line that no command asked for.
  mutating func announce(_ line: Line, now: Instant) {
    let bytes = format.unsolicited(line.bytes)
    if !bytes.isEmpty { put(bytes, line, now: now) }
  }

  mutating func say(_ result: FinalResult, now: Instant) {
    let bytes = format.result(result)
    if !bytes.isEmpty { put(bytes, Line(format.text(of: result)), now: now) }
  }

  private mutating func put(_ bytes: [UInt8], _ line: Line, now: Instant) {
    uart.put(bytes, now: now)
    report(.said(String(decoding: line.bytes, as: UTF8.self)))
  }

  // MARK: The network

  /// Changes what the network depends on and tells what came of it.
  mutating func change(now: Instant, _ change: (inout Network) -> Void) {
    let before = network
    change(&network)
    network.settle(now: now)
    if network.isConnected != before.isConnected {
      report(.radio(isConnected: network.isConnected))
      if settings.tellsRadio { announce(radioLine(), now: now) }
    }
    if network.registration != before.registration {
      report(.registration(network.registration))
      if settings.registrationReports > 0 { announce(registrationLine(), now: now) }
    }
  }

  /// `+CSCON:<mode>`
  func radioLine() -> Line {
    var line = Line(format.head("+CSCON"))
    line.add(network.isConnected ? 1 : 0)
    return line
  }

  /// `+CEREG:<stat>[,<tac>,<ci>,<AcT>]`
  func registrationLine() -> Line {
    var line = Line(format.head("+CEREG"))
    line.add(network.registration)
    if settings.registrationReports > 1 || configuration.dialect.alwaysTellsCell {
      addCell(to: &line)
    }
    return line
  }

  func addCell(to line: inout Line) {
    guard network.isRegistered else { return }
    let texts = [UInt32(configuration.trackingArea), configuration.cell].map {
      String($0, radix: 16, uppercase: true)
    }
    for text in texts {
      if configuration.dialect.quotesCell {
        line.add(text: Array(text.utf8))
      } else {
        line.add(word: text)
      }
    }
    line.add(configuration.dialect.accessTechnology)
  }
}
