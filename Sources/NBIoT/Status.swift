import CShims
import CoAPWire
import LwM2MClient

/// How the core's outcomes become C numbers. One exhaustive switch each.
enum Status {
  static var ok: Int32 { NBIOT_ERR_OK }

  /// What step and poll return, with the server the device deals with.
  @inline(never)
  static func stepping(
    _ standing: Engine<CallerValues>.Standing, _ target: Target
  ) -> Int32 {
    switch standing {
    case .idle: NBIOT_ERR_NOT_REGISTER
    case .connecting, .registering, .deregistering, .disabled, .holdingOff, .bootstrapping:
      NBIOT_ERR_PENDING
    case .registered, .updating: NBIOT_ERR_OK
    case .waiting(let cause): failure(cause, target)
    }
  }

  /// What connect returns, or `nil` while it has to go on.
  static func connecting(
    _ standing: Engine<CallerValues>.Standing, _ target: Target
  ) -> Int32? {
    switch standing {
    case .registered, .updating: return NBIOT_ERR_OK
    case .waiting(.silent): return nil
    case .waiting(.unresolved): return NBIOT_ERR_INVALID_URI
    case .waiting(let cause): return failure(cause, target)
    case .idle: return NBIOT_ERR_NOT_REGISTER
    case .connecting, .registering, .deregistering, .disabled, .holdingOff, .bootstrapping:
      return nil
    }
  }

  private static func failure(_ cause: BackoffCause, _ target: Target) -> Int32 {
    switch cause {
    case .refused, .overloaded, .silent, .unresolved:
      target == .bootstrap ? NBIOT_ERR_BS_FAILED : NBIOT_ERR_REG_FAILED
    case .reset: NBIOT_ERR_SERVER_RESET
    case .socket: NBIOT_ERR_SOCKET
    }
  }

  static func state(_ standing: Engine<CallerValues>.Standing) -> Int32 {
    switch standing {
    case .idle: NBIOT_STATE_IDLE
    case .connecting: NBIOT_STATE_CONNECTING
    case .registering: NBIOT_STATE_REGISTERING
    case .registered: NBIOT_STATE_REGISTERED
    case .updating: NBIOT_STATE_UPDATING
    case .deregistering: NBIOT_STATE_DEREGISTERING
    case .waiting: NBIOT_STATE_WAITING
    case .holdingOff, .bootstrapping: NBIOT_STATE_BOOTSTRAPPING
    case .disabled: NBIOT_STATE_DISABLED
    }
  }

  static func of(_ error: Engine<CallerValues>.ResourceError) -> Int32 {
    switch error {
    case .reservedObject, .builtIn: NBIOT_ERR_NOT_SUPPORT
    case .alreadyThere: NBIOT_ERR_EXISTS
    case .tableFull: NBIOT_ERR_NO_MEMORY
    case .notThere: NBIOT_ERR_NOT_FOUND
    }
  }

  static func of(_ error: Engine<CallerValues>.ReportError) -> Int32 {
    switch error {
    case .noSuchResource, .notObserved: NBIOT_ERR_NOT_FOUND
    case .tableFull: NBIOT_ERR_NO_MEMORY
    case .acknowledgementIDInUse: NBIOT_ERR_EXISTS
    case .notStorable: NBIOT_ERR_NOT_SUPPORT
    case .storeBusy: NBIOT_ERR_BUSY
    }
  }

  /// What a full callback returned.
  static func verdict(_ answer: Int32, mayDefer: Bool) -> Verdict {
    if answer == NBIOT_ERR_OK { return .agreed }
    if answer == NBIOT_ERR_PENDING && mayDefer { return .pending }
    return .refused(refusal(answer) ?? .internalServerError)
  }

  /// A CoAP error code given as a number, 400 ... 599.
  static func refusal(_ number: Int32) -> Code? {
    guard number >= 400, number < 600 else { return nil }
    return Code(decimal: number)
  }
}
