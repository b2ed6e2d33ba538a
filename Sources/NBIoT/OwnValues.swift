import LwM2MClient
import LwM2MModel

/// What objects 1 and 3 of the SDK hold that changes (LwM2M 1.0 appendix E.2 and E.4).
struct OwnValues {
  /// Seconds, all four.
  private var lifetime: UInt32
  private var minimumPeriod: UInt32 = 0
  private var maximumPeriod: UInt32 = 0
  private var disableTimeout: UInt32 = 86_400
  /// 1 until a bootstrap server says otherwise.
  private var serverID: UInt16 = 1
  /// Behind the last there is 0.
  private var errors: InlineArray<8, UInt8> = [0, 0, 0, 0, 0, 0, 0, 0]
  private(set) var stores = true
  private(set) var binding: Binding

  init(_ configuration: EngineConfiguration) {
    lifetime = configuration.lifetime
    binding = configuration.binding
  }

  /// How many instances the error code has: the one that says that there is no error, or one for each.
  var errorCount: Int {
    var count = 1
    while count < errors.count, errors[count & 7] != 0 { count &+= 1 }
    return count
  }

  func number(_ slot: UInt16, at index: Int) -> UInt32 {
    switch slot {
    case BuiltInSlot.serverID: UInt32(truncatingIfNeeded: serverID)
    case BuiltInSlot.lifetime: lifetime
    case BuiltInSlot.minimumPeriod: minimumPeriod
    case BuiltInSlot.maximumPeriod: maximumPeriod
    case BuiltInSlot.disableTimeout: disableTimeout
    case BuiltInSlot.errorCode: UInt32(truncatingIfNeeded: errors[index & 7])
    default: 0
    }
  }

  @inline(never)
  mutating func store(_ value: borrowing Value, in slot: UInt16) {
    switch copy value {
    case .integer(let number): store(UInt32(truncatingIfNeeded: number), in: slot)
    case .boolean(let flag): stores = flag
    case .string(let text): binding = Binding(text) ?? binding
    case .float, .opaque, .hexString: break
    }
  }

  private mutating func store(_ number: UInt32, in slot: UInt16) {
    switch slot {
    case BuiltInSlot.serverID: serverID = UInt16(truncatingIfNeeded: number)
    case BuiltInSlot.lifetime: lifetime = number
    case BuiltInSlot.minimumPeriod: minimumPeriod = number
    case BuiltInSlot.maximumPeriod: maximumPeriod = number
    case BuiltInSlot.disableTimeout: disableTimeout = number
    case BuiltInSlot.errorCode: _ = note(error: UInt8(truncatingIfNeeded: number))
    default: break
    }
  }

  /// What became of an error.
  enum Noting: UInt8 {
    case changed
    case nothingNew
    case noRoom
  }

  /// Each code is there once; 0 ends all.
  mutating func note(error code: UInt8) -> Noting {
    guard code != 0 else {
      let isNew = errors[0] != 0
      errors = [0, 0, 0, 0, 0, 0, 0, 0]
      return isNew ? .changed : .nothingNew
    }
    var index = 0
    while index < errors.count, errors[index & 7] != 0 {
      if errors[index & 7] == code { return .nothingNew }
      index &+= 1
    }
    guard index < errors.count else { return .noRoom }
    errors[index & 7] = code
    return .changed
  }
}
