import CoAPWire
import NBIoTBytes

/// The body of one request of a device, put together from its blocks (RFC 7959 section 2.5, Block1).
struct BodyAssembly: Sendable {
  /// What the blocks of one body have in common: who sends them, and all options but the blocks' own.
  struct Key: Equatable, Sendable {
    let peer: Peer
    let code: Code
    let options: [Message.Option]

    init(_ message: Message, from peer: Peer) {
      self.peer = peer
      code = message.code
      options = message.options.filter { ![.block1, .size1].contains($0.number) }
    }
  }

  let key: Key
  private(set) var bytes: [UInt8] = []
  /// What Size1 said with the first block.
  let total: Int?
  private(set) var lastArrival: Instant

  init(_ message: Message, from peer: Peer, now: Instant) {
    key = Key(message, from: peer)
    total = message.unsigned(.size1).map { Int($0) }
    lastArrival = now
  }

  /// Takes the block that follows those that are there.
  mutating func append(
    _ payload: [UInt8], _ block: BlockOption, limit: Int, now: Instant
  ) throws(Refusal) {
    guard block.offset == bytes.count else {
      throw Refusal(
        .requestEntityIncomplete,
        "a block from byte \(block.offset) on, but \(bytes.count) bytes are there")
    }
    guard max(bytes.count + payload.count, total ?? 0) <= limit else {
      throw Refusal(.requestEntityTooLarge, "a body longer than \(limit) bytes", size: limit)
    }
    bytes += payload
    lastArrival = now
  }
}

/// The bodies that are under way.
struct BodyAssemblies: Sendable {
  enum Outcome: Sendable {
    /// The next block is wanted; `reply` is what Block1 of the answer says.
    case more(BlockProgress, before: Int, reply: BlockOption)
    case whole([UInt8])
  }

  /// EXCHANGE_LIFETIME (RFC 7252 section 4.8.2): a body whose next block is later than that is given up.
  static let lifetime = Milliseconds(247_000)
  /// The oldest goes when there are more.
  static let capacity = 64

  private var assemblies: [BodyAssembly] = []

  var count: Int { assemblies.count }

  mutating func forget(_ message: Message, from peer: Peer) {
    let key = BodyAssembly.Key(message, from: peer)
    assemblies.removeAll { $0.key == key }
  }

  /// Takes one block of a body. Block 0 begins it, also once more.
  mutating func take(
    _ message: Message, from peer: Peer, _ sizes: BlockSizes, now: Instant
  ) throws(Refusal) -> Outcome {
    let block = try message.checkedBlock1()
    let key = BodyAssembly.Key(message, from: peer)
    let index = assemblies.firstIndex { $0.key == key }
    let known = index.map { assemblies.remove(at: $0) }
    assemblies.removeAll { now >= $0.lastArrival + BodyAssemblies.lifetime }
    var assembly =
      if let known, block.number != 0, now < known.lastArrival + BodyAssemblies.lifetime {
        known
      } else {
        BodyAssembly(message, from: peer, now: now)
      }
    let before = assembly.bytes.count
    try assembly.append(message.payload, block, limit: sizes.limit, now: now)
    guard block.hasMore else { return .whole(assembly.bytes) }
    assemblies.append(assembly)
    if assemblies.count > BodyAssemblies.capacity { assemblies.removeFirst() }
    return assembly.more(behind: block, before: before, sizes)
  }
}

extension BodyAssembly {
  /// A device that begins with larger blocks than are taken is asked for smaller ones, from the next on.
  fileprivate func more(
    behind block: BlockOption, before: Int, _ sizes: BlockSizes
  ) -> BodyAssemblies.Outcome {
    let exponent = min(block.exponent, sizes.taken)
    let isSmaller = exponent < block.exponent && block.number == 0
    let progress = BlockProgress(
      bytes: bytes.count, total: total, blockSize: 16 << Int(exponent),
      turn: isSmaller ? .smaller : nil)
    // In an answer NUM is that of the request, whatever size is asked for (section 2.3).
    let reply = BlockOption(rawValue: block.rawValue & ~7 | UInt32(exponent)) ?? block
    return .more(progress, before: before, reply: reply)
  }
}

extension Message {
  /// Block1, with a payload of the length it says.
  fileprivate func checkedBlock1() throws(Refusal) -> BlockOption {
    guard let value = unsigned(.block1), value <= 0xFF_FFFF else {
      throw Refusal(.badOption, "Block1 is longer than three bytes")
    }
    guard let block = BlockOption(rawValue: value) else {
      throw Refusal(.badRequest, "Block1 has the reserved size 7")
    }
    guard block.hasMore ? payload.count == block.size : payload.count <= block.size else {
      throw Refusal(
        .badRequest, "a block of \(block.size) bytes that has \(payload.count) bytes")
    }
    return block
  }
}
