/// The walks. None goes over bootstrap, blocks, stored or non-confirmable notifications.
extension Terrain {
  static let all = [exchange, deferred, flood, registration, update, rebinding, queue, onenet]

  /// Confirmable messages both ways, and what is lost, doubled and late among them.
  static let exchange = Terrain(
    name: "exchange",
    about: "notifications with an ID, Execute, an Update; loss, duplicates, delay",
    beginsRegistered: true, reactions: [.accept, .reset], orders: [.execute, .observe],
    calls: [.notify, .change, .update], haps: [.lose, .double, .almost, .late], depth: 6)

  /// Requests that are answered later, with the one place of the duplicate filter for what must not happen twice.
  static let deferred = Terrain(
    name: "deferred", about: "Execute, answered later; one slot for duplicates",
    duplicates: 3, defers: true, beginsRegistered: true, reactions: [.accept, .reset],
    orders: [.execute], calls: [.answer, .notify], haps: [.lose, .double, .late], depth: 6)

  /// More requests than the duplicate filter has room for.
  static let flood = Terrain(
    name: "flood",
    about: "Executes and reads one after the other, and again; one slot for duplicates",
    duplicates: 3, isPrompt: true, beginsRegistered: true, orders: [.execute, .observe], asks: 4,
    flights: 1, depth: 6)

  static let registration = Terrain(
    name: "registration", about: "from the first connect on; every answer of the server",
    reactions: Reaction.allCases, orders: [.execute, .trigger],
    calls: [.connect, .rebind, .close, .abandon],
    haps: [.lose, .double, .forget, .unresolved, .broken],
    depth: 8)

  static let update = Terrain(
    name: "update", about: "a registered device; Updates, Disable, every answer of the server",
    beginsRegistered: true, reactions: Reaction.allCases, orders: [.trigger, .write, .disable],
    calls: [.connect, .lifetime, .close, .abandon],
    haps: [.lose, .forget, .broken], depth: 6)

  static let rebinding = Terrain(
    name: "rebinding", about: "new addresses, told by an Update",
    rebinding: .update, isPatient: true, beginsRegistered: true, reactions: Reaction.allCases,
    orders: [.execute],
    calls: [.rebind, .notify, .close], haps: [.lose, .forget, .unresolved, .broken], depth: 6)

  static let queue = Terrain(
    name: "queue", about: "queue mode: awake, asleep, and what wakes it",
    binding: .queuedUDP, isPatient: true, beginsRegistered: true,
    reactions: [.accept, .refuse, .overload],
    orders: [.execute, .trigger], calls: [.notify, .update], haps: [.lose, .forget, .almost],
    depth: 6)

  static let onenet = Terrain(
    name: "onenet", about: "profile onenet: a Reset to a notification raises doubt",
    profile: .onenet, beginsRegistered: true, reactions: [.accept, .refuse, .reset],
    orders: [.observe], calls: [.notify, .update], haps: [.lose, .forget, .late], depth: 6)
}
