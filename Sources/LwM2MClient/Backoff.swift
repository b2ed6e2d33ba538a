import CoAPWire
import NBIoTBytes

/// Why an attempt to register failed.
public enum BackoffCause: UInt8, BitwiseCopyable, Sendable {
  /// 4.xx: somebody has to change something.
  case refused
  /// 5.xx or 4.29: the server is busy.
  case overloaded
  /// No answer.
  case silent
  /// A Reset.
  case reset
  /// The name does not resolve.
  case unresolved
  /// The socket could not be opened, or broke.
  case socket
}

/// How long to wait before registering again. The SDK never stops by itself and never hammers: a server that is
/// bothered blacklists the address.
struct Backoff: BitwiseCopyable {
  private var failures: UInt8 = 0

  init() {}

  /// The next wait; `random` spreads it by a quarter either way. `maxAge`: seconds the server asked for, or 0.
  mutating func next(_ cause: BackoffCause, maxAge: UInt32, random: UInt32) -> Milliseconds {
    let first: UInt32 = cause == .refused || cause == .reset ? 60 : 30
    let cap: UInt32 = cause == .refused || cause == .reset ? 86_400 : 3_600
    let doubled = UInt64(first) &<< UInt64(min(failures, 12))
    if failures < 12 { failures &+= 1 }
    let seconds = UInt32(truncatingIfNeeded: min(doubled, UInt64(cap)))
    let base = UInt64(seconds) &* 1000
    let spread = (base / 2 &* UInt64(random)) &>> 32
    let jittered = Milliseconds(UInt32(truncatingIfNeeded: base &- base / 4 &+ spread))
    let wait = min(jittered, .seconds(cap))
    return max(wait, .seconds(min(maxAge, cap)))
  }
}
