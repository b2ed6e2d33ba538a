/// Random words the ring fetched from the platform beforehand, because nothing in here can.
///
/// Before each transmission the ring fills the pool; what needs more words than are left waits for the next filling.
public struct EntropyPool: BitwiseCopyable, Sendable {
  private var words: InlineArray<4, UInt32> = .init(repeating: 0)
  public private(set) var count = 0

  /// A token takes two words, a retransmission timer one.
  public static var wordsPerExchange: Int { 3 }

  public init() {}

  public var isFull: Bool {
    @inline(__always) get { count == 4 }
  }

  /// Adds a word; a full pool ignores it.
  public mutating func add(_ word: UInt32) {
    guard !isFull else { return }
    words[count] = word
    count &+= 1
  }

  /// Whether an exchange may start.
  public var sufficesForExchange: Bool { count >= EntropyPool.wordsPerExchange }

  /// Takes a word. Each is used once.
  public mutating func take() -> UInt32 {
    precondition(count > 0)
    count &-= 1
    return words[count]
  }
}
