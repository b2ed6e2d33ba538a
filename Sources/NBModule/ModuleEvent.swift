import NBIoTBytes

/// What happened, for the transcript.
public enum ModuleEvent: Equatable, Sendable {
  /// A command line as it was understood, without its end.
  case heard(String)
  /// A line to the MCU, without its ends.
  case said(String)
  /// What goes wrong on purpose.
  case fault(Fault)
  case restarted(Cause)
  /// The registration of `+CEREG` changed.
  case registration(UInt8)
  /// The radio connection of `+CSCON` came or went.
  case radio(isConnected: Bool)
  case sent(socket: Int, to: Endpoint, length: Int)
  case received(socket: Int, from: Endpoint, length: Int)
  /// A datagram that nobody will read.
  case dropped(socket: Int, length: Int, reason: String)

  public enum Cause: String, Equatable, Sendable {
    case power = "power-on"
    case command = "AT+NRB"
    case order = "on command"
    case fault = "by itself"
  }

  public enum Fault: Equatable, Sendable {
    case lostFromMCU(UInt8)
    case lostToMCU(UInt8)
    case delayed(Milliseconds)
    case interleaved(String)
    case rebooted
    case refused(UInt16)
  }
}
