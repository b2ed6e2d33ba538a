import CoAPExchange
import CoAPWire
import LwM2MModel
import NBIoTBytes

@testable import LwM2MClient

/// A fault planted in the device, to see that the walk finds it: one for each rule.
struct Mutant {
  let rule: Rule

  /// What is built in at the start.
  func change(_ terrain: inout Terrain) {
    switch rule {
    case .attempts: terrain.retransmissions += 1
    case .pace: terrain.firstWait -= 1
    default: break
    }
  }

  /// Before a datagram is handled.
  func prepare(_ specimen: Specimen, _ situation: Situation, arrived: Datagram) {
    switch rule {
    case .runsOnce: specimen.engine.duplicates.removeAll()
    case .early where arrived.code.isRequest && !specimen.engine.isRegistered:
      specimen.engine.registration.succeed(updateAt: .never, expires: .never)
    default: break
    }
  }

  /// After an event.
  func spoil(_ scene: Scene) {
    let specimen = scene.specimen
    switch rule {
    case .oneAtATime: specimen.engine.outstanding.end()
    case .freshID: specimen.engine.nextID = 99
    case .atRest: specimen.engine.registration.hasten(to: Instant(milliseconds: 0))
    case .deadline where specimen.engine.registration.state == .waiting:
      specimen.engine.registration.become(.waiting)
    case .recovers where specimen.engine.registration.state == .waiting:
      specimen.engine.registration.wait(until: scene.instant.adding(seconds: 200_000), .silent)
    case .inTime where specimen.engine.isRegistered && !specimen.engine.outstanding.isActive:
      let expires = specimen.engine.registration.expires
      specimen.engine.registration.succeed(updateAt: expires, expires: expires)
    case .capacity where specimen.engine.reports.count == 0:
      specimen.engine.reports.append(
        Report(acknowledgementID: 9, path: Terrain.reading, levels: 4))
    case .unobserved where specimen.engine.observations.count == 0:
      putBack(scene.situation.law.unobserved, specimen, now: scene.instant)
    case .sleep where specimen.engine.outstanding.isActive:
      specimen.engine.events.append(.maySleep)
    default: break
    }
  }

  /// The observation that is over.
  private func putBack(_ token: [UInt8]?, _ specimen: Specimen, now: Instant) {
    guard let token, specimen.engine.observations.makeRoom(at: 0) else { return }
    let bits = token.reduce(0) { $0 << 8 | UInt64($1) }
    specimen.engine.observations.slots[0] = Observation(
      path: Terrain.reading, token: Token(bits: bits, length: UInt8(token.count)),
      format: .text, sequence: 9, limit: 0, now: now)
  }

  /// Before a datagram leaves.
  func falsify(_ datagram: inout Datagram, _ situation: Situation) {
    switch rule {
    case .answersAlike:
      let isRepeated = situation.server.asked.contains {
        $0.datagram.id == datagram.id && $0.code != nil
      }
      if isRepeated { datagram.code = .methodNotAllowed }
    case .wellFormed: datagram.payload = [UInt8](repeating: 0, count: 300)
    case .location where datagram.isUpdate: datagram.options[1].value = [0x78]
    case .registersAnew where datagram.isRegister && situation.law.step.refusedUpdate:
      datagram.code = .put
    default: break
    }
  }

  /// How often the application is told.
  func tellings(_ event: Event) -> Int {
    switch (rule, event.kind) {
    case (.truthful, .registered): 0
    case (.oneEnd, .notificationDelivered), (.oneEnd, .notificationFailed): 2
    default: 1
    }
  }

  /// A stranger's datagram.
  func disguise(_ datagram: inout Datagram, _ situation: Situation) {
    if rule == .strangers, let token = situation.law.open?.datagram.token { datagram.token = token }
  }
}
