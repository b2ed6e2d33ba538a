import ConsoleText
import Foundation
import ModemConsole

/// Where the transcript goes: the terminal, abridged, and a file.
struct Recorder {
  private let isOnError: Bool
  private let file: FileHandle?

  /// `isOnError`: standard output belongs to the MCU.
  init(isOnError: Bool, file path: String?) throws(ProgramError) {
    self.isOnError = isOnError
    guard let path else {
      file = nil
      return
    }
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw ProgramError(message: "cannot write \(path)", status: 1) }
    self.file = file
  }

  func write(_ line: String) {
    let short = Transcript.abridged(line) + "\n"
    isOnError ? Output.writeError(short) : Output.write(short)
    try? file?.write(contentsOf: Data((line + "\n").utf8))
  }
}
