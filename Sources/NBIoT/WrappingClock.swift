import NBIoTBytes

/// Extends the platform's 32-bit millisecond counter, which wraps every 49.7 days, to an `Instant`.
struct WrappingClock {
  /// The last reading.
  private(set) var reading: UInt32
  private(set) var now: Instant

  init(_ reading: UInt32) {
    self.reading = reading
    // Far from zero, which means "due at once" to timers that have never run.
    now = Instant(milliseconds: 1 &<< 32 | UInt64(reading))
  }

  /// Takes a reading. A counter that stepped back by less than 2³¹ ms is treated as standing still; the return value
  /// is by how much it did.
  @inline(__always)
  mutating func advance(to reading: UInt32) -> UInt32 {
    let delta = reading &- self.reading
    self.reading = reading
    if delta < 0x8000_0000 {
      now = Instant(milliseconds: now.milliseconds &+ UInt64(truncatingIfNeeded: delta))
      return 0
    }
    return 0 &- delta
  }
}
