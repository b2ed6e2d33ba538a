import DuelFirmware
import NBIoTBytes
import NBModule

/// What kind of world a seed is.
struct WorldPlan {
  /// What goes wrong while it does.
  enum Trouble: CaseIterable {
    case nothing
    /// Answers are late, and unasked lines come in between: nothing may be lost by that.
    case disorder
    case lostCharacters
    case refusals
    case reboots
    case outages
    case everything
  }

  var module = ModuleConfiguration()
  var firmware: duel_options_t
  var faults = Faults()
  let trouble: Trouble
  /// The network is gone and comes back, and the module is restarted from outside.
  var hasOutages: Bool { trouble == .outages || trouble == .everything }
  /// Nothing may be lost in it.
  var isOrderly: Bool { trouble == .nothing || trouble == .disorder }
  /// How long things go wrong.
  let span: UInt32
  let hasEcho: Bool

  init(seed: UInt64, _ dice: inout Dice) {
    trouble = Trouble.allCases[Int(seed % UInt64(Trouble.allCases.count))]
    span = UInt32(dice.draw(20_000...60_000))
    module.dialect = dice.pick(Dialect.allCases)
    module.baud = dice.pick([0, 9600, 115_200])
    module.queueLength = dice.draw(4...16)
    module.registrationTime = Milliseconds(UInt32(dice.draw(500...8000)))
    hasEcho = dice.strikes(3)
    module.echoes = hasEcho
    let datagram: UInt16 = module.dialect == .m5310A ? 1358 : 512
    let sockets = dice.draw(1...6)
    firmware = duel_options_t(
      uart_size: UInt32(dice.pick([64, 256, 4096])),
      receive_size: UInt32(sockets * dice.draw(Int(datagram) + 10...4000)), datagram: datagram,
      gap_ms: UInt16(dice.draw(0...50)), sockets: UInt8(sockets), push: dice.strikes(2) ? 1 : 0,
      release: dice.strikes(2) ? 1 : 0)
    plant(&dice)
  }

  private mutating func plant(_ dice: inout Dice) {
    let rate = Double(dice.draw(1...30)) / 100
    switch trouble {
    case .nothing, .outages: break
    case .disorder:
      faults.delay = rate
      faults.interleaving = rate
    case .lostCharacters:
      faults.lossIn = rate / 30
      faults.lossOut = rate / 30
    case .refusals: faults.refusal = rate
    case .reboots: faults.reboot = rate / 4
    case .everything:
      faults = .all(rate / 2)
      faults.reboot = rate / 20
    }
  }
}
