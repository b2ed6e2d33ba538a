import Fixtures
import NBIoTBytes
import Testing

@testable import LwM2MModel

private func resource(_ path: Path) -> Resource {
  Resource(path: path, type: .integer, access: .readable, slot: 0)
}

@Suite struct ResourceTests {
  @Test("What a path covers in a table is one range, and is what a filter finds")
  func rangeEqualsFilter() {
    let ids: [UInt16] = [0, 1, 2, 65534]
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<60 {
      let chosen = (0..<Int(generator.next() % 25)).map { _ in
        Path(
          ids.randomElement(using: &generator)!, ids.randomElement(using: &generator)!,
          ids.randomElement(using: &generator)!)
      }
      withTable(of: 25) { (memory: LentTable<Resource>) in
        var table = SortedTable(memory)
        for path in chosen { _ = table.insert(resource(path)) }
        Self.compare(table, over: ids)
      }
    }
  }

  private static func compare(_ table: SortedTable<Resource>, over ids: [UInt16]) {
    var targets = [Path()]
    for object in ids {
      targets.append(Path(object))
      for instance in ids {
        targets.append(Path(object, instance))
        for id in ids { targets.append(Path(object, instance, id)) }
      }
    }
    for target in targets {
      let expected = (0..<table.count).filter { target.covers(table[$0].path) }
      #expect(Array(table.range(coveredBy: target)) == expected, "\(target)")
    }
  }

  @Test("In an empty table every path covers an empty range")
  func emptyTable() {
    let table = SortedTable(LentTable<Resource>())
    for path in [Path(), Path(3), Path(3, 0), Path(3, 0, 9)] {
      #expect(table.range(coveredBy: path) == 0..<0)
    }
  }

  @Test("An access contains what was put into it, and nothing else")
  func access() {
    let flags: [Access] = [.readable, .writable, .executable, .storage, .multiple, .builtIn]
    for mask in 0..<64 {
      let chosen = flags.indices.filter { mask >> $0 & 1 == 1 }
      let access = chosen.reduce(Access(rawValue: 0)) { $0 | flags[$1] }
      for (index, flag) in flags.enumerated() {
        #expect(access.contains(flag) == chosen.contains(index))
      }
    }
    #expect(Access.readable.contains(.readable | .writable) == false)
  }

  @Test("A resource without a complete path traps")
  func incompletePathTraps() async {
    await #expect(processExitsWith: .failure) { _ = resource(Path(3, 0)) }
  }
}
