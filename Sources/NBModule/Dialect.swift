/// The firmware that is played.
public enum Dialect: String, CaseIterable, Sendable {
  /// The early M5310 of the customer's guide: 512 bytes, no blank behind colons, `+CEREG` always in its long form.
  case m5310
  /// Its successor: 1,358 bytes.
  case m5310A = "m5310-a"
  /// 512 bytes.
  case bc95

  /// Longest datagram of one command, in bytes.
  public var longestDatagram: Int {
    self == .m5310A ? 1358 : 512
  }
}
