import ModemConsole
import PlatformSocket

/// The serial line to the MCU.
struct SerialLine {
  enum Arrival {
    case nothing
    case bytes([UInt8])
    /// The MCU is gone, for good when nobody else can come.
    case unplugged(isFinal: Bool)
  }

  private var listener: UnixListener?
  private var link: SymbolicLink?
  private var stream: ByteStream?
  /// Where an MCU is plugged in.
  let place: String

  init(_ line: Options.Line) throws(SocketError) {
    switch line {
    case .standard:
      place = "standard input and output"
      stream = .standard()
    case .socket(let path):
      place = path
      listener = try UnixListener(at: path)
    case .terminal(let path):
      let terminal = try Pseudoterminal()
      place = path.map { "\(terminal.name), linked from \($0)" } ?? terminal.name
      stream = terminal.stream
      if let path { link = try SymbolicLink(at: path, to: terminal.name) }
    }
  }

  var isPlugged: Bool { stream != nil }

  /// What to wait for: bytes, and a new connection.
  var handles: (stream: Handle?, listener: Handle?) { (stream?.handle, listener?.handle) }

  mutating func read() -> Arrival {
    guard let stream else { return .nothing }
    guard let bytes = stream.read() else {
      self.stream = nil
      return .unplugged(isFinal: listener == nil)
    }
    return bytes.isEmpty ? .nothing : .bytes(bytes)
  }

  /// A new connection takes the place of the one before, as a cable does.
  mutating func accept() -> Bool {
    guard let connection = listener?.accept() else { return false }
    stream = connection
    return true
  }

  /// Returns how many bytes are lost: nobody is there, or does not read. A UART does not wait either.
  func write(_ bytes: [UInt8]) -> Int {
    bytes.count - (stream?.write(bytes) ?? 0)
  }
}
