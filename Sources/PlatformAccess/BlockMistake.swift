/// What the access server does wrong with blocks on purpose, so that a device can be tried.
public enum BlockMistake: String, CaseIterable, Sendable {
  case gap
  case `repeat`
  case smaller
  case otherFormat = "other-format"
  case short
  case reserved
  case abandon
  case tooLarge = "too-large"
  case incomplete
  case lostContinue = "lost-continue"

  public var explanation: String {
    switch self {
    case .gap: "the second block of a Write is left out"
    case .repeat: "the first block of a Write is sent twice, the second time as a new message"
    case .smaller: "from the second one on the blocks of a Write have half the size"
    case .otherFormat: "from the second one on the blocks of a Write are of another format"
    case .short: "the second block of a Write lacks its last byte"
    case .reserved: "the second block of a Write has the reserved size 7"
    case .abandon: "a Write ends after its first block"
    case .tooLarge: "the first block of a Register or Update is answered 4.13 with half the size"
    case .incomplete: "the second block of a Register or Update is answered 4.08"
    case .lostContinue: "the 2.31 to the first block of a Register or Update is lost"
    }
  }

  /// It is made with what the device sends.
  var isOfUplink: Bool {
    switch self {
    case .tooLarge, .incomplete, .lostContinue: true
    default: false
    }
  }
}

/// The mistake that is made, and how often yet.
public struct BlockMistakes: Equatable, Sendable {
  public private(set) var mistake: BlockMistake?
  /// `nil` for always.
  public private(set) var left: UInt32?

  public init() {}

  public mutating func set(_ mistake: BlockMistake?, times: UInt32?) {
    self.mistake = times == 0 ? nil : mistake
    left = times
  }

  /// The mistake to be made now, when it is one of those; it counts as made.
  mutating func take(where applies: (BlockMistake) -> Bool) -> BlockMistake? {
    guard let mistake, applies(mistake) else { return nil }
    if let left { set(left > 1 ? mistake : nil, times: left - 1) }
    return mistake
  }
}
