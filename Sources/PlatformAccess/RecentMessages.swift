import CoAPWire
import NBIoTBytes

/// The messages of the last 247 s, each with what was answered, so that none is acted on twice.
///
/// The platform tells duplicates by message ID and token.
struct RecentMessages: Sendable {
  struct Key: Hashable, Sendable {
    let peer: Peer
    let messageID: UInt16
    let tokenBits: UInt64
    let tokenLength: UInt8

    init(_ message: Message, from peer: Peer) {
      self.peer = peer
      messageID = message.id
      tokenBits = message.token.bits
      tokenLength = message.token.length
    }
  }

  private struct Entry: Sendable {
    let arrival: Instant
    var reply: [UInt8]?
  }

  static let lifetime = Milliseconds(247_000)

  private var entries: [Key: Entry] = [:]
  private var order: [Key] = []

  var count: Int { entries.count }

  /// Whether the message was here before; `.some(nil)` when it was and got no answer.
  func reply(to key: Key, now: Instant) -> [UInt8]?? {
    guard let entry = entries[key], now < entry.arrival + RecentMessages.lifetime else {
      return nil
    }
    return .some(entry.reply)
  }

  mutating func remember(_ key: Key, reply: [UInt8]?, now: Instant) {
    forgetExpired(now: now)
    if entries.updateValue(Entry(arrival: now, reply: reply), forKey: key) == nil {
      order.append(key)
    }
  }

  private mutating func forgetExpired(now: Instant) {
    let keep =
      order.firstIndex { key in
        guard let entry = entries[key] else { return false }
        return now < entry.arrival + RecentMessages.lifetime
      } ?? order.endIndex
    for key in order[..<keep] { entries[key] = nil }
    order.removeFirst(keep)
  }
}
