import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Observations and when they are due (RFC 7641, LwM2M 1.0 sections 5.1.2 and 5.5).
extension Engine where Store: ~Copyable {
  mutating func endObservation(of path: Path, by token: Token) {
    if let slot = observations.find(path, server: server),
      configuration.profile.cancelsByPath || observations[slot].token == token
    {
      observations.remove(slot)
    }
  }

  /// One observation per server and path: a new token takes the place of the old one.
  mutating func startObservation(
    of path: Path, token: Token, format: ContentFormat, now: Instant
  ) -> UInt32? {
    var fresh = Observation(path: path, server: server, token: token, format: format, now: now)
    if let slot = observations.find(path, server: server) {
      // The sequence goes on, so that no answer looks older than a notification already sent.
      fresh.sequence = observations[slot].sequence
      fresh.advance()
      restartReport(to: slot, token: token)
      observations.unqueue(slot)
      observations[slot] = fresh
      noteReported(slot, now: now)
      return fresh.sequence
    }
    guard let slot = observations.insert(fresh) else {
      statistics.observations.refuse()
      return nil
    }
    statistics.observations.reached(observations.count)
    noteReported(slot, now: now)
    return fresh.sequence
  }

  /// A value was just sent to the observer in `slot`: thresholds and periods count from here.
  mutating func noteReported(_ slot: UInt16, now: Instant) {
    let path = observations[slot].path
    var observation = observations[slot]
    observation.lastSent = now
    if let number = number(at: path) { observation.lastNumber = number }
    observations[slot] = observation
    if attributes.count > 0 { schedulePeriodic(slot) }
  }

  /// The next report that pmax demands of `slot`.
  mutating func schedulePeriodic(_ slot: UInt16) {
    let effective = attributes.effective(at: observations[slot].path, server: server)
    guard let maximum = effectiveMaximum(effective) else { return }
    observations.schedule(observations[slot].lastSent.adding(seconds: maximum))
  }

  /// pmax that is not above pmin says nothing (LwM2M 1.0 section 5.1.2).
  func effectiveMaximum(_ attributes: Attributes) -> UInt32? {
    guard let maximum = attributes.maximumPeriod, maximum > 0,
      maximum > attributes.minimumPeriod ?? 0
    else { return nil }
    return maximum
  }

  /// The value thresholds apply to: that of a numeric single-instance resource.
  func number(at path: Path) -> Double? {
    guard path.resource != Path.absent, let index = resources.index(of: path.key) else {
      return nil
    }
    let resource = resources[index]
    guard resource.type.isNumeric, !resource.access.contains(.multiple) else { return nil }
    switch store.load(resource.slot, at: 0, as: resource.type) {
    case .integer(let number): return Double(number)
    case .float(let number): return number
    case .string, .opaque, .boolean, .hexString: return nil
    }
  }

  /// The value at `path` changed: whoever observes it, its instance or its object is to be told.
  mutating func markChanged(_ path: Path, now: Instant) {
    guard observations.count > 0, !isRefreshing(path) else { return }
    markObservation(path, now: now)
    markObservation(Path(path.object, path.instance), now: now)
    markObservation(Path(path.object), now: now)
  }

  @inline(never)
  /// The application is asked for this value on behalf of an observer. That it stores one is no news for the others:
  /// reports at two levels would cause each other for ever.
  private func isRefreshing(_ path: Path) -> Bool {
    guard reply.body == .none, consulting.stage == .reading else { return false }
    let index = consulting.index
    return index < resources.count && resources[index].path == path
  }

  private mutating func markObservation(_ path: Path, now: Instant) {
    guard let slot = observations.find(path, server: server) else { return }
    guard case .none = observations[slot].need else { return }
    let due = earliestReport(slot)
    if due <= now {
      observations.enqueue(slot, .changedReady)
    } else {
      observations[slot].need = .changed
      observations.schedule(due)
    }
  }

  /// pmin after the last report.
  func earliestReport(_ slot: UInt16) -> Instant {
    guard attributes.count > 0 else { return observations[slot].lastSent }
    let effective = attributes.effective(at: observations[slot].path, server: server)
    return observations[slot].lastSent.adding(seconds: effective.minimumPeriod ?? 0)
  }

  /// Puts everything that is due into the ready queue and finds out when to look again.
  mutating func sweepObservations(now: Instant) {
    observations.beginSweep()
    for index in 0..<observations.count {
      let slot = observations.slot(at: index)
      let observation = observations[slot]
      let effective = attributes.effective(at: observation.path, server: server)
      var periodic = Instant.never
      if let maximum = effectiveMaximum(effective) {
        periodic = observation.lastSent.adding(seconds: maximum)
      }
      switch observation.need {
      case .changedReady, .periodicReady:
        continue
      case .changed:
        let due = observation.lastSent.adding(seconds: effective.minimumPeriod ?? 0)
        if due <= now {
          observations.enqueue(slot, .changedReady)
          continue
        }
        observations.schedule(due)
      case .none:
        break
      }
      if periodic <= now {
        observations.enqueue(slot, .periodicReady)
      } else {
        observations.schedule(periodic)
      }
    }
  }

  /// Whether a changed value is worth a notification now (LwM2M 1.0 section 5.1.2).
  func thresholdsAllow(_ slot: UInt16) -> Bool {
    guard attributes.count > 0, let value = number(at: observations[slot].path) else {
      return true
    }
    let effective = attributes.effective(at: observations[slot].path, server: server)
    guard effective.hasThreshold else { return true }
    let last = observations[slot].lastNumber
    if let greater = effective.greaterThan, (last > greater) != (value > greater) { return true }
    if let less = effective.lessThan, (last < less) != (value < less) { return true }
    if let step = effective.step, abs(value - last) >= step { return true }
    return false
  }

  /// A Reset named the notification `id`: its observation ends. `false` when there is none.
  mutating func endObservation(notifiedAs id: UInt16) -> Bool {
    for index in 0..<observations.count {
      let slot = observations.slot(at: index)
      guard observations[slot].lastID == id else { continue }
      observations.remove(slot)
      return true
    }
    return false
  }

  private func abs(_ number: Double) -> Double { number < 0 ? -number : number }
}
