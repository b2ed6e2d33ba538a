import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// How Bootstrap-Request, Register, Update and De-register look (LwM2M 1.0 section 8.2.3).
extension Engine where Store: ~Copyable {
  /// Length of the message, 0 when it does not fit. A list that is too long for it leaves in blocks.
  @inline(never)
  mutating func encodeRegistration(into buffer: inout MutableSpan<UInt8>) -> Int {
    let whole = write(nil, into: &buffer)
    guard whole.length == 0 || registration.transfer.isUnderWay else { return whole.length }
    return encodeBlock(of: whole, into: &buffer)
  }

  /// The block that is due of the list in a message that was tried as a whole.
  @inline(never)
  private mutating func encodeBlock(
    of whole: RegistrationDraft, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    // Block1 and Size1 have headers of two bytes and values of three at most.
    let room = whole.room &- 10
    guard whole.listLength > 0,
      let block = registration.transfer.next(of: whole.listLength, room: room)
    else { return 0 }
    return write(ListPiece(block: block, listLength: whole.listLength), into: &buffer).length
  }

  /// The message with its list, or with a piece of it.
  private func write(
    _ piece: ListPiece?, into buffer: inout MutableSpan<UInt8>
  ) -> RegistrationDraft {
    let limit = Swift.min(buffer.count, MessageWriter.maximumLength)
    var message = MessageWriter(
      buffer.slice(0..<limit), type: .confirmable,
      code: purpose.kind == .deregister ? .delete : .post, id: outstanding.id,
      token: outstanding.token)
    switch purpose.kind {
    case .register: writeRegister(to: &message)
    case .bootstrap: writeBootstrapRequest(to: &message)
    default: writeUpdate(purpose.content, to: &message)
    }
    if let piece { writeBlock(piece, to: &message) }
    writeAuthCode(to: &message)
    if purpose.hasList { message.beginPayload() }
    let start = message.bytes.total
    if let piece {
      message.bytes.sift(skipping: piece.block.offset, keeping: piece.block.size)
    }
    if purpose.hasList { writeObjectList(to: &message.bytes) }
    let listLength = message.bytes.total &- start
    message.finish()
    return RegistrationDraft(
      length: piece == nil && message.bytes.overflowed ? 0 : message.bytes.position,
      listLength: listLength, room: limit &- start)
  }

  /// Which piece it is, and with the first how long the list is (RFC 7959 sections 2.2 and 4).
  @inline(never)
  private func writeBlock(_ piece: ListPiece, to message: inout MessageWriter) {
    message.option(.block1, unsigned: piece.block.rawValue)
    guard piece.block.number == 0 else { return }
    message.option(.size1, unsigned: UInt32(clamping: piece.listLength))
  }

  private func writeRegister(to message: inout MessageWriter) {
    message.option(.uriPath, text: "rd")
    message.option(.contentFormat, unsigned: UInt32(ContentFormat.linkFormat.rawValue))
    writeEndpoint(to: &message)
    writeLifetime(to: &message)
    if configuration.profile.sendsVersion { message.option(.uriQuery, text: "lwm2m=1.0") }
    writeBinding(to: &message)
  }

  private func writeBootstrapRequest(to message: inout MessageWriter) {
    message.option(.uriPath, text: "bs")
    writeEndpoint(to: &message)
  }

  private func writeEndpoint(to message: inout MessageWriter) {
    message.option(.uriQuery, length: 3 + endpoint.count)
    message.bytes.append("ep=")
    append(endpoint, from: 0, count: endpoint.count, to: &message.bytes)
  }

  /// A De-register is an Update without content.
  private func writeUpdate(_ content: UpdateContent, to message: inout MessageWriter) {
    writeLocationPath(to: &message)
    if content.hasObjects {
      message.option(.contentFormat, unsigned: UInt32(ContentFormat.linkFormat.rawValue))
    }
    if content.hasLifetime { writeLifetime(to: &message) }
    if content.hasBinding { writeBinding(to: &message) }
  }

  /// The segments of the Location-Path; a server that gave none gets `rd`.
  private func writeLocationPath(to message: inout MessageWriter) {
    guard location.count > 0 else { return message.option(.uriPath, text: "rd") }
    var position = 0
    while position < location.count {
      let length = Int(truncatingIfNeeded: location[position])
      message.option(.uriPath, length: length)
      append(location, from: position &+ 1, count: length, to: &message.bytes)
      position &+= 1 &+ length
    }
  }

  private func writeLifetime(to message: inout MessageWriter) {
    message.option(.uriQuery, prefix: "lt=", decimal: lifetime)
  }

  private func writeBinding(to message: inout MessageWriter) {
    message.option(.uriQuery, text: binding == .udp ? "b=U" : "b=UQ")
  }

  /// OneNET's option 63, and never outside that profile: it is critical, and others must refuse it.
  private func writeAuthCode(to message: inout MessageWriter) {
    guard configuration.profile.sendsAuthCode, authCode.count > 0 else { return }
    message.option(.authCode, length: authCode.count)
    append(authCode, from: 0, count: authCode.count, to: &message.bytes)
  }

  private func append(
    _ text: LentText, from start: Int, count: Int, to bytes: inout ByteWriter
  ) {
    var index = start
    while index < start &+ count {
      bytes.append(text[index])
      index &+= 1
    }
  }

  /// How long the list is.
  var listLength: Int {
    var bytes = ByteWriter(MutableSpan())
    writeObjectList(to: &bytes)
    return bytes.total
  }

  /// Every object instance, never objects 0 (LwM2M 1.0 section 5.3.1; ETS int-101).
  private func writeObjectList(to bytes: inout ByteWriter) {
    var list = LinkList()
    list.appendRoot(to: &bytes)
    var last = Path()
    var index = 0
    while index < resources.count {
      let instance = resources.elements[index].path.parent
      index &+= 1
      let isOwn = instance.object == 1 || instance.object == 3
      if instance == last || isOwn && !configuration.profile.listsOwnObjects { continue }
      last = instance
      list.append(instance, to: &bytes)
    }
  }
}

/// A piece of the object list.
private struct ListPiece: BitwiseCopyable {
  let block: BlockOption
  let listLength: Int
}

/// What came out when a message was written.
private struct RegistrationDraft: BitwiseCopyable {
  /// 0 when it does not fit.
  let length: Int
  let listLength: Int
  /// Beside the options; below 0 when there is none for them.
  let room: Int
}
