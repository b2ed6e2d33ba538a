/// Puts command lines together from the characters of a UART, wherever those are cut (V.250 section 5.2).
///
/// A line begins with `AT` or `at`; what stands before it is skipped. `A/` repeats the line before.
public struct LineEditor: Sendable {
  /// What a character has brought about.
  public enum Arrival: Equatable, Sendable {
    case nothing
    /// `line` is a new command line.
    case line
    /// `line` is to be carried out once more.
    case again
    /// A line that was longer than there is room for has ended. `line` is the one before.
    case tooLong
  }

  private enum State {
    case hunting
    /// Behind an A; the T must be of the same case.
    case attention(UInt8)
    case body
    case overflow
  }

  /// The last command line without `AT` and its end.
  public private(set) var line: [UInt8] = []
  private let longest: Int
  private var draft: [UInt8] = []
  private var state = State.hunting

  /// `longest`: most characters of a line, `AT` and its end not counted.
  public init(longest: Int) {
    self.longest = longest
  }

  public mutating func take(_ byte: UInt8, _ characters: ControlCharacters) -> Arrival {
    switch state {
    case .hunting: hunt(byte)
    case .attention(let first): return follow(first, byte)
    case .body: return edit(byte, characters)
    case .overflow where byte == characters.lineEnd:
      state = .hunting
      return .tooLong
    case .overflow: break
    }
    return .nothing
  }

  private mutating func hunt(_ byte: UInt8) {
    let isFirst = byte == UInt8(ascii: "A") || byte == UInt8(ascii: "a")
    state = isFirst ? .attention(byte) : .hunting
  }

  private mutating func follow(_ first: UInt8, _ byte: UInt8) -> Arrival {
    if byte == UInt8(ascii: "/") {
      state = .hunting
      return .again
    }
    // T is as far from A as t is from a.
    guard byte == first &+ 19 else {
      hunt(byte)
      return .nothing
    }
    draft.removeAll(keepingCapacity: true)
    state = .body
    return .nothing
  }

  /// Other control characters than S3 and S5 are no part of a line (section 5.2.2).
  private mutating func edit(_ byte: UInt8, _ characters: ControlCharacters) -> Arrival {
    if byte == characters.lineEnd {
      swap(&line, &draft)
      state = .hunting
      return .line
    }
    if byte == characters.erase {
      _ = draft.popLast()
    } else if byte >= 0x20, byte != 0x7F {
      if draft.count == longest { state = .overflow } else { draft.append(byte) }
    }
    return .nothing
  }
}
