import Glibc

/// A UNIX socket that waits for connections; its file lasts as long as this object, if nobody puts another one in its place.
public final class UnixListener {
  private let descriptor: Int32
  private let path: String
  private let file: FileIdentity?

  /// Replaces a socket nobody listens at any more, nothing else.
  public init(at path: String) throws(SocketError) {
    guard var address = UnixListener.address(of: path) else { throw .pathTooLong(path) }
    var status = stat()
    if unsafe lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFSOCK else { throw .occupied(path, "a socket") }
      guard !UnixListener.isServed(address) else { throw .served(path) }
      _ = unsafe unlink(path)
    }
    let descriptor = UnixListener.socket()
    guard descriptor >= 0 else { throw .systemCall("socket", errno: errno) }
    let bound = unsafe UnixListener.withGeneric(&address) { unsafe bind(descriptor, $0, $1) }
    guard bound == 0, listen(descriptor, 8) == 0 else {
      let number = errno
      close(descriptor)
      throw .systemCall("bind \(path)", errno: number)
    }
    self.descriptor = descriptor
    self.path = path
    file = FileIdentity(of: path)
  }

  /// While the socket is open no other file gets its number.
  deinit {
    if file != nil, FileIdentity(of: path) == file { _ = unsafe unlink(path) }
    close(descriptor)
  }

  public var handle: Handle { Handle(descriptor: descriptor) }

  /// The next connection that is there; does not wait.
  public func accept() -> ByteStream? {
    let connection = Glibc.accept(descriptor, nil, nil)
    guard connection >= 0 else { return nil }
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    _ = fcntl(connection, F_SETFL, O_NONBLOCK)
    return ByteStream(owning: connection)
  }

  private static func socket() -> Int32 {
    Glibc.socket(
      AF_UNIX,
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  private static func isServed(_ address: sockaddr_un) -> Bool {
    let descriptor = socket()
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = address
    // Full is served, too.
    return unsafe withGeneric(&address) { unsafe connect(descriptor, $0, $1) } == 0
      || errno == EAGAIN
  }

  private static func address(of path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = [UInt8](path.utf8)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
      guard !bytes.isEmpty, bytes.count < buffer.count else { return false }
      unsafe buffer.copyBytes(from: bytes)
      return true
    }
    return fits ? address : nil
  }

  private static func withGeneric<Result>(
    _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe body(generic, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
