import ATCommands

/// One of the module's sockets.
struct ModuleSocket: Sendable {
  /// What the module does with a datagram that arrives.
  enum Control: UInt8, Sendable {
    case ignore = 0
    /// `+NSONMI`, and `AT+NSORF` fetches it.
    case announce = 1
    /// `+NSORF` with the datagram.
    case push = 2
  }

  /// A datagram that waits; what was read of it is gone.
  struct Arrival: Sendable {
    let from: Endpoint
    var bytes: ArraySlice<UInt8>
  }

  let control: Control
  /// Whether the network has given it its port.
  var isOpen = false
  var queue: [Arrival] = []

  static var count: Int { 7 }

  init(_ control: Control) {
    self.control = control
  }

  /// `<socket>,<address>,<port>,<length>,<data>,<remaining>` of the oldest datagram, which is there: at most `most` bytes of
  /// it, and how many are left.
  mutating func read(_ most: Int, of number: Int, head: String = "") -> Line {
    let part = queue[0].bytes.prefix(most)
    let from = queue[0].from
    queue[0].bytes = queue[0].bytes.dropFirst(part.count)
    var line = Line(head)
    line.add(number)
    line.add(word: String(describing: from.host))
    line.add(from.port)
    line.add(part.count)
    line.add(hexadecimal: Array(part))
    line.add(queue[0].bytes.count)
    if queue[0].bytes.isEmpty { queue.removeFirst() }
    return line
  }
}
