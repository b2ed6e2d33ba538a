import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Which operation a request is (LwM2M 1.0 section 8.2.3), and the answers that need no look at values.
extension Engine where Store: ~Copyable {
  /// Serves the request. What its path covers is looked up here, once for all operations.
  mutating func dispatch(_ datagram: inout MutableSpan<UInt8>, now: Instant) {
    let path = request.path
    guard request.method.rawValue <= Code.delete.rawValue else {
      // FETCH, PATCH and whatever comes after them (RFC 7252 section 5.8), but for the Security object.
      return respond(path.object == 0 ? .unauthorized : .methodNotAllowed)
    }
    guard !request.isElsewhere, path.object != Path.absent else {
      return respond(elsewhere(datagram.span))
    }
    // The Security object is nobody's to see (LwM2M 1.0 section 8.2.1; ETS int-221).
    guard path.object != 0 else { return respond(.unauthorized) }
    let range = resources.range(coveredBy: path)
    reply.selection = ReadSelection(path: path, format: .text, range: range)
    guard !range.isEmpty else { return changeInstances(&datagram) }
    let depth = path.depth
    switch request.method {
    case .get: get(now: now)
    case .put where request.hasQuery: writeAttributes(datagram.span, now: now)
    case .put where depth > 1, .post where depth == 2: write(&datagram, now: now)
    case .post where depth == 3: execute(datagram.span, now: now)
    default: changeInstances(&datagram)
    }
  }

  /// What is said of a path that is none of this device's, or of the root.
  @inline(never)
  func elsewhere(_ datagram: Span<UInt8>) -> Code {
    // The root is there, but nobody may take it away.
    guard request.isElsewhere else {
      return request.method == .delete ? .methodNotAllowed : .notFound
    }
    // Nothing below the Security object is to be seen either.
    var options = OptionIterator(datagram, at: Int(truncatingIfNeeded: request.optionsStart))
    while let option = options.next() {
      guard option.number == .uriPath else { continue }
      return option.value.count == 1 && option.value[0] == UInt8(ascii: "0")
        ? .unauthorized : .notFound
    }
    return .notFound
  }

  func exists(_ path: Path) -> Bool {
    let index = resources.lowerBound(path.firstCoveredKey)
    return index < resources.count && path.covers(resources[index].path)
  }

  /// Write-Attributes (LwM2M 1.0 section 5.4.4): all of the query or nothing.
  @inline(never)
  private mutating func writeAttributes(_ datagram: Span<UInt8>, now: Instant) {
    guard request.payloadLength == 0 else { return respond(.badRequest) }
    let attached = attributes.attached(to: request.path, server: server)
    var query = AttributeQuery(attached, acceptsStp: configuration.profile.acceptsOldSyntax)
    guard apply(datagram, to: &query),
      thresholdsFit(query.attributes), query.attributes.isCoherent
    else { return respond(.badRequest) }
    guard attributes.attach(query.attributes, to: request.path, server: server) else {
      statistics.refuse(.attributes)
      return respond(.internalServerError)
    }
    statistics.reached(.attributes, attributes.count)
    reviewAll(anew: true, now: now)
    respond(.changed)
  }

  private func apply(_ datagram: Span<UInt8>, to query: inout AttributeQuery) -> Bool {
    var options = OptionIterator(
      datagram, at: Int(truncatingIfNeeded: request.optionsStart))
    while let option = options.next() {
      if option.number == .uriQuery, !query.apply(option.value) { return false }
    }
    return true
  }

  /// gt, lt and st belong to numeric resources only (section 5.1.2); at object and instance level they are inherited.
  private func thresholdsFit(_ attributes: Attributes) -> Bool {
    guard attributes.hasThreshold, request.path.depth == 3 else { return true }
    return resources[reply.selection.first].type.isNumeric
  }
}
