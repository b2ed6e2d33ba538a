/// What a program does, by the first byte of a part. Raw values are those of committed inputs.
enum EngineAction: UInt8, CaseIterable {
  case request
  /// A response to what the device asked last.
  case answer
  /// An acknowledgement or a Reset of what the device sent.
  case settle
  /// The next block of a body, mostly.
  case upload
  /// The next block of a value, mostly.
  case download
  /// What a bootstrap server writes.
  case order
  case time
  case notify
  case change
  case resources
  case command
  case respond
  case verdicts
  case manners
  case network
  case again
  case raw
  case head
  case powerCut

  init(_ byte: UInt8) {
    self = EngineAction.allCases[Int(byte) % EngineAction.allCases.count]
  }
}

/// What a program may reach; the committed inputs reach all of it together.
public enum EngineState: String, CaseIterable, Sendable {
  case idle, connecting, registering, registered, updating, deregistering, waiting, holdingOff
  case bootstrapping, bootstrapped, disabled, asleep
  case observed, attributed, deferred, acknowledging, storing, restored
  case remembered, uploading, puttingTogether, downloading, listInBlocks
  case executed, created, removed, rejected
}
