import CoAPWire
import LwM2MModel
import Simulation

@testable import LwM2MClient

/// Registered, with an observation of /3303/0/5700.
func observedWorld(
  _ stored: Int = 256, policy: StoringPolicy = .oldest, rebinding: Rebinding = .register,
  attributes: [String] = [], consultation: Consultation = Consultation(),
  profile: Profile = .standard
) -> World {
  let world = World(
    profile: profile, consultation: consultation, rebinding: rebinding, stored: stored,
    policy: policy)
  world.register()
  if !attributes.isEmpty {
    world.request(.put, "/3303/0/5700", attributes.map { .query($0) })
  }
  world.watch()
  _ = world.timetable()
  return world
}

/// The link breaks, and comes back half a minute later at the earliest.
func breakLink(_ world: World) {
  world.loseLink()
  _ = world.timetable()
}

func reconnect(_ world: World) {
  world.connect()
  world.accept()
  _ = world.timetable()
}

/// Acknowledges what is under way until nothing follows; what that was, and the events.
func acknowledgeAll(_ world: World) -> [String] {
  var lines = world.timetable()
  while let report = world.sent.last(where: { $0.type == .confirmable }), report.code == .content {
    world.deliver(Datagram(.acknowledgement, .empty, id: report.id))
    let next = world.timetable()
    guard !next.isEmpty else { break }
    lines += next
  }
  return lines.map { String($0.drop { $0 != " " }.dropFirst()) }
}
