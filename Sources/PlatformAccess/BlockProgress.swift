/// How far a body has come that goes in blocks.
public struct BlockProgress: Equatable, Sendable {
  /// Why a transfer does not simply go on.
  public enum Turn: String, Equatable, Sendable {
    /// The other side takes smaller blocks.
    case smaller
    /// The device asks for the body from its beginning: it lacks a block.
    case incomplete
    /// The value is another one than that of the blocks before.
    case changed
  }

  public let bytes: Int
  /// Bytes of the whole body; `nil` when nobody said (Size1, Size2).
  public let total: Int?
  /// Bytes of a block from here on.
  public let blockSize: Int
  public let turn: Turn?

  public init(bytes: Int, total: Int?, blockSize: Int, turn: Turn? = nil) {
    self.bytes = bytes
    self.total = total
    self.blockSize = blockSize
    self.turn = turn
  }

  /// Whether it is worth a line after there were `before` bytes: each quarter is, or each doubling from
  /// 1,024 bytes on where the whole is not known. The end is told by what it brings.
  func isWorthTelling(after before: Int) -> Bool {
    guard turn == nil else { return true }
    guard let total, total > 0 else {
      return bytes >= 1024 && bytes.leadingZeroBitCount != before.leadingZeroBitCount
    }
    return bytes < total && bytes * 4 / total != before * 4 / total
  }
}
