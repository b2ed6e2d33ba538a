import CoAPExchange
import CoAPWire
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// How Bootstrap-Request, Register, Update and De-register look (LwM2M 1.0 section 8.2.3).
extension Engine where Store: ~Copyable {
  /// Length of the message, 0 when it does not fit.
  @inline(never)
  func encodeRegistration(into buffer: inout MutableSpan<UInt8>) -> Int {
    var message = MessageWriter(
      buffer.slice(0..<buffer.count), type: .confirmable,
      code: purpose.kind == .deregister ? .delete : .post, id: outstanding.id,
      token: outstanding.token)
    switch purpose.kind {
    case .register: writeRegister(to: &message)
    case .bootstrap: writeBootstrapRequest(to: &message)
    default: writeUpdate(purpose.content, to: &message)
    }
    message.finish()
    return message.bytes.overflowed ? 0 : message.bytes.position
  }

  private func writeRegister(to message: inout MessageWriter) {
    message.option(.uriPath, text: "rd")
    message.option(.contentFormat, unsigned: UInt32(ContentFormat.linkFormat.rawValue))
    writeEndpoint(to: &message)
    writeLifetime(to: &message)
    if configuration.profile.sendsVersion { message.option(.uriQuery, text: "lwm2m=1.0") }
    writeBinding(to: &message)
    writeAuthCode(to: &message)
    message.beginPayload()
    writeObjectList(to: &message.bytes)
  }

  private func writeBootstrapRequest(to message: inout MessageWriter) {
    message.option(.uriPath, text: "bs")
    writeEndpoint(to: &message)
    writeAuthCode(to: &message)
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
    writeAuthCode(to: &message)
    if content.hasObjects {
      message.beginPayload()
      writeObjectList(to: &message.bytes)
    }
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
