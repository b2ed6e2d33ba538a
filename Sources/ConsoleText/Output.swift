import Foundation

/// Writes at once, so that lines can be read as they happen through a pipe as well.
public enum Output {
  public static func write(_ text: String) {
    write(text, to: .standardOutput)
  }

  public static func writeError(_ text: String) {
    write(text, to: .standardError)
  }

  /// Nobody is left to be told when a stream is closed.
  private static func write(_ text: String, to stream: FileHandle) {
    try? stream.write(contentsOf: Data(text.utf8))
  }
}
