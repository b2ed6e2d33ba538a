import Glibc

/// What a system call answered instead of doing its work.
public enum SocketError: Error, Equatable, Sendable {
  case addressInvalid(String)
  case notLoopback(String)
  /// A file that is not of the kind that may be replaced.
  case occupied(String, String)
  /// Another program listens there.
  case served(String)
  case pathTooLong(String)
  case systemCall(String, errno: Int32)

  public var explanation: String {
    switch self {
    case .addressInvalid(let text): "\(text) is no IPv4 or IPv6 address"
    case .notLoopback(let text):
      "\(text) can be reached by other machines; --allow-non-loopback allows that"
    case .occupied(let path, let kind): "\(path) exists and is not \(kind)"
    case .served(let path): "another program listens at \(path)"
    case .pathTooLong(let path): "\"\(path)\" is empty or too long for a socket"
    case .systemCall(let name, let number): unsafe "\(name): \(String(cString: strerror(number)))"
    }
  }
}
