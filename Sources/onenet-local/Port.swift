import PlatformAccess
import PlatformSocket

/// The socket of one server of the platform.
final class Port {
  let role: Platform.Role
  let socket: UDPSocket

  init(_ role: Platform.Role, _ socket: consuming UDPSocket) {
    self.role = role
    self.socket = socket
  }
}
