import Glibc

/// The signals that end a program, as something to be waited for.
public enum StopSignals {
  /// Where the handler writes; a handler knows nothing but what is global.
  private nonisolated(unsafe) static var pipeEnd: Int32 = -1

  /// From now on SIGINT, SIGTERM and SIGHUP do not end the program but make the handle ready. A closed peer does not
  /// end it either, nor does input that belongs to another job of the terminal stop it.
  public static func handle() throws(SocketError) -> Handle {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .systemCall("pipe", errno: errno) }
    for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    unsafe pipeEnd = ends[1]
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in
        var byte: UInt8 = 0
        _ = unsafe write(StopSignals.pipeEnd, &byte, 1)
      }
    }
    for number in [SIGPIPE, SIGTTIN] { signal(number, SIG_IGN) }
    return Handle(descriptor: ends[0])
  }
}
