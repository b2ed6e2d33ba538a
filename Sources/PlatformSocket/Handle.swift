import Glibc

/// Names something that is waited for together with others.
public struct Handle: Sendable {
  let descriptor: Int32

  public static let standardInput = Handle(descriptor: STDIN_FILENO)
  /// Never has anything.
  public static let nothing = Handle(descriptor: -1)

  /// Waits until one of `handles` has something to read, or for `milliseconds`; -1 waits without end. A signal ends
  /// the wait, too.
  ///
  /// - Returns: for each of the handles whether it has; at its end or broken counts.
  public static func wait(for handles: [Handle], milliseconds: Int32) -> [Bool] {
    var polled = handles.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    let count = unsafe polled.withUnsafeMutableBufferPointer { buffer in
      unsafe poll(buffer.baseAddress, nfds_t(buffer.count), milliseconds)
    }
    return polled.map { count > 0 && $0.revents != 0 }
  }

  /// What is there on standard input; empty at its end.
  public static func readStandardInput() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, size in
      size = unsafe max(0, read(STDIN_FILENO, buffer.baseAddress, buffer.count))
    }
  }
}

public enum Clock {
  /// Milliseconds of the monotonic clock.
  public static func milliseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
  }
}
