import Foundation

/// A file that a command line or a command names.
public enum TextFile {
  /// What is in it; `nil` when it cannot be read.
  @Sendable public static func bytes(at path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  /// Its lines without their ends; `nil` when it cannot be read.
  public static func lines(at path: String) -> [String]? {
    guard let bytes = bytes(at: path) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map(String.init)
  }
}
