import NBIoTBytes

/// What goes wrong, each at its own rate: 0 never, 1 always. Drawn from the module's seed.
public struct Faults: Equatable, Sendable {
  /// A character from the MCU is lost; for each character.
  public var lossIn = 0.0
  /// A character to the MCU is lost; for each character.
  public var lossOut = 0.0
  /// The answer to a command is late by up to `longestDelay`; for each command line.
  public var delay = 0.0
  public var longestDelay = Milliseconds(3000)
  /// An unsolicited line comes in front of an answer, or between its information and its result; for each command line.
  public var interleaving = 0.0
  /// The module restarts instead of answering; for each command line.
  public var reboot = 0.0
  /// `+CME ERROR` instead of doing what was asked; for each command line.
  public var refusal = 0.0

  public init() {}

  /// Everything goes wrong at this rate, single characters at a hundredth of it.
  public static func all(_ rate: Double) -> Faults {
    var faults = Faults()
    faults.lossIn = rate / 100
    faults.lossOut = rate / 100
    faults.delay = rate
    faults.interleaving = rate
    faults.reboot = rate
    faults.refusal = rate
    return faults
  }
}
