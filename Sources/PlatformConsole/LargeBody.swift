import ConsoleText
import LwM2MModel
import PlatformAccess

/// Where the bytes of a long Write come from.
public enum LargeBody: Equatable, Sendable {
  /// Bytes that look random and are the same for the same seed.
  case pattern(bytes: Int, seed: UInt32)
  case file(String)

  /// 24 bits are the length of a TLV record.
  static let maximumSize: UInt32 = 0xFF_FFFF

  func content(
    _ format: WriteFormat, at path: Path, _ files: (String) -> [UInt8]?
  ) throws(CommandError) -> Content {
    let bytes = try bytes(format, files)
    do {
      return try PayloadWriter.content(bytes: bytes, as: format, at: path)
    } catch {
      throw CommandError(error.explanation)
    }
  }

  private func bytes(
    _ format: WriteFormat, _ files: (String) -> [UInt8]?
  ) throws(CommandError) -> [UInt8] {
    switch self {
    case .pattern(let count, let seed):
      return LargeBody.pattern(count, seed: seed, isText: format == .text)
    case .file(let name):
      guard let bytes = files(name) else { throw CommandError("cannot read \(name)") }
      return bytes
    }
  }

  /// The high bytes of a linear congruential generator; as text, the letters a ... p.
  static func pattern(_ count: Int, seed: UInt32, isText: Bool) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      let byte = UInt8(truncatingIfNeeded: state >> 24)
      return isText ? UInt8(ascii: "a") + byte >> 4 : byte
    }
  }
}

extension Command {
  static func writeLarge(_ arguments: inout CommandArguments) throws(CommandError) -> Command {
    let target = try arguments.target()
    let path = try arguments.path()
    guard path.depth == 3 else { throw CommandError("only a resource is written so") }
    let body = try LargeBody(try arguments.word("size= or file="))
    guard !arguments.isAtEnd else { return .writeLarge(target, path, body, .opaque) }
    let name = try arguments.word("format")
    guard let format = WriteFormat(rawValue: name), format != .hex else {
      throw CommandError("no format is called \"\(name)\"")
    }
    return .writeLarge(target, path, body, format)
  }
}

extension LargeBody {
  fileprivate init(_ word: String) throws(CommandError) {
    let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
    guard sides.count == 2 else { throw CommandError("\"\(word)\" is not size= or file=") }
    switch sides[0] {
    case "file": self = .file(sides[1])
    case "size":
      let numbers = sides[1].split(separator: ",", omittingEmptySubsequences: false).map {
        UInt32($0)
      }
      guard let size = numbers[0], (1...LargeBody.maximumSize).contains(size),
        numbers.count < 3, let seed = numbers.count == 2 ? numbers[1] : 1
      else { throw CommandError("\"\(word)\" is not size=BYTES or size=BYTES,SEED") }
      self = .pattern(bytes: Int(size), seed: seed)
    default: throw CommandError("\"\(word)\" is not size= or file=")
    }
  }
}
