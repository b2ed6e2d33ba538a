/// When an observer is told, as LwM2M 1.0 section 5.1.2 says it.
///
/// Slow and obvious: it keeps nothing but what happened, and works everything out of that each time it is asked. It
/// knows no tables, no deadlines and no states.
struct NotificationText {
  /// Objects, instances and resources are called by number.
  typealias Place = Int

  enum Name: Int, CaseIterable { case pmin, pmax, gt, lt, st }

  struct Deed {
    enum Kind {
      /// Write-Attributes, with `value` or without any.
      case set, unset
      /// /1/0/2 or /1/0/3.
      case preset
      /// A resource has `value` from now on.
      case change
      case observe, cancel
      /// A notification.
      case tell
    }

    let kind: Kind
    var place: Place = 0
    var name = Name.pmin
    var value = 0.0
    var second = 0
  }

  /// Of each place itself, its instance and its object.
  let levels: [[Place]]
  /// Resources that are no numbers.
  let texts: Set<Place>
  private(set) var history: [Deed] = []

  init(levels: [[Place]], texts: Set<Place>) {
    self.levels = levels
    self.texts = texts
  }

  mutating func add(_ deed: Deed, at second: Int) {
    var deed = deed
    deed.second = second
    history.append(deed)
  }

  // MARK: What held at a moment, which is how many deeds had been done

  private func last(
    before moment: Int, _ first: Deed.Kind, _ second: Deed.Kind, _ place: Place, _ name: Name
  ) -> Deed? {
    var index = moment
    while index > 0 {
      index -= 1
      let deed = history[index]
      if deed.place == place, deed.name == name, deed.kind == first || deed.kind == second {
        return deed
      }
    }
    return nil
  }

  /// What is set at exactly this level.
  func attached(_ name: Name, at level: Place, moment: Int) -> Double? {
    guard let deed = last(before: moment, .set, .unset, level, name) else { return nil }
    return deed.kind == .set ? deed.value : nil
  }

  /// "When set at the Resource level, the value prevails whatever is specified at an upper level"; "in the absence of
  /// this parameter it is defined by the default set in the Server account".
  private func attribute(_ name: Name, of place: Place, moment: Int) -> Double? {
    for level in levels[place] {
      if let value = attached(name, at: level, moment: moment) { return value }
    }
    return last(before: moment, .preset, .preset, 0, name)?.value
  }

  func value(_ resource: Place, moment: Int) -> Double {
    last(before: moment, .change, .change, resource, .pmin)?.value ?? 0
  }

  func isObserved(_ place: Place) -> Bool {
    last(before: history.count, .observe, .cancel, place, .pmin)?.kind == .observe
  }

  /// "The response to Observe can be considered as the initial notification."
  private func lastTold(_ place: Place) -> Int {
    history.lastIndex { ($0.kind == .observe || $0.kind == .tell) && $0.place == place }!
  }

  // MARK: Notification conditions

  /// "The notification of a Resource value will be sent when a valid Change Value Condition, if any is defined, and the
  /// Minimum Period are both fulfilled, or the Maximum Period is."
  func isDue(_ place: Place, second: Int) -> Bool {
    let told = lastTold(place)
    let passed = Double(second - history[told].second)
    let minimum = attribute(.pmin, of: place, moment: history.count) ?? 0
    let maximum = attribute(.pmax, of: place, moment: history.count) ?? 0
    // "MUST be not smaller than the minimum period, otherwise it will be ignored"; "considered as 0 otherwise".
    if maximum > 0, maximum >= minimum, passed >= maximum { return true }
    guard passed >= minimum else { return false }
    let changes = (told + 1..<history.count).filter {
      history[$0].kind == .change && levels[history[$0].place].contains(place)
    }
    guard !changes.isEmpty else { return false }
    // "If a value has to be notified during the quiet period, it MUST be sent as soon as this period expires."
    return ([history.count] + changes.map { $0 + 1 }).contains {
      isEnough(place, told: told + 1, moment: $0)
    }
  }

  /// Greater Than, Less Than or Step, of a number; for everything else each change is enough.
  private func isEnough(_ place: Place, told: Int, moment: Int) -> Bool {
    guard levels[place].count == 3, !texts.contains(place) else { return true }
    let before = value(place, moment: told)
    let now = value(place, moment: moment)
    let greater = attribute(.gt, of: place, moment: moment)
    let less = attribute(.lt, of: place, moment: moment)
    let step = attribute(.st, of: place, moment: moment)
    if greater == nil && less == nil && step == nil { return true }
    if let greater, before <= greater && now > greater { return true }
    if let greater, before > greater && now <= greater { return true }
    if let less, before >= less && now < less { return true }
    if let less, before < less && now >= less { return true }
    if let step, max(before, now) - min(before, now) >= step { return true }
    return false
  }

  /// Whether the attributes of one level may be set like this: "lt < gt", "lt + 2 * st < gt".
  func accepts(_ name: Name, _ value: Double?, at level: Place) -> Bool {
    if value != nil, name != .pmin, name != .pmax, texts.contains(level) { return false }
    func own(_ other: Name) -> Double? {
      other == name ? value : attached(other, at: level, moment: history.count)
    }
    guard let less = own(.lt), let greater = own(.gt) else { return true }
    return less < greater && less + 2 * (own(.st) ?? 0) < greater
  }
}
