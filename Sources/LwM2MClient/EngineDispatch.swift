import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Which operation a request is (LwM2M 1.0 section 8.2.3), and the answers that need no look at values.
extension Engine where Store: ~Copyable {
  @inline(__always)
  mutating func dispatch(
    _ request: Request, _ datagram: inout MutableSpan<UInt8>, now: Instant
  ) {
    guard request.isPinned || request.method == .get else {
      // FETCH, PATCH and whatever comes after them (RFC 7252 section 5.8), but for the Security object.
      let isHidden = request.path.object == 0
      return respond(to: request, isHidden ? .unauthorized : .methodNotAllowed, now: now)
    }
    guard case .resourceTree = request.target, request.path.depth > 0 else {
      return respond(to: request, .notFound, now: now)
    }
    // The Security object is nobody's to see (LwM2M 1.0 section 8.2.1; ETS int-221).
    guard request.path.object != 0 else { return respond(to: request, .unauthorized, now: now) }
    switch request.method {
    case .get: get(request, now: now)
    case .put: put(request, &datagram, now: now)
    case .post: post(request, &datagram, now: now)
    default: respond(to: request, exists(request.path) ? .methodNotAllowed : .notFound, now: now)
    }
  }

  /// Answers at once, with a code and no body.
  mutating func respond(to request: Request, _ code: Code, now: Instant) {
    reply = Reply(to: request, code: code)
    if request.isPinned {
      duplicates.record(.codeOnly, code: code, id: request.id, token: request.token, now: now)
    }
  }

  func exists(_ path: Path) -> Bool {
    let index = resources.lowerBound(path.firstCoveredKey)
    return index < resources.count && path.covers(resources[index].path)
  }

  private mutating func put(
    _ request: Request, _ datagram: inout MutableSpan<UInt8>, now: Instant
  ) {
    guard exists(request.path) else { return respond(to: request, .notFound, now: now) }
    if request.hasQuery {
      return writeAttributes(request, datagram.span, now: now)
    }
    guard request.path.depth > 1 else {
      return respond(to: request, .methodNotAllowed, now: now)
    }
    write(request, &datagram, now: now)
  }

  private mutating func post(
    _ request: Request, _ datagram: inout MutableSpan<UInt8>, now: Instant
  ) {
    guard exists(request.path) else { return respond(to: request, .notFound, now: now) }
    switch request.path.depth {
    case 3: execute(request, datagram.span, now: now)
    case 2: write(request, &datagram, now: now)
    // Create: instances are the application's to make.
    default: respond(to: request, .methodNotAllowed, now: now)
    }
  }

  /// Write-Attributes (LwM2M 1.0 section 5.4.4): all of the query or nothing.
  private mutating func writeAttributes(
    _ request: Request, _ datagram: Span<UInt8>, now: Instant
  ) {
    guard request.payloadLength == 0 else { return respond(to: request, .badRequest, now: now) }
    let attached = attributes.attached(to: request.path, server: server) ?? Attributes()
    var query = AttributeQuery(attached, acceptsStp: configuration.profile.acceptsOldSyntax)
    guard apply(datagram, to: &query),
      thresholdsFit(query.attributes, at: request.path), query.attributes.isCoherent
    else { return respond(to: request, .badRequest, now: now) }
    guard attributes.attach(query.attributes, to: request.path, server: server) else {
      statistics[.attributes].refuse()
      return respond(to: request, .internalServerError, now: now)
    }
    statistics[.attributes].reached(attributes.count)
    reviewAll(now: now)
    respond(to: request, .changed, now: now)
  }

  /// The message was parsed before, so parsing it again to reach its queries cannot fail.
  private func apply(_ datagram: Span<UInt8>, to query: inout AttributeQuery) -> Bool {
    do throws(MessageError) {
      let message = try MessageView(parsing: datagram)
      var options = message.options
      while let option = options.next() {
        if option.number == .uriQuery, !query.apply(option.value) { return false }
      }
      return true
    } catch {
      return false
    }
  }

  /// gt, lt and st belong to numeric resources only (section 5.1.2); at object and instance level they are inherited.
  private func thresholdsFit(_ attributes: Attributes, at path: Path) -> Bool {
    guard attributes.hasThreshold, let index = resources.index(of: path.key) else { return true }
    return resources[index].type.isNumeric
  }
}
