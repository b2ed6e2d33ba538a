import CoAPExchange
import CoAPWire
import NBIoTBytes

/// Datagrams that are longer than the receive buffer.
extension Engine where Store: ~Copyable {
  /// `head` is the beginning of a datagram that did not fit. A write is told which size of blocks does (RFC 7959 section
  /// 2.9.3): who sent it could not know, and would send it again and again.
  @inline(never)
  public mutating func refuseTruncated(
    _ head: Span<UInt8>, from source: PeerAddress, now: Instant
  ) {
    guard let peer, peer == source, registration.isRegistered || takesOrders else { return }
    if binding == .queuedUDP { stayAwake(now: now) }
    let start: Int
    do throws(MessageError) {
      let header = try MessageHeader(parsing: head)
      guard header.code == .put || header.code == .post,
        header.type == .confirmable || header.type == .nonConfirmable
      else { return }
      request.begin(header)
      start = try request.takeHead(header, of: head, profile: configuration.profile)
    } catch {
      return
    }
    guard request.refusal == .empty || request.refusal == .continue else {
      // Not pinned: nothing remembers it.
      if request.refusal != .badOption || request.type == .confirmable { reply(request.refusal) }
      return
    }
    request.refuseWhole(at: start)
    reply(.requestEntityTooLarge)
  }
}

extension Request {
  /// Takes what is whole of a request that was cut off, and returns where its payload begins, or where it ends.
  fileprivate mutating func takeHead(
    _ header: MessageHeader, of head: Span<UInt8>, profile: Profile
  ) throws(MessageError) -> Int {
    do throws(MessageError) {
      try take(header, of: head, profile: profile)
      return payload.lowerBound
    } catch {
      // The token has to be whole, or nobody would know what is answered.
      _ = try header.token(in: head)
      return head.count
    }
  }
}
