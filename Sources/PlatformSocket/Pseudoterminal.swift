import Glibc

/// The two ends of a serial line that is none: ours, and a device file for a program.
public struct Pseudoterminal {
  /// Our end, which keeps the line.
  public let stream: ByteStream
  /// The device file.
  public let name: String

  /// In raw mode. What is said before somebody opens the device file is kept, up to 4 KB.
  public init() throws(SocketError) {
    var ours: Int32 = -1
    var theirs: Int32 = -1
    guard unsafe openpty(&ours, &theirs, nil, nil, nil) == 0 else {
      throw .systemCall("openpty", errno: errno)
    }
    var settings = termios()
    unsafe tcgetattr(theirs, &settings)
    unsafe cfmakeraw(&settings)
    unsafe tcsetattr(theirs, TCSANOW, &settings)
    for descriptor in [ours, theirs] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ours, F_SETFL, O_NONBLOCK)
    // Kept open: without any program at the other end, reading would fail at once, for ever.
    stream = ByteStream(owning: ours, company: theirs)
    name = Pseudoterminal.name(of: theirs)
  }

  private static func name(of descriptor: Int32) -> String {
    let bytes = unsafe [CChar](unsafeUninitializedCapacity: 256) { buffer, size in
      size =
        unsafe ttyname_r(descriptor, buffer.baseAddress!, buffer.count) == 0
        ? strlen(buffer.baseAddress!) : 0
    }
    return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// A symbolic link that lasts as long as this object, if nobody makes it lead elsewhere.
public final class SymbolicLink {
  private let path: String
  private let target: String

  /// Replaces another symbolic link, nothing else.
  public init(at path: String, to target: String) throws(SocketError) {
    var status = stat()
    if unsafe lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFLNK else { throw .occupied(path, "a symbolic link") }
      _ = unsafe unlink(path)
    }
    guard unsafe symlink(target, path) == 0 else {
      throw .systemCall("symlink \(path)", errno: errno)
    }
    self.path = path
    self.target = target
  }

  deinit {
    if SymbolicLink.target(of: path) == target { _ = unsafe unlink(path) }
  }

  private static func target(of path: String) -> String? {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 256) { buffer, size in
      size = unsafe max(0, readlink(path, buffer.baseAddress!, buffer.count))
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
