/// A point in time: milliseconds since an epoch that only the caller knows.
///
/// The core never reads a clock; every entry point takes `now`. 64 bits never wrap, so plain comparison orders
/// instants; the ring extends the platform's wrapping 32-bit counter.
public struct Instant: Comparable, BitwiseCopyable, Sendable {
  public var milliseconds: UInt64

  @inline(__always)
  public init(milliseconds: UInt64) {
    self.milliseconds = milliseconds
  }

  /// Later than every instant a device lives to see: "no deadline".
  public static var never: Instant {
    @inline(__always) get { Instant(milliseconds: .max) }
  }

  @inline(__always)
  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  @inline(__always)
  public static func == (left: Instant, right: Instant) -> Bool {
    left.milliseconds == right.milliseconds
  }

  /// `never` stays `never`; nothing else gets near the end of 64 bits.
  @inline(never)
  public static func + (instant: Instant, duration: Milliseconds) -> Instant {
    let (sum, overflow) = instant.milliseconds.addingReportingOverflow(UInt64(duration.count))
    return overflow ? .never : Instant(milliseconds: sum)
  }

  /// Milliseconds from `earlier` to here, clamped to 0 ... `UInt32.max`.
  public func since(_ earlier: Instant) -> Milliseconds {
    guard milliseconds > earlier.milliseconds else { return Milliseconds(0) }
    return Milliseconds(UInt32(clamping: milliseconds &- earlier.milliseconds))
  }
}

/// A span of time in milliseconds, at most 49.7 days.
public struct Milliseconds: Comparable, BitwiseCopyable, Sendable {
  public var count: UInt32

  @inline(__always)
  public init(_ count: UInt32) {
    self.count = count
  }

  /// Whole seconds, clamped to what 32 bits of milliseconds hold.
  public static func seconds(_ seconds: UInt32) -> Milliseconds {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return Milliseconds(overflow ? .max : product)
  }

  @inline(__always)
  public static func < (left: Milliseconds, right: Milliseconds) -> Bool {
    left.count < right.count
  }
}

extension Instant {
  /// For spans longer than `Milliseconds` holds, such as lifetimes.
  @inline(never)
  public func adding(seconds: UInt32) -> Instant {
    let (sum, overflow) = milliseconds.addingReportingOverflow(UInt64(seconds) &* 1000)
    return overflow ? .never : Instant(milliseconds: sum)
  }
}
