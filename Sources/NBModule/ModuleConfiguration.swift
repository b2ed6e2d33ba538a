import NBIoTBytes

/// What kind of module is played, and in what network.
public struct ModuleConfiguration: Equatable, Sendable {
  public var dialect = Dialect.m5310
  /// Of the UART, ten bits to a character; 0: what is said leaves at once.
  public var baud: UInt32 = 0
  /// 15 digits.
  public var imei = "867725030106226"
  /// At most 15 digits.
  public var imsi = "460040975306226"
  /// MCC and MNC of the network there is: another one is searched for in vain.
  public var plmn = "46000"
  /// The frequency of its cell: with the module locked to another one it is not found.
  public var earfcn: UInt32 = 3555
  public var apn = "nbiot.MNC002.MCC460.GPRS"
  /// Tracking area code, 16 bits.
  public var trackingArea: UInt16 = 0x19E6
  /// Cell identity, 28 bits.
  public var cell: UInt32 = 0x94
  /// Registered is told as roaming (5) instead of home (1).
  public var isRoaming = false
  /// Characters of a command are sent back until `ATE0`. V.250 begins so; the guide's modules do not.
  public var echoes = false
  /// From power-on or a restart to the banner. What arrives until then is not heard.
  public var bootTime = Milliseconds(1000)
  /// From the start of the search, which is the banner as a rule, to being registered. Real modules take 20 ... 120 s.
  public var registrationTime = Milliseconds(3000)
  /// From the last traffic to the release of the radio connection.
  public var inactivity = Milliseconds(20_000)
  /// From the end of a command to its answer.
  public var answerTime = Milliseconds(10)
  /// Datagrams that a socket keeps for `AT+NSORF`; what comes on top is dropped and counted.
  public var queueLength = 8
  public var faults = Faults()

  public init() {}
}
