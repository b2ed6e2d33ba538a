import CoAPExchange
import CoAPWire
import LwM2MClient
import NBIoTBytes

/// The server, and the network between it and the device, as the test plays them.
extension World {
  /// A datagram arrives.
  /// Without a source it comes from the server the device has a link to.
  public func deliver(_ datagram: Datagram, from source: PeerAddress? = nil) {
    if source ?? linked == linked { law.answered(by: datagram) }
    deliver(datagram.bytes, from: source)
  }

  public func deliver(_ bytes: [UInt8], from source: PeerAddress? = nil) {
    var bytes = bytes
    var span = bytes.mutableSpan
    engine.handle(&span, from: source ?? linked, now: instant)
    converse(bytes)
    settle()
  }

  // MARK: Answers to what the device sent last

  /// The response on the acknowledgement.
  public func answer(_ code: Code, _ options: [Datagram.Field] = []) {
    guard let request = sent.last else { return write("fault: nothing to answer") }
    deliver(
      Datagram(
        .acknowledgement, code, id: request.id, token: request.token, options: options))
  }

  /// 2.01 with a Location-Path.
  public func accept(location: String = "rd/5a3f") {
    answer(.created, Datagram.Field.location(location))
  }

  public func acknowledge() {
    guard let request = sent.last else { return write("fault: nothing to acknowledge") }
    deliver(Datagram(.acknowledgement, .empty, id: request.id))
  }

  public func reset() {
    guard let request = sent.last else { return write("fault: nothing to reset") }
    deliver(Datagram(.reset, .empty, id: request.id))
  }

  /// A separate response to `request`; returned so that it can be delivered again.
  @discardableResult
  public func respondSeparately(
    to request: Datagram, _ code: Code, type: MessageType = .confirmable,
    _ options: [Datagram.Field] = []
  ) -> Datagram {
    nextServerID += 1
    let response = Datagram(
      type, code, id: nextServerID, token: request.token, options: options)
    deliver(response)
    return response
  }

  // MARK: Requests of the server

  @discardableResult
  public func request(
    _ method: Code, _ path: String, _ options: [Datagram.Field] = [], payload: String = "",
    token: [UInt8] = [7, 7]
  ) -> Datagram {
    nextServerID += 1
    let request = Datagram(
      .confirmable, method, id: nextServerID, token: token,
      options: Datagram.Field.path(path) + options, payload: Array(payload.utf8))
    deliver(request)
    return request
  }

  public func ping() {
    nextServerID += 1
    deliver(Datagram(.confirmable, .empty, id: nextServerID))
  }

  // MARK: Shorthand

  /// Connects and registers, and forgets how.
  public func register(location: String = "rd/5a3f") {
    connect()
    accept(location: location)
    _ = timetable()
  }

  public func deregister() {
    law.gaveUp()
    command { engine, _ in _ = engine.deregister() }
  }

  /// Execute /1/0/4: what is under way gives way to the De-register.
  public func disable() {
    law.gaveUp()
    request(.post, "/1/0/4")
  }

  /// The device has stopped waiting for an answer.
  public func lawGaveUp() { law.gaveUp() }

  public func loseLink() {
    law.gaveUp()
    command { engine, now in engine.linkLost(now: now) }
  }

  /// The application says that there is a new address.
  @discardableResult
  public func rebind() -> Bool {
    law.gaveUp()
    return command { engine, _ in engine.rebind() }
  }

  public func dropped(_ cause: DropCause) -> UInt32 {
    engine.statistics[cause]
  }
}

extension Datagram.Field {
  public static func location(_ path: String) -> [Datagram.Field] {
    path.split(separator: "/").map {
      Datagram.Field(number: OptionNumber.locationPath.rawValue, value: Array($0.utf8))
    }
  }
}
