import ConsoleText
import LwM2MModel
import NBIoTBytes
import PlatformAccess

extension Platform {
  /// Sends what a command asks of a device.
  mutating func submit(_ command: Command, now: Instant) throws(CommandError) -> RequestID {
    switch command {
    case .request(let target, let path, let operation):
      let endpoint = try access.session(for: target).endpoint
      if let id = access.submit(operation, path: path, to: endpoint, now: now) { return id }
    case .bootstrap(let target, let order):
      let endpoint = try server().run(for: target).endpoint
      do {
        if let id = try bootstrap?.submit(order, to: endpoint, now: now) { return id }
      } catch {
        throw CommandError(error.explanation)
      }
    default: break
    }
    throw CommandError("nobody can be asked")
  }

  /// Changes what the bootstrap server does.
  mutating func change(_ command: Command) throws(CommandError) {
    var plan = try server().plan
    switch command {
    case .account(let endpoint, let uri): plan.accounts[endpoint] = uri
    case .orders(let orders): plan.orders = orders
    case .mistake(let mistake, let times): plan.set(mistake, times: times)
    default: break
    }
    bootstrap?.plan = plan
  }

  private func server() throws(CommandError) -> BootstrapServer {
    guard let bootstrap else {
      throw CommandError("there is no bootstrap server: --bootstrap-port starts one")
    }
    return bootstrap
  }
}

extension AccessServer {
  /// The only device, or the one whose endpoint name or location was given.
  func session(for target: Command.Target) throws(CommandError) -> Session {
    switch target {
    case .only:
      guard let session = sessions.first else { throw CommandError("no device is registered") }
      guard sessions.count == 1 else {
        throw CommandError("\(sessions.count) devices are registered: name one instead of *")
      }
      return session
    case .endpoint(let name):
      guard let session = sessions.first(where: { $0.endpoint == name || $0.location == name })
      else { throw CommandError("\(name) is not registered") }
      return session
    }
  }
}

extension BootstrapServer {
  /// The only bootstrap under way, or that of the endpoint given.
  fileprivate func run(for target: Command.Target) throws(CommandError) -> BootstrapRun {
    switch target {
    case .only:
      guard let run = runs.first else { throw CommandError("no bootstrap is under way") }
      guard runs.count == 1 else {
        throw CommandError("\(runs.count) bootstraps are under way: name one instead of *")
      }
      return run
    case .endpoint(let name):
      guard let run = runs.first(where: { $0.endpoint == name }) else {
        throw CommandError("no bootstrap of \(name) is under way")
      }
      return run
    }
  }
}
