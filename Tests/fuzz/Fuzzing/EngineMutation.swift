import Fixtures

/// Changes a program by its actions: one more, one less, twice, elsewhere, or with other bytes. So what was reached by the
/// actions before stays reached.
struct EngineMutation {
  private var generator: SeededGenerator

  init(seed: UInt32) {
    generator = SeededGenerator(seed: UInt64(seed))
  }

  mutating func mutate(_ input: [UInt8], maximum: Int) -> [UInt8] {
    var program = EngineProgram(input.span)
    if program.parts.isEmpty { program.parts = [[]] }
    for _ in 0...chance(4) { change(&program) }
    return program.bytes(maximum)
  }

  private mutating func chance(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

  private mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: generator.next()) }

  /// The device itself is part 0, and changes less often than what is done to it.
  private mutating func change(_ program: inout EngineProgram) {
    let place = chance(8) == 0 ? 0 : chance(program.parts.count)
    switch chance(10) {
    case 0, 1: insert(fresh(), &program)
    case 2: insert(program.parts[place], &program)
    case 3: remove(&program)
    case 4: move(&program)
    default: program.parts[place] = changed(program.parts[place])
    }
  }

  private mutating func insert(_ part: [UInt8], _ program: inout EngineProgram) {
    guard program.parts.count < EngineProgram.maximumParts else { return }
    program.parts.insert(part, at: 1 + chance(program.parts.count))
  }

  private mutating func remove(_ program: inout EngineProgram) {
    guard program.parts.count > 1 else { return }
    let first = 1 + chance(program.parts.count - 1)
    let count = chance(4) == 0 ? 1 + chance(program.parts.count - first) : 1
    program.parts.removeSubrange(first..<first + count)
  }

  private mutating func move(_ program: inout EngineProgram) {
    guard program.parts.count > 2 else { return }
    let part = program.parts.remove(at: 1 + chance(program.parts.count - 1))
    insert(part, &program)
  }

  /// What an action begins with says what it is; what comes behind, mostly small numbers, which things it is about.
  private mutating func fresh() -> [UInt8] {
    let common: [EngineAction] = [.request, .request, .time, .upload, .notify, .answer, .order]
    let action = chance(2) == 0 ? common[chance(common.count)].rawValue : byte()
    return [action] + (0..<chance(10)).map { _ in chance(2) == 0 ? byte() & 15 : byte() }
  }

  private mutating func changed(_ part: [UInt8]) -> [UInt8] {
    var part = part
    guard !part.isEmpty else { return fresh() }
    let place = chance(part.count)
    switch chance(8) {
    case 0 where part.count < 255: part.insert(byte(), at: place)
    case 1: part.remove(at: place)
    case 2 where part.count < 250: part += [byte(), byte(), byte()]
    case 3: part[place] &+= 1
    case 4: part[place] ^= 1 << (byte() & 7)
    case 5: part[place] = byte() & 15
    default: part[place] = byte()
    }
    return part
  }
}
