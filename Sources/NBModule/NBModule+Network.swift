import ATCommands
import NBIoTBytes

/// Registration, radio and packet service.
extension NBModule {
  mutating func networkCommand(
    _ name: String, _ command: borrowing Command, now: Instant
  ) throws(CommandError) -> Outcome {
    switch name {
    case "+COPS": return try chooseOperator(command, now: now)
    case "+NEARFCN": return try lockFrequency(command, now: now)
    case "+CSCON": return try reportRadio(command)
    case "+CEREG": return try reportRegistration(command)
    case "+CGATT":
      return try switching(command, network.isAttached, now: now) { $0.isAttached = $1 }
    case "+CFUN":
      return try switching(command, network.isSwitchedOn, now: now) { $0.isSwitchedOn = $1 }
    case "+CGDCONT": return try defineContext(command)
    case "+CGPADDR": return try tellAddress(command)
    default: return .unknown
    }
  }

  /// One line with the command's name and `values`.
  private func values(_ command: borrowing Command, _ values: Int...) -> Outcome {
    var line = head(command)
    for value in values { line.add(value) }
    return .done([line])
  }

  /// One line that says which values there are.
  private func range(_ command: borrowing Command, _ text: String) -> Outcome {
    var line = head(command)
    line.add(word: text)
    return .done([line])
  }

  private func head(_ command: borrowing Command) -> Line {
    Line(format.head(String(decoding: Array(copying: command.name), as: UTF8.self).uppercased()))
  }

  /// `+COPS=<mode>[,<format>[,<oper>[,<AcT>]]]` with the modes 0 ... 2 and the format 2.
  private mutating func chooseOperator(
    _ command: borrowing Command, now: Instant
  ) throws(CommandError) -> Outcome {
    switch command.form {
    case .test: return range(command, "(2,,,\"\(configuration.plmn)\"),,(0-2),(2)")
    case .execute: throw .formUnsupported
    case .read:
      var line = head(command)
      line.add(network.operatorMode)
      if network.isRegistered {
        line.add(2)
        line.add(text: Array(configuration.plmn.utf8))
      }
      return .done([line])
    case .set:
      var parameters = command.parameters
      let mode = try parameters.number(UInt8(0)...2)
      _ = try parameters.number(2...2, orElse: 2)
      let chosen = try parameters.string(orElse: "")
      _ = try parameters.number(0...9, orElse: 9)
      try parameters.end()
      guard mode != 1 || !chosen.isEmpty else { throw .parameter(3, .missing) }
      change(now: now) {
        $0.operatorMode = mode
        $0.chosen = chosen
      }
      return .done
    }
  }

  /// `+NEARFCN=0,<earfcn>[,<pci>]`; 0 takes the lock away. No restart keeps it.
  private mutating func lockFrequency(
    _ command: borrowing Command, now: Instant
  ) throws(CommandError) -> Outcome {
    guard command.form == .set else { throw .formUnsupported }
    var parameters = command.parameters
    _ = try parameters.number(0...0)
    let earfcn = try parameters.number(UInt32(0)...262_143)
    _ = try parameters.hexadecimalNumber(0...0x1F7, orElse: 0)
    try parameters.end()
    change(now: now) { $0.lock = earfcn }
    return .done
  }

  private mutating func reportRadio(_ command: borrowing Command) throws(CommandError) -> Outcome {
    switch command.form {
    case .read: return values(command, settings.tellsRadio ? 1 : 0, network.isConnected ? 1 : 0)
    case .test: return range(command, "(0,1)")
    case .execute: throw .formUnsupported
    case .set:
      var parameters = command.parameters
      settings.tellsRadio = try parameters.number(0...1) == 1
      try parameters.end()
      return .done
    }
  }

  private mutating func reportRegistration(
    _ command: borrowing Command
  ) throws(CommandError) -> Outcome {
    switch command.form {
    case .read:
      var line = head(command)
      line.add(settings.registrationReports)
      line.add(network.registration)
      if settings.registrationReports > 1 { addCell(to: &line) }
      return .done([line])
    case .test: return range(command, "(0-5)")
    case .execute: throw .formUnsupported
    case .set:
      var parameters = command.parameters
      settings.registrationReports = try parameters.number(UInt8(0)...5)
      try parameters.end()
      return .done
    }
  }

  /// `+CGATT` and `+CFUN`: 0 or 1, with effect on the network.
  private mutating func switching(
    _ command: borrowing Command, _ isOn: Bool, now: Instant,
    _ set: (inout Network, Bool) -> Void
  ) throws(CommandError) -> Outcome {
    switch command.form {
    case .read: return values(command, isOn ? 1 : 0)
    case .test: return range(command, "(0,1)")
    case .execute: throw .formUnsupported
    case .set:
      var parameters = command.parameters
      let value = try parameters.number(0...1)
      try parameters.end()
      change(now: now) { set(&$0, value == 1) }
      return .done
    }
  }

  /// `+CGDCONT=<cid>,<type>,<apn>`; told as `+CGDCONT:<cid>,"IP","<apn>",,0,0`.
  private mutating func defineContext(
    _ command: borrowing Command
  ) throws(CommandError) -> Outcome {
    switch command.form {
    case .read:
      return .done(
        settings.contexts.sorted { $0.key < $1.key }.map { number, context in
          var line = head(command)
          line.add(number)
          line.add(text: Array(context.type.utf8))
          line.add(text: Array(context.apn.utf8))
          line.addOmitted()
          line.add(0)
          line.add(0)
          return line
        })
    case .test: return range(command, "(0-10),(\"IP\",\"NONIP\",\"IPV6\",\"IPV4V6\"),,,(0),(0)")
    case .execute: throw .formUnsupported
    case .set:
      var parameters = command.parameters
      let number = try parameters.number(UInt8(0)...10)
      let type = String(try parameters.text())
      guard ["IP", "NONIP", "IPV6", "IPV4V6"].contains(type) else {
        throw parameters.fault(.unknown)
      }
      let apn = try parameters.string(orElse: "")
      settings.contexts[number] = Settings.Context(type: type, apn: apn)
      return .done
    }
  }

  /// `+CGPADDR:<cid>,<address>`; without the address while there is no network.
  private func tellAddress(_ command: borrowing Command) throws(CommandError) -> Outcome {
    guard command.form == .execute else { throw .formUnsupported }
    var line = head(command)
    line.add(0)
    if network.isRegistered { line.add(word: "10.169.36.15") }
    return .done([line])
  }
}

extension ParameterReader {
  mutating func string(orElse usual: String) throws(CommandError) -> String {
    guard let text = try optionalText() else { return usual }
    return String(text)
  }
}

extension String {
  init(_ text: borrowing QuotedText) {
    self = String(decoding: text.bytes, as: UTF8.self)
  }
}
