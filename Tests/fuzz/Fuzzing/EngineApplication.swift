import CoAPWire
import LwM2MClient
import LwM2MModel
import Simulation

/// The application: it answers in turns, and adds what a server creates.
struct EngineApplication {
  private var verdicts: [UInt8] = [0]
  private var turn = 0
  /// Of questions that were deferred, the latest last.
  private(set) var handles: [UInt32] = []
  private var nextSlot: UInt16 = 100

  mutating func decide(_ verdicts: [UInt8]) {
    self.verdicts = verdicts.isEmpty ? [0] : verdicts
    turn = 0
  }

  /// As the ring hands it over: what cannot be deferred is not.
  mutating func answer(_ question: Question, _ bench: EngineBench) -> Verdict {
    guard question.kind != .keep, question.kind != .wrote else { return .agreed }
    turn += 1
    let verdict = verdicts[turn % verdicts.count]
    if question.kind == .create { bring(question.resource.path, bench, Int(verdict >> 4)) }
    switch verdict & 7 {
    case 1: return .refused(.forbidden)
    case 2: return .refused(.internalServerError)
    case 3, 4: return later(question)
    default: return .agreed
    }
  }

  private mutating func later(_ question: Question) -> Verdict {
    switch question.kind {
    case .create, .remove: return .refused(.internalServerError)
    default: break
    }
    guard question.request != 0 else { return .agreed }
    handles.append(question.request)
    return .pending
  }

  /// Resources of a new instance.
  private mutating func bring(_ path: Path, _ bench: EngineBench, _ choice: Int) {
    for id in 0..<max(1, choice & 3) {
      let resource = Resource(
        path: Path(path.object, path.instance, UInt16(id)), type: .integer,
        access: choice & 4 == 0 ? .readable | .writable : .readable | .writable | .awaited,
        slot: nextSlot)
      bench.engine.store.keep([(0, .integer(Int64(id)))], in: nextSlot)
      nextSlot += 1
      do { try bench.engine.add(resource) } catch { bench.engine.lackRoom() }
    }
  }
}
