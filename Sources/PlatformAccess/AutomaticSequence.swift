import LwM2MModel

/// What the platform asks by itself: Observe of each object instance, then Discover of each object,
/// then Read of the Device object.
struct AutomaticSequence: Equatable, Sendable {
  struct Step: Equatable, Sendable {
    let operation: Operation
    let path: Path
  }

  /// How the steps so far ended.
  struct Tally: Equatable, Sendable {
    var observed = 0
    var discovered = 0
    var failed = 0
  }

  private(set) var steps: [Step] = []
  private(set) var tally = Tally()
  /// The device did not answer; the next thing heard of it starts the sequence again.
  private(set) var isPaused = false
  private(set) var isRunning = false

  static let deviceObject = Path(3, 0)
  /// Security, Server, Access Control and Device belong to the client itself.
  static let unobservedObjects: ClosedRange<UInt16> = 0...3

  /// Appends the steps for newly listed `paths`.
  mutating func begin(with paths: [Path], configuration: Configuration, readsDevice: Bool) {
    if !isRunning { tally = Tally() }
    let wanted = paths.filter { !AutomaticSequence.unobservedObjects.contains($0.object) }
    if configuration.observesAutomatically {
      steps += wanted.filter { $0.depth == 2 }.map { Step(operation: .observe, path: $0) }
    }
    if configuration.discoversAutomatically {
      var objects: [Path] = []
      for path in wanted where !objects.contains(Path(path.object)) {
        objects.append(Path(path.object))
      }
      steps += objects.map { Step(operation: .discover, path: $0) }
    }
    if readsDevice {
      steps.append(Step(operation: .read, path: AutomaticSequence.deviceObject))
    }
    isPaused = false
    isRunning = isRunning || !steps.isEmpty
  }

  /// The next step, taken out; `nil` when there is none to do now.
  mutating func next() -> Step? {
    isPaused || steps.isEmpty ? nil : steps.removeFirst()
  }

  mutating func finished(_ operation: Operation, succeeded: Bool) {
    switch operation {
    case .observe where succeeded: tally.observed += 1
    case .discover where succeeded: tally.discovered += 1
    // A device need not show its Device object: that is no failure.
    case .read: break
    default: tally.failed += 1
    }
  }

  /// Puts a step back that got no answer.
  mutating func pause(at step: Step) {
    steps.insert(step, at: 0)
    isPaused = true
  }

  /// Says once that all steps are done.
  mutating func finish() -> Tally? {
    guard isRunning, steps.isEmpty else { return nil }
    isRunning = false
    return tally
  }

  mutating func forget(_ path: Path) {
    steps.removeAll { path.covers($0.path) }
  }
}
