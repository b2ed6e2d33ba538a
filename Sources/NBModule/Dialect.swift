/// The firmware that is played. What the vendors' documents leave open is said with each property.
public enum Dialect: String, CaseIterable, Sendable {
  /// The early M5310 of the customer's guide.
  case m5310
  /// Its successor.
  case m5310A = "m5310-a"
  /// HiSilicon's own firmware under Quectel's name.
  case bc95

  /// Longest datagram of one command, in bytes.
  var longestDatagram: Int {
    self == .m5310A ? 1358 : 512
  }

  /// The M5310's documents have no blank behind a colon. For the BC95 nothing is said: it has one, as 3GPP TS 27.007 does, so
  /// that firmware meets both.
  var hasBlanks: Bool {
    self == .bc95
  }

  /// What `+CMEE` is after a restart. The M5310's documents list the numbers and switch nothing on; 27.007 begins with 0.
  var errorReports: UInt8 {
    self == .bc95 ? 0 : 1
  }

  /// The guide's `+CEREG:1,19E6,94,7` is the form of n = 2, though it sets 1.
  var alwaysTellsCell: Bool {
    self == .m5310
  }

  /// `<AcT>`: the guide has 7, E-UTRAN; 27.007 has 9 for NB-IoT.
  var accessTechnology: UInt8 {
    self == .m5310 ? 7 : 9
  }

  /// Where 27.007 has the area and the cell in quotes, the guide has none.
  var quotesCell: Bool {
    self == .bc95
  }

  var model: String {
    switch self {
    case .m5310: "M5310"
    case .m5310A: "M5310-A"
    case .bc95: "BC95-B8"
    }
  }

  /// What is said when the module is up; the guide shows it for the M5310, the others begin with the cause as HiSilicon's
  /// firmware does.
  func banner(_ cause: ModuleEvent.Cause) -> [String] {
    let reason =
      switch cause {
      case .power: "REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET"
      case .command: "REBOOT_CAUSE_APPLICATION_AT"
      case .order, .fault: "REBOOT_CAUSE_APPLICATION_WATCHDOG"
      }
    return switch self {
    case .m5310: ["M5310", "OK"]
    case .m5310A: [reason, "M5310-A", "OK"]
    case .bc95: [reason, "Neul", "OK"]
    }
  }
}
