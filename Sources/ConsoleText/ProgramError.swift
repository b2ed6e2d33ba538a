/// Why a command line is none.
public struct OptionsError: Error, Equatable, Sendable {
  public let message: String

  public init(message: String) {
    self.message = message
  }
}

/// Why a program does not run, with its exit status.
public struct ProgramError: Error, Equatable, Sendable {
  public let message: String
  public let status: Int32

  public init(message: String, status: Int32) {
    self.message = message
    self.status = status
  }
}
