/// How a command line ends.
public enum FinalResult: Equatable, Sendable {
  case ok
  case error
  /// An error of the mobile equipment (3GPP TS 27.007 section 9.2); how it is told is up to `+CMEE`.
  case equipment(UInt16)

  /// V.250 table 1.
  var number: UInt8 {
    self == .ok ? 0 : 4
  }
}

/// What `+CMEE` sets (3GPP TS 27.007 section 9.1).
public enum ErrorReports: UInt8, Equatable, Sendable {
  case plain = 0
  case numeric = 1
  /// In words, where 27.007 has some.
  case verbose = 2

  static func words(_ number: UInt16) -> String? {
    switch number {
    case 3: "operation not allowed"
    case 4: "operation not supported"
    case 23: "memory full"
    case 30: "no network service"
    case 50: "Incorrect parameters"
    case 51: "command implemented but currently disabled"
    case 52: "command aborted by user"
    case 100: "unknown"
    default: nil
    }
  }
}
