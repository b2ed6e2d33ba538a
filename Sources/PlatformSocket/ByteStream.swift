import Glibc

/// Bytes in both directions: a pseudo-terminal, a connection, or standard input and output.
public final class ByteStream {
  private let input: Int32
  private let output: Int32
  /// What is kept open as long as the stream is.
  private let company: Int32?

  /// Owns the descriptor, which must not wait, and `company`.
  init(owning descriptor: Int32, company: Int32? = nil) {
    input = descriptor
    output = descriptor
    self.company = company
  }

  private init(input: Int32, output: Int32) {
    self.input = input
    self.output = output
    company = nil
  }

  public static func standard() -> ByteStream {
    ByteStream(input: STDIN_FILENO, output: STDOUT_FILENO)
  }

  deinit {
    guard input == output else { return }
    close(input)
    if let company { close(company) }
  }

  public var handle: Handle { Handle(descriptor: input) }

  /// What is there, up to 4 KB; `nil` at the end, and when the stream is broken.
  public func read() -> [UInt8]? {
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, size in
      count = unsafe Glibc.read(input, buffer.baseAddress, buffer.count)
      size = max(0, count)
    }
    guard count <= 0 else { return bytes }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
  }

  /// Writes what there is room for, without waiting.
  ///
  /// - Returns: how many bytes were taken.
  public func write(_ bytes: [UInt8]) -> Int {
    var written = 0
    while written < bytes.count, hasRoom {
      let rest = bytes[written...].prefix(ByteStream.atOnce)
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(output, buffer.baseAddress, buffer.count)
      }
      guard count > 0 else { break }
      written += count
    }
    return written
  }

  /// Standard output may be shared and thus be made to wait; a pipe with room has room for this much.
  private static let atOnce = Int(PIPE_BUF)

  private var hasRoom: Bool {
    var polled = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&polled, 1, 0) == 1
  }
}
