import ConsoleText
import NBModule

extension Faults {
  /// What each is called on the command line and in orders.
  public static let names: [(name: String, meaning: String)] = [
    ("loss-in", "a character from the MCU is lost"),
    ("loss-out", "a character to the MCU is lost"),
    ("delay", "the answer to a command is late"),
    ("urc", "an unsolicited line comes in the middle of an answer"),
    ("reboot", "the module restarts instead of answering"),
    ("refusal", "a command is answered by +CME ERROR"),
    ("all", "each of these, characters at a hundredth of the rate"),
  ]

  /// Takes over the rate of one fault, or of all; false when none is called so.
  mutating func set(_ name: String, _ rate: Double) -> Bool {
    switch name {
    case "loss-in": lossIn = rate
    case "loss-out": lossOut = rate
    case "delay": delay = rate
    case "urc": interleaving = rate
    case "reboot": reboot = rate
    case "refusal": refusal = rate
    case "all":
      let longest = longestDelay
      self = .all(rate)
      longestDelay = longest
    default: return false
    }
    return true
  }

  /// 0 ... 1.
  static func rate(_ text: String) -> Double? {
    guard let rate = Double(text), (0...1).contains(rate) else { return nil }
    return rate
  }
}
