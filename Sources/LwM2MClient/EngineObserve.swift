import CoAPWire
import LwM2MModel
import NBIoTBytes

/// Observations and when they are due (RFC 7641, LwM2M 1.0 sections 5.1.2 and 5.5).
extension Engine where Store: ~Copyable {
  mutating func endObservation(of path: Path, by token: Token) {
    if let index = observations.find(path),
      configuration.profile.cancelsByPath || observations.slots[index].token == token
    {
      observations.remove(at: index)
      if !backlog.isIdle { dropStored(below: path, unlessObserved: true) }
    }
  }

  /// The values of the reply are the first of an observation. One observation per path: a new token takes the place of
  /// the old one. Without room it is a plain read (RFC 7641 section 4.1).
  mutating func startObservation(now: Instant) {
    let path = reply.selection.path
    let index = observations.first(notBefore: path, from: 0)
    var sequence: UInt32 = 0
    if index < observations.count, observations.slots[index].path == path {
      // The sequence goes on, so that no answer looks older than a notification already sent.
      observations.slots[index].advance()
      sequence = observations.slots[index].sequence
      restartReport(to: index, token: request.token)
      observations.settle(index, .none)
    } else {
      guard observations.makeRoom(at: index) else { return statistics.refuse(.observations) }
      statistics.reached(.observations, observations.count)
    }
    let number = number(of: reply.selection)
    observations.slots[index] = Observation(
      path: path, token: request.token, format: reply.selection.format, sequence: sequence,
      // A number fits everywhere.
      limit: number == nil ? reply.wish.limit : 0, now: now)
    noteReported(index, number: number, now: now)
    reply.observe = sequence
  }

  /// A value was just sent to the observer at `index`: thresholds and periods count from here.
  mutating func noteReported(_ index: Int, number: Double?, now: Instant) {
    observations.slots[index].reported(number, now)
    if hasPeriods { review(index, now: now) }
  }

  /// The value thresholds apply to: that of a numeric single-instance resource.
  func number(of selection: ReadSelection) -> Double? {
    guard selection.path.depth == 3, !selection.range.isEmpty else { return nil }
    let resource = resources[selection.first]
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
    var level = path
    if !registration.isRegistered, remember(path, now: now) { level = path.parent }
    var index = 0
    while level.depth > 0 {
      // A path sorts behind everything below it.
      index = observations.first(notBefore: level, from: index)
      guard index < observations.count else { return }
      if observations.slots[index].path == level {
        markChanged(at: index, now: now)
        index &+= 1
      }
      level = level.parent
    }
  }

  private mutating func markChanged(at index: Int, now: Instant) {
    guard hasPeriods else {
      if observations.slots[index].need == .none { observations.settle(index, .changedReady) }
      return
    }
    judgeChange(at: index, now: now)
  }

  /// A change that is worth a report is owed one, even if the value comes back before pmin is over (LwM2M 1.0 section
  /// 5.1.2: "each time the value crosses this threshold"). Any other is judged again when it could leave: the
  /// application may refresh the value, the server the attributes.
  @inline(never)
  private mutating func judgeChange(at index: Int, now: Instant) {
    let need = observations.slots[index].need
    guard need != .owed, need != .unconfirmed, need != .periodicReady else { return }
    if thresholdsAllow(index, number(of: selection(of: index))) {
      observations.settle(index, .owed)
    } else if need == .none || need == .slight {
      observations.settle(index, .changed)
    }
    review(index, now: now)
  }

  /// The application is asked for this value on behalf of an observer. That it stores one is no news for the others:
  /// reports at two levels would cause each other for ever.
  private func isRefreshing(_ path: Path) -> Bool {
    guard reply.body == .none, consulting.stage == .reading else { return false }
    let index = consulting.index
    return index < resources.count && resources[index].path == path
  }

  /// The attributes that hold for the observation at `index`.
  private func effectiveAttributes(_ index: Int) -> Attributes {
    attributes.effective(at: observations.slots[index].path, server: server)
  }

  /// Whether there may be a pmin or a pmax.
  private var hasPeriods: Bool {
    @inline(__always) get { attributes.count > 0 || minimumPeriod | maximumPeriod != 0 }
  }

  /// pmin after the last report.
  func earliestReport(_ index: Int) -> Instant {
    guard hasPeriods else { return observations.slots[index].lastSent }
    return observations.slots[index].lastSent.adding(
      seconds: effectiveAttributes(index).minimumPeriod ?? minimumPeriod)
  }

  /// Finds out whether the observation at `index` is ready, or when to look again.
  mutating func review(_ index: Int, now: Instant) {
    let need = observations.slots[index].need
    guard !need.isSettled else { return }
    let effective = effectiveAttributes(index)
    let minimum = effective.minimumPeriod ?? minimumPeriod
    let maximum = effective.maximumPeriod ?? maximumPeriod
    let lastSent = observations.slots[index].lastSent
    // A pmax of 0 or below pmin says nothing (LwM2M 1.0 section 5.1.2).
    if maximum != 0, maximum >= minimum {
      let due = lastSent.adding(seconds: maximum)
      if due <= now { return observations.settle(index, .periodicReady) }
      observations.schedule(due)
    }
    guard need.isChange else { return }
    let due = lastSent.adding(seconds: minimum)
    if due <= now {
      return observations.settle(index, need == .owed ? .periodicReady : .changedReady)
    }
    observations.schedule(due)
  }

  /// Some pmin or pmax is over.
  @inline(never)
  mutating func reviewDue(now: Instant) {
    if registration.isRegistered {
      reviewAll(anew: observations.isScheduledAnew, now: now)
    } else if isStoring {
      rememberAll(now: now)
    }
  }

  /// Reviews all; `anew` when what holds for them has changed, and with it what was found before.
  mutating func reviewAll(anew: Bool = false, now: Instant) {
    observations.beginSweep()
    var index = 0
    while index < observations.count {
      if anew { observations.unsettle(index) }
      review(index, now: now)
      index &+= 1
    }
  }

  /// Whether a changed value is worth a notification now (LwM2M 1.0 section 5.1.2).
  func thresholdsAllow(_ index: Int, _ value: Double?) -> Bool {
    guard attributes.count > 0, let value else { return true }
    let effective = effectiveAttributes(index)
    guard effective.hasThreshold else { return true }
    let last = observations.slots[index].lastNumber
    if let greater = effective.greaterThan, (last > greater) != (value > greater) { return true }
    if let less = effective.lessThan, (last < less) != (value < less) { return true }
    // What is no number is as far away as can be.
    if let step = effective.step, value != last, !(abs(value - last) < step) { return true }
    return false
  }

  /// A Reset named the notification `id`: its observation ends. `false` when there is none.
  mutating func endObservation(notifiedAs id: UInt16) -> Bool {
    guard id != 0 else { return false }
    var index = 0
    while index < observations.count, observations.slots[index].lastID != id { index &+= 1 }
    guard index < observations.count else { return false }
    observations.remove(at: index)
    return true
  }

  private func abs(_ number: Double) -> Double { number < 0 ? -number : number }
}
