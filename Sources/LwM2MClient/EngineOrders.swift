import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// What the bootstrap server orders (LwM2M 1.0 section 5.2.7). It works on the staged account; the other objects are the
/// device's own, whatever the section lets a bootstrap server do with them.
extension Engine where Store: ~Copyable {
  @inline(never)
  mutating func obey(_ datagram: inout MutableSpan<UInt8>, now: Instant) {
    receivedOrder(now: now)
    switch request.method {
    case .get: discover()
    case .put: writeAccount(&datagram)
    case .delete: respond(deleteAccount())
    case .post where request.isElsewhere && isFinish(datagram.span): return finish(now: now)
    default: respond(request.isElsewhere ? .notFound : .methodNotAllowed)
    }
    awaitOrders(now: now)
  }

  mutating func receivedOrder(now: Instant) {
    // The acknowledgement of Bootstrap-Request was lost: the order stands for it.
    if registration.state == .requesting { outstanding.end() }
    awaitOrders(now: now)
  }

  /// POST /bs. A bootstrap that leaves the device without a server is not finished (section 5.2.6; ETS int-9): the
  /// bootstrap server may mend it.
  @inline(never)
  private mutating func finish(now: Instant) {
    guard accounts.isUsable(.staged, configuration) else {
      respond(.notAcceptable)
      return awaitOrders(now: now)
    }
    respond(.changed)
    finishBootstrap(now: now)
  }

  private func isFinish(_ datagram: Span<UInt8>) -> Bool {
    var options = OptionIterator(datagram, at: Int(truncatingIfNeeded: request.optionsStart))
    var segments = 0
    while let option = options.next() {
      guard option.number == .uriPath else { continue }
      segments &+= 1
      guard segments == 1, option.value.count == 2, option.value[0] == UInt8(ascii: "b"),
        option.value[1] == UInt8(ascii: "s")
      else { return false }
    }
    return segments == 1
  }

  // MARK: Discover

  /// Bootstrap-Discover lists the instances of one object or of all. There is no Bootstrap-Read in LwM2M 1.0.
  @inline(never)
  private mutating func discover() {
    let path = request.path
    guard !request.isElsewhere, path.depth == 0 || path.object < 2 || exists(Path(path.object))
    else { return respond(.notFound) }
    guard request.accept == ContentFormat.linkFormat.rawValue, path.depth < 2 else {
      return respond(.methodNotAllowed)
    }
    reply(.content, .accounts, wish: request.wish)
    reply.selection = ReadSelection(path: path, format: .linkFormat, range: 0..<0)
  }

  @inline(never)
  func writeAccounts(_ selection: ReadSelection, to bytes: inout ByteWriter) {
    var list = LinkList()
    list.appendVersion(to: &bytes)
    let account = accounts[.staged]
    // In the order of the IDs.
    let isSwapped = account[.bootstrap].id < account[.access].id
    let first = isSwapped ? Target.bootstrap : .access
    if selection.path.covers(Path(0)) {
      append(account, first, to: &list, &bytes)
      append(account, first == .access ? .bootstrap : .access, to: &list, &bytes)
    }
    if selection.path.covers(Path(1)), account.server.exists {
      list.append(Path(1, account.server.id), to: &bytes)
      appendShortID(account.server.shortID, to: &bytes)
    }
    appendOthers(selection.path, to: &list, &bytes)
  }

  private func append(
    _ account: Account, _ target: Target, to list: inout LinkList, _ bytes: inout ByteWriter
  ) {
    guard account[target].exists else { return }
    list.append(Path(0, account[target].id), to: &bytes)
    // The bootstrap server has no short ID (Appendix E.1).
    if target == .access { appendShortID(account[target].shortID, to: &bytes) }
  }

  private func appendShortID(_ id: UInt16, to bytes: inout ByteWriter) {
    guard id > 0 else { return }
    bytes.append(";ssid=")
    DecimalText.append(UInt32(truncatingIfNeeded: id), to: &bytes)
  }

  private func appendOthers(_ path: Path, to list: inout LinkList, _ bytes: inout ByteWriter) {
    var last = Path()
    var index = 0
    while index < resources.count {
      let instance = resources.elements[index].path.parent
      index &+= 1
      guard instance != last, instance.object > 1, path.covers(instance) else { continue }
      last = instance
      list.append(instance, to: &bytes)
    }
  }

  // MARK: Write

  @inline(never)
  private mutating func writeAccount(_ datagram: inout MutableSpan<UInt8>) {
    let path = request.path
    guard !request.isElsewhere, path.depth == 0 || path.object < 2 || exists(Path(path.object))
    else { return respond(.notFound) }
    guard path.depth > 0, path.object < 2 else { return respond(.methodNotAllowed) }
    guard let encoding = orderEncoding() else { return respond(.unsupportedContentFormat) }
    if encoding == .text, AccountOrder.isOpaque(path) {
      var payload = datagram.slice(request.payload)
      guard let length = Base64.decode(&payload) else { return respond(.badRequest) }
      request.payloadLength = UInt16(truncatingIfNeeded: length)
      written = WriteCursor(.opaque, request.payload)
    } else {
      written = WriteCursor(encoding, request.payload)
    }
    respond(
      accounts.write(
        datagram.span.extracting(request.payload), at: path, written.encoding))
  }

  /// The encoding the Content-Format names; `nil` for one this path cannot have.
  private func orderEncoding() -> WriteEncoding? {
    let isResource = request.path.depth == 3
    let absent = isResource ? ContentFormat.text : ContentFormat.tlv
    switch ContentFormat(rawValue: request.contentFormat ?? absent.rawValue) {
    case .tlv, .oldTLV: return .tlv
    case .opaque where isResource: return .opaque
    case .text where isResource: return .text
    default: return nil
    }
  }

  // MARK: Delete

  /// The bootstrap server's own account and the Device object stay (ETS int-4), and what the application has made is the
  /// application's. What is not there is deleted already.
  @inline(never)
  private mutating func deleteAccount() -> Code {
    let path = request.path
    guard !request.isElsewhere else { return .notFound }
    let isOther = path.depth > 0 && path.object > 1
    if isOther, !exists(Path(path.object)) { return .notFound }
    var account = accounts[.staged]
    let isOwn =
      path.depth == 2 && path.object == 0 && account.target(of: path.instance) == .bootstrap
    guard !isOther, !isOwn, path.depth < 3 else { return .methodNotAllowed }
    if path.covers(Path(0, account[.access].id)) {
      account.security[Target.access.index] = SecurityInstance()
    }
    if path.covers(Path(1, account.server.id)) { account.server = ServerInstance() }
    accounts[.staged] = account
    return .deleted
  }
}
