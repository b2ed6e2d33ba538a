import ATCommands

/// What commands set, and a restart resets.
struct Settings: Equatable, Sendable {
  /// `<n>` of `+CSCON`.
  var tellsRadio = false
  /// `<n>` of `+CEREG`, 0 ... 5.
  var registrationReports: UInt8 = 0
  /// APN and type of `+CGDCONT`, by context.
  var contexts: [UInt8: Context]

  struct Context: Equatable, Sendable {
    let type: String
    let apn: String
  }

  init(_ configuration: ModuleConfiguration) {
    contexts = [0: Context(type: "IP", apn: configuration.apn)]
  }
}

extension AnswerFormat {
  /// As it is after a restart.
  init(_ configuration: ModuleConfiguration) {
    self.init()
    echoes = configuration.echoes
    hasBlanks = configuration.dialect.hasBlanks
    errorReports = ErrorReports(rawValue: configuration.dialect.errorReports) ?? .plain
  }
}
