import ATCommands

/// Who the module is, and the commands that firmware sends as a matter of form.
extension NBModule {
  mutating func identityCommand(
    _ name: String, _ command: borrowing Command
  ) throws(CommandError) -> Outcome {
    switch name {
    case "Z", "&F":
      format = AnswerFormat(configuration)
      return .done
    case "&W": return .done
    case "I":
      return .done([Line(maker), Line(configuration.dialect.model), Line("Revision:" + revision)])
    case "+CGMI": return try constant(command, Line(maker))
    case "+CGMM": return try constant(command, Line(configuration.dialect.model))
    case "+CGMR": return try constant(command, Line(revision))
    case "+CIMI": return try constant(command, Line(configuration.imsi))
    case "+CGSN": return try serialNumber(command)
    case "+CSQ":
      var line = Line(format.head("+CSQ"))
      line.add(network.isRegistered ? 18 : 99)
      line.add(99)
      return try constant(command, line)
    case "+NRB":
      guard command.form == .execute else { throw .formUnsupported }
      return .restarts
    case "+CPSMS", "+CEDRXS": return try powerSaving(command)
    default: return .unknown
    }
  }

  private var maker: String { configuration.dialect == .bc95 ? "Quectel" : "CMCC" }
  private var revision: String { configuration.dialect.model + "-SIM" }

  private func constant(_ command: borrowing Command, _ line: Line) throws(CommandError) -> Outcome
  {
    switch command.form {
    case .execute: return .done([line])
    case .test: return .done
    case .read, .set: throw .formUnsupported
    }
  }

  /// 27.007 section 5.4: 1 is the IMEI, 0 the maker's own number, which is the same here.
  private func serialNumber(_ command: borrowing Command) throws(CommandError) -> Outcome {
    switch command.form {
    case .execute: return .done([Line(configuration.imei)])
    case .test:
      var line = Line(format.head("+CGSN"))
      line.add(word: "(0,1)")
      return .done([line])
    case .set:
      var parameters = command.parameters
      let kind = try parameters.number(0...1)
      try parameters.end()
      guard kind == 1 else { return .done([Line(configuration.imei)]) }
      var line = Line(format.head("+CGSN"))
      line.add(word: configuration.imei)
      return .done([line])
    case .read: throw .formUnsupported
    }
  }

  /// Taken, and without effect: this module does not sleep.
  private func powerSaving(_ command: borrowing Command) throws(CommandError) -> Outcome {
    guard command.form == .set else { throw .formUnsupported }
    var parameters = command.parameters
    _ = try parameters.number(0...3, orElse: 0)
    return .done
  }
}
