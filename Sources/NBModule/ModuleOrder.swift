/// What a test or a person does to the module.
public enum ModuleOrder: Equatable, Sendable {
  /// It restarts at once, as after a crash: sockets, settings and what was to be said are gone.
  case reboot
  /// The network is gone, until `attach`.
  case detach
  case attach
  /// The next `count` command lines are answered by `+CME ERROR` with this number.
  case refuse(code: UInt16, count: Int)
  /// From now on this goes wrong.
  case misbehave(Faults)
}
