import LwM2MModel
import NBIoTBytes

/// What the server may write of objects 1 and 3 (LwM2M 1.0 appendix E.2), and what follows from it.
extension Engine where Store: ~Copyable {
  /// Whether a value of the right type is one the resource can have.
  @inline(never)
  func accepts(_ value: borrowing Value, for slot: UInt16) -> Bool {
    switch copy value {
    case .integer(let number):
      slot == BuiltInSlot.lifetime
        ? Lifetime.range.contains(number) : UInt32(exactly: number) != nil
    case .string(let text): Binding(text) != nil
    default: true
    }
  }

  /// Stores a value that was accepted.
  @inline(never)
  mutating func keep(_ value: borrowing Value, in slot: UInt16, now: Instant) {
    store.store(value, in: slot, at: 0)
    switch copy value {
    case .integer(let number): keep(UInt32(truncatingIfNeeded: number), in: slot, now: now)
    case .string(let text): change(Binding(text) ?? binding, now: now)
    default: break
    }
  }

  private mutating func keep(_ number: UInt32, in slot: UInt16, now: Instant) {
    switch slot {
    case BuiltInSlot.lifetime: report(lifetime: number)
    case BuiltInSlot.minimumPeriod: minimumPeriod = number
    case BuiltInSlot.maximumPeriod: maximumPeriod = number
    default: break
    }
    // Whatever is observed without periods of its own is looked at anew.
    observations.scheduleAnew()
  }

  mutating func changeLifetime(_ seconds: UInt32) {
    store.store(.integer(Int64(seconds)), in: BuiltInSlot.lifetime, at: 0)
    report(lifetime: seconds)
  }

  /// A new lifetime is reported at once (ETS int-102).
  private mutating func report(lifetime seconds: UInt32) {
    guard seconds != lifetime else { return }
    lifetime = seconds
    want(changed: .lifetime)
  }

  /// So is a new binding; /3/0/16 is another name for it.
  private mutating func change(_ next: Binding, now: Instant) {
    guard next != binding else { return }
    binding = next
    sleepsAt = .never
    want(changed: .binding)
    markChanged(Path(3, 0, 16), now: now)
  }
}
