import NBIoTBytes

/// The time in front of a line: seconds since the start, as wide as those below a day.
public struct TimeColumn: Sendable {
  private let start: Instant

  public init(start: Instant) {
    self.start = start
  }

  public func text(at now: Instant) -> String {
    let milliseconds = now.since(start).count
    let fraction = String(milliseconds % 1000)
    let time =
      String(milliseconds / 1000) + "." + String(repeating: "0", count: 3 - fraction.count)
      + fraction
    return String(repeating: " ", count: max(0, 8 - time.count)) + time
  }
}
