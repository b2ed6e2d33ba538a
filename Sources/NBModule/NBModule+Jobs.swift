import ATCommands
import NBIoTBytes

/// From a command line to its answer.
extension NBModule {
  /// Takes the characters that wait, up to the end of a line, or as long as there is room for what they bring about.
  mutating func listen(now: Instant) {
    var count = 0
    while job == nil, boot == nil, !uart.isFull, count < waiting.count {
      let byte = waiting[count]
      count += 1
      if format.echoes { uart.put([byte], now: now) }
      switch editor.take(byte, format.characters) {
      case .nothing: break
      case .line, .again: begin(now: now)
      case .tooLong: refuseLongLine(now: now)
      }
    }
    waiting.removeFirst(min(count, waiting.count))
  }

  private mutating func begin(now: Instant) {
    report(.heard("AT" + String(decoding: editor.line, as: UTF8.self)))
    job = Job(editor.line)
    if let code = refusal() {
      finish(.equipment(code), now: now)
    } else {
      proceed(now: now)
    }
  }

  private mutating func refuseLongLine(now: Instant) {
    job = Job([])
    finish(.equipment(EquipmentError.parameter.rawValue), now: now)
  }

  /// The number that is told instead of doing what is asked, by order or by fault.
  private mutating func refusal() -> UInt16? {
    if ordered.count > 0 {
      ordered.count -= 1
      return ordered.code
    }
    guard planter.strikes(planter.faults.refusal) else { return nil }
    let codes: [UInt16] = [3, 4, 23, 30, 50, 51, 52, 100, 159, 530]
    let code = codes[planter.draw(below: codes.count)]
    report(.fault(.refused(code)))
    return code
  }

  /// Carries out commands until one has to wait, fails, or is the last one.
  mutating func proceed(now: Instant) {
    guard var job else { return }
    self.job = nil
    do {
      while job.result == nil, job.wait == .nothing { try step(&job, now: now) }
    } catch {
      job.result = .equipment(EquipmentError(error).rawValue)
    }
    self.job = job
    if let result = job.result {
      finish(result, now: now)
    } else {
      self.job?.due = now + Job.patience
    }
  }

  private mutating func step(_ job: inout Job, now: Instant) throws(CommandError) {
    let line = job.line
    var reader = CommandReader(line.span, at: job.position)
    guard let command = try reader.next() else {
      job.result = .ok
      return
    }
    job.position = reader.position
    switch try perform(command, now: now) {
    case .done(let lines): job.information += lines
    case .waits(let wait): job.wait = wait
    case .refused(let reason): job.result = .equipment(reason.rawValue)
    case .unknown: job.result = .equipment(EquipmentError.unsupported.rawValue)
    case .restarts:
      job.restart = .command
      job.information.append(Line("REBOOTING"))
      job.result = .ok
    }
  }

  private mutating func perform(
    _ command: borrowing Command, now: Instant
  ) throws(CommandError) -> Outcome {
    if let line = try format.obey(command) { return .done(line.bytes.isEmpty ? [] : [line]) }
    let name = String(decoding: Array(copying: command.name), as: UTF8.self).uppercased()
    var outcome = try identityCommand(name, command)
    if outcome == .unknown { outcome = try networkCommand(name, command, now: now) }
    if outcome == .unknown { outcome = try socketCommand(name, command, now: now) }
    return outcome
  }

  /// The answer is known and leaves when it is time.
  mutating func finish(_ result: FinalResult, now: Instant) {
    job?.result = result
    job?.wait = .nothing
    job?.due = now + configuration.answerTime
    if planter.strikes(planter.faults.reboot) {
      report(.fault(.rebooted))
      job?.restart = .fault
      job?.information = []
    }
    guard planter.strikes(planter.faults.delay) else { return }
    let delay = Milliseconds(
      UInt32(planter.draw(below: Int(planter.faults.longestDelay.count) + 1)))
    report(.fault(.delayed(delay)))
    job?.due = now + configuration.answerTime + delay
  }

  mutating func answer(_ job: Job, now: Instant) {
    self.job = nil
    if case .port(let socket) = job.wait { close(socket) }
    let interruption = planter.strikes(planter.faults.interleaving) ? planter.draw(below: 2) : nil
    if interruption == 0 { interrupt(now: now) }
    for line in job.information { say(line, now: now) }
    if interruption == 1 { interrupt(now: now) }
    if let cause = job.restart {
      restart(cause, now: now)
      return
    }
    say(job.result ?? .equipment(EquipmentError.unknown.rawValue), now: now)
    if let line = job.afterwards { announce(line, now: now) }
    listen(now: now)
  }

  /// Says something true that nobody asked for, whether it was switched on or not.
  private mutating func interrupt(now: Instant) {
    let lines = [radioLine(), registrationLine(), Line("+CGEV: ME PDN ACT 0")]
    let line = lines[planter.draw(below: lines.count)]
    report(.fault(.interleaved(String(decoding: line.bytes, as: UTF8.self))))
    announce(line, now: now)
  }
}

extension EquipmentError {
  /// What the firmware says to a line that it does not understand.
  init(_ error: CommandError) {
    self = error == .formUnsupported ? .unsupported : .parameter
  }
}

extension Array where Element == UInt8 {
  init(copying span: Span<UInt8>) {
    self = span.indices.map { span[$0] }
  }
}
